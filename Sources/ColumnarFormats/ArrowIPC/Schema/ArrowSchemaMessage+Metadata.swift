import S3DBCore

extension ArrowSchemaMessage {
    /// The largest schema message that is read, in bytes.
    static let byteLimit = 64 << 20

    /// The key-value metadata of the schema message at the front of a stream, or of a file behind its magic.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/truncatedStream`` or
    ///   ``S3DBError/Code/limitExceeded``, at the byte offset in the stream.
    static func findMetadata(head: RawSpan, fileByteCount: Int?) throws(S3DBError) -> MetadataLookup {
        let start = try messageStart(head: head)
        guard let metadata = try metadataRange(head: head, from: start, fileByteCount: fileByteCount) else {
            return try needs(start + ArrowMessage.prefixByteCount, fileByteCount)
        }
        guard metadata.upperBound <= head.byteCount else { return try needs(metadata.upperBound, fileByteCount) }
        let reader = FlatBufferReader(
            bytes: Buffer(copying: head.extracting(metadata)), byteOffset: metadata.lowerBound)
        return .found(try keyValues(reader))
    }

    /// Where the first message stands: behind the magic of a file.
    private static func messageStart(head: RawSpan) throws(S3DBError) -> Int {
        let magic = ArrowFooter.magic
        guard head.byteCount >= magic.count else { return 0 }
        let isFile = Buffer(copying: head.extracting(first: magic.count)).elementsEqual(magic)
        return isFile ? ArrowFooter.headByteCount : 0
    }

    /// Where the metadata of the first message stands, from its prefix; nil where that is not at hand.
    private static func metadataRange(
        head: RawSpan, from first: Int, fileByteCount: Int?
    ) throws(S3DBError) -> Range<Int>? {
        guard head.byteCount >= first + ArrowMessage.prefixByteCount else { return nil }
        let prefix = Buffer(copying: head.extracting(first..<first + ArrowMessage.prefixByteCount))
        let reader = FlatBufferReader(bytes: prefix, byteOffset: first)
        // Before format version 0.15 the length stood first.
        let isLegacy = try reader.integer(at: 0, as: UInt32.self) != ArrowMessage.continuation
        let start = isLegacy ? 4 : 8
        let byteCount = Int(try reader.integer(at: start - 4, as: Int32.self))
        guard byteCount > 0 else {
            throw S3DBError(
                .corruptFile, "the file does not begin with an Arrow schema message", at: .init(byteOffset: first))
        }
        let isTooLong = byteCount > byteLimit
        if isTooLong || first + start + byteCount > fileByteCount ?? .max {
            throw S3DBError(
                isTooLong ? .limitExceeded : .truncatedStream,
                "the file begins with a message of \(byteCount) bytes of metadata",
                remedy: "Check that it is an Arrow IPC stream", at: .init(byteOffset: first + start - 4))
        }
        return first + start..<first + start + byteCount
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
        var text = ArrowTextBudget(reader)
        return try text.pairs(schema, ArrowSchemaSlot.metadata)
    }
}
