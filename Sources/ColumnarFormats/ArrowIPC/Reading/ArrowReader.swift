import S3DBCore

/// Reads an Arrow stream or file that is in memory, or mapped, whichever it is. One owner at a time.
///
///     let reader = try ArrowReader(bytes, codecs: [LZ4(), Zstandard()])
///     while let batch = try reader.next() { use(batch) }
///
/// Columns share the memory of the bytes.
public final class ArrowReader {
    private enum Container {
        case stream(ArrowStreamDecoder, Buffer)
        case file(ArrowFile)
    }

    private let container: Container
    /// The bytes of a stream, or the batches of a file, that are used.
    private var used: Int

    /// The columns.
    public let schema: Schema

    /// The custom metadata of the schema.
    public let metadata: KeyValueMetadata

    /// Opens a stream or file, and reads its schema.
    ///
    /// - Throws: as ``ArrowStreamDecoder/decode(_:isLast:_:)`` and ``ArrowFile``.
    public init(
        _ bytes: Buffer, codecs: [any Codec] = [], limits: ArrowReadLimits = ArrowReadLimits()
    ) throws(S3DBError) {
        if bytes.prefix(ArrowFooter.magic.count).elementsEqual(ArrowFooter.magic) {
            let file = try ArrowFile(bytes, codecs: codecs, limits: limits)
            container = .file(file)
            schema = file.schema
            metadata = file.metadata
            used = 0
        } else {
            let decoder = ArrowStreamDecoder(codecs: codecs, limits: limits)
            used = try decoder.open(bytes)
            container = .stream(decoder, bytes)
            schema = decoder.schema ?? Schema(anyNames: [])
            metadata = decoder.metadata
        }
    }

    /// The rows of the next record batch; nil at the end.
    public func next() throws(S3DBError) -> RecordBatch? {
        switch container {
        case .file(let file):
            guard used < file.batchCount else { return nil }
            defer { used += 1 }
            return try file.batch(used)
        case .stream(let decoder, let bytes):
            while let (batch, count) = try decoder.step(bytes.slice(used..<bytes.count)) {
                used += count
                if let batch { return batch }
            }
            return nil
        }
    }

    /// The rows of all record batches that are left.
    public func batches() throws(S3DBError) -> [RecordBatch] {
        var batches: [RecordBatch] = []
        while let batch = try next() { batches.append(batch) }
        return batches
    }
}
