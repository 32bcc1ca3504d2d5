import S3DBCore

extension ArrowSchemaMessage {
    /// The largest schema message that is read, in bytes.
    static let byteLimit = 64 << 20

    /// How many bytes the keys and values may have for each byte of the message: strings may be shared, but not so
    /// that a small file fills the memory.
    private static let textRatioLimit = 4

    /// Slots of `table Schema` and `table KeyValue`.
    private enum Slot {
        static let schemaMetadata = 2
        static let key = 0
        static let value = 1
    }

    /// The key-value metadata of the schema message at the front of a stream.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/truncatedStream`` or
    ///   ``S3DBError/Code/limitExceeded``, at the byte offset in the stream.
    static func findMetadata(head: RawSpan, fileByteCount: Int?) throws(S3DBError) -> MetadataLookup {
        guard let metadata = try metadataRange(head: head, fileByteCount: fileByteCount) else {
            return try needs(ArrowMessage.prefixByteCount, fileByteCount)
        }
        guard metadata.upperBound <= head.byteCount else { return try needs(metadata.upperBound, fileByteCount) }
        let reader = FlatBufferReader(
            bytes: Buffer(copying: head.extracting(metadata)), byteOffset: metadata.lowerBound)
        return .found(try keyValues(reader))
    }

    /// Where the metadata of the first message stands, from its prefix; nil where that is not at hand.
    private static func metadataRange(head: RawSpan, fileByteCount: Int?) throws(S3DBError) -> Range<Int>? {
        guard head.byteCount >= ArrowMessage.prefixByteCount else { return nil }
        let prefix = Buffer(copying: head.extracting(first: ArrowMessage.prefixByteCount))
        let reader = FlatBufferReader(bytes: prefix, byteOffset: 0)
        // Before format version 0.15 the length stood first.
        let isLegacy = try reader.integer(at: 0, as: UInt32.self) != ArrowMessage.continuation
        let start = isLegacy ? 4 : 8
        let byteCount = Int(try reader.integer(at: start - 4, as: Int32.self))
        guard byteCount > 0 else {
            throw S3DBError(
                .corruptFile, "the file does not begin with an Arrow schema message", at: .init(byteOffset: 0))
        }
        let isTooLong = byteCount > byteLimit
        if isTooLong || start + byteCount > fileByteCount ?? .max {
            throw S3DBError(
                isTooLong ? .limitExceeded : .truncatedStream,
                "the file begins with a message of \(byteCount) bytes of metadata",
                remedy: "Check that it is an Arrow IPC stream", at: .init(byteOffset: start - 4))
        }
        return start..<start + byteCount
    }

    private static func needs(_ byteCount: Int, _ fileByteCount: Int?) throws(S3DBError) -> MetadataLookup {
        if let fileByteCount, fileByteCount < byteCount {
            throw S3DBError(
                .truncatedStream, "the file of \(fileByteCount) bytes ends within its first message",
                at: .init(byteOffset: fileByteCount))
        }
        return .needsHead(byteCount)
    }

    private static func keyValues(_ reader: FlatBufferReader) throws(S3DBError) -> KeyValueMetadata {
        let message = try reader.root()
        let type: Int8 = try message.integer(ArrowMessage.Slot.headerType, standard: 0)
        guard type == ArrowMessage.Header.schema.rawValue,
            let schema = try message.table(ArrowMessage.Slot.header)
        else {
            throw reader.corrupt("its first message is no schema", at: message.position)
        }
        var pairs: KeyValueMetadata = []
        var textLeft = reader.bytes.count * textRatioLimit
        for position in try schema.tables(Slot.schemaMetadata) {
            let pair = try reader.table(at: position)
            let key = try pair.string(Slot.key) ?? Buffer()
            let value = try pair.string(Slot.value) ?? Buffer()
            textLeft -= key.count + value.count
            guard textLeft >= 0 else {
                throw reader.corrupt("its keys and values overlap too often", at: position)
            }
            pairs.append((String(decoding: key, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return pairs
    }
}
