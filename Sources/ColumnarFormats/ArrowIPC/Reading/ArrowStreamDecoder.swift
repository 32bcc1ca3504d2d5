// Arrow Columnar Format, "IPC Streaming Format":
// https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format

import S3DBCore

/// Reads an Arrow IPC stream as its bytes arrive. One owner at a time.
///
///     let decoder = ArrowStreamDecoder(codecs: [LZ4(), Zstandard()])
///     let used = try decoder.decode(bytes, isLast: false) { batch in … }
///
/// The decoder holds no input but the dictionaries: what it has not used, its caller shows again in front of the bytes
/// that follow. It reads metadata versions 4 and 5, also in the framing before 0.15; nothing of the input is trusted.
/// After an error the decoder is not usable.
public final class ArrowStreamDecoder {
    private let messages: ArrowMessageReader
    private let limits: ArrowReadLimits
    private var byteOffset = 0
    /// Whether the first bytes may be those of a file.
    private var mayBeFile: Bool
    /// What follows the stream that a file holds; nil where it is not known to be a file.
    private var fileEnd: ArrowFileEnd?

    /// Whether the end mark of the stream has come; behind it no more batches are.
    public private(set) var isAtEnd = false

    /// How many bytes the next message has, as far as they were shown: with fewer, counted from the first that is not
    /// used, there is nothing to decode. It is what the stream says of itself: no reason to take memory before there are
    /// bytes for it.
    public private(set) var wantedByteCount = ArrowFrame.leastByteCount

    /// The custom metadata of the message that the last batch came in.
    public private(set) var batchMetadata: KeyValueMetadata = []

    /// Begins a stream.
    ///
    /// - Parameter codecs: Those that bodies may be compressed with, by their ``S3DBCore/Codec/arrowBodyCode``.
    public convenience init(codecs: [any Codec] = [], limits: ArrowReadLimits = ArrowReadLimits()) {
        self.init(codecs: codecs, limits: limits, mayBeFile: false)
    }

    /// Begins a stream, or where `mayBeFile`, either that or a file, which its first bytes tell: then the stream that it
    /// holds is read, and its end is checked to be there.
    init(codecs: [any Codec], limits: ArrowReadLimits, mayBeFile: Bool) {
        self.limits = limits
        self.mayBeFile = mayBeFile
        messages = ArrowMessageReader(codecs: codecs, limits: limits, allowsReplacement: true)
    }

    /// The columns; nil before the stream's first message is used.
    public var schema: Schema? { messages.schema?.schema }

    /// The custom metadata of the schema.
    public var metadata: KeyValueMetadata { messages.schema?.metadata ?? [] }

    /// Decodes the messages that are complete in `input`, hands each batch to `body`, and returns how many bytes are
    /// used.
    ///
    /// Columns do not share the memory of `input`; what a batch takes is one copy of its message.
    ///
    /// - Parameters:
    ///   - input: The bytes from the first one that is not used yet.
    ///   - isLast: Whether the stream ends with `input`; then everything is used or an error thrown.
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/truncatedStream``, ``S3DBError/Code/trailingGarbage``,
    ///   ``S3DBError/Code/invalidUTF8``, ``S3DBError/Code/unsupported``, ``S3DBError/Code/limitExceeded``,
    ///   ``S3DBError/Code/nullValue`` or what a codec throws, with the byte in the stream and the column; and whatever
    ///   `body` throws.
    public func decode(
        _ input: RawSpan, isLast: Bool, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        var used = 0
        while let message = try next(in: input.extracting(droppingFirst: used), isLast: isLast) {
            let bytes = Buffer(
                copying: input.extracting(used + message.body.lowerBound..<used + message.body.upperBound))
            if let batch = try take(message, bytes) { try body(batch) }
            used += message.body.upperBound
        }
        return used
    }

    /// Decodes like ``decode(_:isLast:_:)-(RawSpan,_,_)``, but for columns that share the memory of `input` where it is
    /// aligned to 8 bytes: all of it lives as long as one of them.
    public func decode(
        _ input: Buffer, isLast: Bool, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        var used = 0
        while let (batch, byteCount) = try step(input.slice(used..<input.count), isLast: isLast) {
            if let batch { try body(batch) }
            used += byteCount
        }
        return used
    }

    /// Takes the message that the rest of a stream begins with; columns share its memory where that is aligned.
    ///
    /// - Parameter isLast: Whether the stream ends with `rest`.
    /// - Returns: The message's batch, where it is one, and the bytes used; nil where no message is complete.
    func step(_ rest: Buffer, isLast: Bool = true) throws(S3DBError) -> (batch: RecordBatch?, byteCount: Int)? {
        guard let message = try next(in: rest.bytes, isLast: isLast) else { return nil }
        return (try take(message, rest.slice(message.body)), message.body.upperBound)
    }

    /// Takes the messages of a stream up to its schema, and returns how many bytes are used.
    func open(_ bytes: Buffer) throws(S3DBError) -> Int {
        var used = 0
        while messages.schema == nil, let step = try step(bytes.slice(used..<bytes.count)) { used += step.byteCount }
        return used
    }

    /// Takes the messages of a stream's head up to its schema, where that is complete.
    func open(_ head: RawSpan, isWhole: Bool) throws(S3DBError) {
        var used = 0
        while messages.schema == nil, let message = try next(in: head.extracting(droppingFirst: used), isLast: isWhole)
        {
            _ = try take(
                message,
                Buffer(copying: head.extracting(used + message.body.lowerBound..<used + message.body.upperBound)))
            used += message.body.upperBound
        }
    }

    /// A message that is complete, or what a file has around them.
    private struct Message {
        enum Content {
            case message(ArrowMessageHead)
            case endMark
            case fileHead
            case fileEnd
        }

        let content: Content
        /// Where its body stands behind its first byte.
        let body: Range<Int>
    }

    /// The message that `input` begins with; nil where it is not complete, or where there is none.
    private func next(in input: RawSpan, isLast: Bool) throws(S3DBError) -> Message? {
        wantedByteCount = ArrowFrame.leastByteCount
        if mayBeFile {
            guard input.byteCount >= ArrowFooter.headByteCount || isLast else {
                wantedByteCount = ArrowFooter.headByteCount
                return nil
            }
            mayBeFile = false
            if ArrowFooter.isHead(input) {
                return Message(content: .fileHead, body: 0..<ArrowFooter.headByteCount)
            }
        }
        if isAtEnd {
            if let fileEnd {
                if input.byteCount > 0 { return Message(content: .fileEnd, body: 0..<input.byteCount) }
                if isLast { try fileEnd.check() }
                return nil
            }
            guard input.byteCount == 0 || !isLast else {
                throw S3DBError(
                    .trailingGarbage, "\(input.byteCount) bytes follow the end of the stream",
                    at: .init(byteOffset: byteOffset))
            }
            return nil
        }
        guard let frame = try ArrowFrame(input, at: byteOffset, limits: limits) else {
            return try incomplete(input, of: ArrowMessage.prefixByteCount, isLast: isLast)
        }
        guard frame.metadata.upperBound <= input.byteCount else {
            return try incomplete(input, of: frame.metadata.upperBound, isLast: isLast)
        }
        if frame.metadata.isEmpty {
            return Message(content: .endMark, body: frame.metadata)
        }
        let head = try ArrowMessageHead(
            Buffer(copying: input.extracting(frame.metadata)), byteOffset: byteOffset + frame.metadata.lowerBound)
        guard head.bodyByteCount <= limits.bodyByteCount else {
            throw S3DBError(
                .limitExceeded, "a message with a body of \(head.bodyByteCount) bytes",
                remedy: "If the data is genuine, raise the limit", at: .init(byteOffset: byteOffset))
        }
        let (end, overflow) = frame.metadata.upperBound.addingReportingOverflow(head.bodyByteCount)
        guard !overflow, end <= input.byteCount else {
            return try incomplete(input, of: overflow ? .max : end, isLast: isLast)
        }
        return Message(content: .message(head), body: frame.metadata.upperBound..<end)
    }

    /// Says that `input` has less than the `byteCount` bytes of the message that it begins with.
    private func incomplete(_ input: RawSpan, of byteCount: Int, isLast: Bool) throws(S3DBError) -> Message? {
        guard isLast else {
            wantedByteCount = byteCount
            return nil
        }
        // A stream may end without its end mark, between two messages; what a file holds is followed by its footer.
        if input.byteCount == 0, messages.schema != nil, fileEnd == nil { return nil }
        throw S3DBError(
            byteOffset == 0 && input.byteCount == 0 ? .emptyObject : .truncatedStream,
            fileEnd == nil ? "the stream ends within a message" : "the file ends before its footer",
            remedy: "Fetch it again; it was cut off",
            at: .init(byteOffset: byteOffset + input.byteCount))
    }

    /// Takes a message over.
    private func take(_ message: Message, _ body: Buffer) throws(S3DBError) -> RecordBatch? {
        let bodyOffset = byteOffset + message.body.lowerBound
        defer { byteOffset += message.body.upperBound }
        switch message.content {
        case .message(let head): return try take(head, body, byteOffset: bodyOffset)
        case .fileHead: fileEnd = ArrowFileEnd()
        case .fileEnd: fileEnd?.append(body)
        case .endMark:
            guard messages.schema != nil else {
                throw S3DBError(
                    .corruptFile, "the stream ends before its schema", at: .init(byteOffset: byteOffset))
            }
            isAtEnd = true
        }
        return nil
    }

    private func take(
        _ head: ArrowMessageHead, _ body: Buffer, byteOffset bodyOffset: Int
    ) throws(S3DBError) -> RecordBatch? {
        switch head.kind {
        case .schema: try messages.readSchema(head)
        case .dictionaryBatch: try messages.readDictionary(head, body, byteOffset: bodyOffset)
        case .recordBatch:
            batchMetadata = try head.metadata()
            return try messages.readBatch(head, body, byteOffset: bodyOffset)
        }
        return nil
    }
}
