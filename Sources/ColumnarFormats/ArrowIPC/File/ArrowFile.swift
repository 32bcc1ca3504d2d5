// Arrow Columnar Format, "IPC File Format": https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format

import S3DBCore

/// Reads an Arrow IPC file, whose batches can be read in any order. One owner at a time.
///
///     let file = try ArrowFile(bytes, codecs: [LZ4(), Zstandard()])
///     for index in 0..<file.batchCount { use(try file.batch(index)) }
///
/// Footer and dictionaries are read first, then the batches that are asked for.
public final class ArrowFile {
    private let read: (Range<Int>) throws(S3DBError) -> Buffer
    private let footer: ArrowFooter
    private let messages: ArrowMessageReader
    private let limits: ArrowReadLimits
    private var dictionariesRead = 0

    /// The columns.
    public let schema: Schema

    /// The custom metadata of the schema.
    public var metadata: KeyValueMetadata { footer.schema.metadata }

    /// The custom metadata of the footer.
    public var footerMetadata: KeyValueMetadata { footer.metadata }

    /// The number of record batches.
    public var batchCount: Int { footer.recordBatches.count }

    /// The custom metadata of the message that the last batch came in.
    public private(set) var batchMetadata: KeyValueMetadata = []

    /// Opens a file that is in memory, or mapped; columns share its memory.
    ///
    /// - Parameter codecs: Those that bodies may be compressed with, by their ``S3DBCore/Codec/arrowBodyCode``.
    /// - Throws: as ``init(byteCount:codecs:limits:read:)``.
    public convenience init(
        _ bytes: Buffer, codecs: [any Codec] = [], limits: ArrowReadLimits = ArrowReadLimits()
    ) throws(S3DBError) {
        try self.init(byteCount: bytes.count, codecs: codecs, limits: limits) { (range) throws(S3DBError) in
            bytes.slice(range)
        }
    }

    /// Opens a file of `byteCount` bytes that is read in ranges.
    ///
    /// - Parameters:
    ///   - codecs: Those that bodies may be compressed with, by their ``S3DBCore/Codec/arrowBodyCode``.
    ///   - read: Gives the bytes at a range, which lies within the file.
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/truncatedStream``, ``S3DBError/Code/unsupported`` or
    ///   ``S3DBError/Code/limitExceeded``, at the byte in the file, and what `read` throws.
    public init(
        byteCount: Int, codecs: [any Codec] = [], limits: ArrowReadLimits = ArrowReadLimits(),
        read: @escaping (Range<Int>) throws(S3DBError) -> Buffer
    ) throws(S3DBError) {
        let tail = max(0, byteCount - ArrowFooter.tailByteCount)..<max(0, byteCount)
        let range = try ArrowFooter.range(tail: try Self.bytes(tail, read), fileByteCount: byteCount)
        guard range.count <= limits.metadataByteCount else {
            throw S3DBError(
                .limitExceeded, "a footer of \(range.count) bytes", remedy: "If the data is genuine, raise the limit",
                at: .init(byteOffset: range.lowerBound))
        }
        let head = try Self.bytes(0..<ArrowFooter.magic.count, read)
        guard head.elementsEqual(ArrowFooter.magic) else {
            throw S3DBError(
                .corruptFile, "the file does not begin as an Arrow file does", at: .init(byteOffset: 0))
        }
        let footer = try ArrowFooter(try Self.bytes(range, read), byteOffset: range.lowerBound)
        let messages = ArrowMessageReader(codecs: codecs, limits: limits, allowsReplacement: false)
        messages.open(footer.schema)
        self.footer = footer
        self.messages = messages
        schema = footer.schema.schema
        self.limits = limits
        self.read = read
    }

    /// The rows of the record batch with a number. Traps when there are fewer.
    ///
    /// - Throws: as ``ArrowStreamDecoder/decode(_:isLast:_:)``, and what reading throws.
    public func batch(_ index: Int) throws(S3DBError) -> RecordBatch {
        try readDictionaries()
        let (head, body, byteOffset) = try message(footer.recordBatches[index], .recordBatch)
        batchMetadata = try head.metadata()
        return try messages.readBatch(head, body, byteOffset: byteOffset)
    }

    private func readDictionaries() throws(S3DBError) {
        while dictionariesRead < footer.dictionaries.count {
            let (head, body, byteOffset) = try message(footer.dictionaries[dictionariesRead], .dictionaryBatch)
            try messages.readDictionary(head, body, byteOffset: byteOffset)
            dictionariesRead += 1
        }
    }

    /// What a block holds: head, body, and where the body stands.
    private func message(
        _ block: ArrowBlock, _ kind: ArrowMessage.Header
    ) throws(S3DBError) -> (ArrowMessageHead, Buffer, Int) {
        let bytes = try Self.bytes(block.range, read)
        guard let frame = try ArrowFrame(bytes.bytes, at: block.offset, limits: limits),
            frame.metadata.upperBound <= block.metadataByteCount
        else { throw Self.misfit(block) }
        let head = try ArrowMessageHead(
            bytes.slice(frame.metadata), byteOffset: block.offset + frame.metadata.lowerBound)
        guard head.kind == kind, head.bodyByteCount <= block.bodyByteCount else { throw Self.misfit(block) }
        let start = block.metadataByteCount
        return (head, bytes.slice(start..<start + head.bodyByteCount), block.offset + start)
    }

    private static func misfit(_ block: ArrowBlock) -> S3DBError {
        S3DBError(
            .corruptFile, "a block of the footer is not the message that it should be",
            at: .init(byteOffset: block.offset))
    }

    private static func bytes(
        _ range: Range<Int>, _ read: (Range<Int>) throws(S3DBError) -> Buffer
    ) throws(S3DBError) -> Buffer {
        let bytes = try read(range)
        guard bytes.count == range.count else {
            throw S3DBError(
                .ioFailure, "\(bytes.count) bytes were read instead of \(range.count)",
                at: .init(byteOffset: range.lowerBound))
        }
        return bytes
    }
}
