// Arrow's Message.fbs: https://github.com/apache/arrow/blob/main/format/Message.fbs

import S3DBCore

/// The version of a message's metadata (Schema.fbs, `MetadataVersion`).
enum ArrowVersion: Int16 {
    /// Since 0.8.
    case v4 = 3
    /// Since 1.0: unions have no validity bits.
    case v5 = 4

    /// The version that a table names in a slot.
    init(_ table: FlatBufferTable, slot: Int) throws(S3DBError) {
        let number: Int16 = try table.integer(slot, standard: 0)
        guard let version = ArrowVersion(rawValue: number) else {
            throw S3DBError(
                .unsupported, "metadata of version \(Int(number) + 1); versions 4 and 5 are read",
                remedy: number < 3 ? "Write the file again with Arrow 0.8 or later" : nil,
                at: table.reader.location(table.position))
        }
        self = version
    }
}

/// What the metadata of a message says.
struct ArrowMessageHead {
    /// The version of the metadata.
    let version: ArrowVersion
    /// Which table the header is.
    let kind: ArrowMessage.Header
    /// The header.
    let table: FlatBufferTable
    /// The bytes of the body.
    let bodyByteCount: Int
    private let root: FlatBufferTable

    /// Reads the metadata of a message, which stands at `byteOffset` of the file.
    init(_ metadata: Buffer, byteOffset: Int) throws(S3DBError) {
        let reader = FlatBufferReader(bytes: metadata, byteOffset: byteOffset)
        root = try reader.root()
        version = try ArrowVersion(root, slot: ArrowMessage.Slot.version)
        let number: Int8 = try root.integer(ArrowMessage.Slot.headerType, standard: 0)
        guard let kind = ArrowMessage.Header(rawValue: number) else {
            throw S3DBError(
                number == 4 || number == 5 ? .unsupported : .corruptFile,
                number == 4 || number == 5
                    ? "the stream holds a tensor, which is not read" : "a message of kind \(number)",
                at: reader.location(root.position))
        }
        self.kind = kind
        guard let table = try root.table(ArrowMessage.Slot.header) else {
            throw reader.corrupt("a message has no header", at: root.position)
        }
        self.table = table
        let byteCount: Int64 = try root.integer(ArrowMessage.Slot.bodyByteCount, standard: 0)
        guard byteCount >= 0 else { throw reader.corrupt("a body of \(byteCount) bytes", at: root.position) }
        bodyByteCount = Int(byteCount)
    }

    /// The custom metadata of the message.
    func metadata() throws(S3DBError) -> KeyValueMetadata {
        var text = ArrowTextBudget(root.reader)
        return try text.pairs(root, ArrowMessage.Slot.metadata)
    }
}

/// Where the parts of a message stand behind its first byte.
struct ArrowFrame {
    /// The metadata.
    let metadata: Range<Int>

    /// What stands in front of the metadata at least, in bytes.
    static let leastByteCount = 4

    /// Finds the metadata of the message that `input` begins with.
    ///
    /// - Returns: nil where more bytes are needed; a frame without metadata for the end of a stream.
    init?(_ input: RawSpan, at byteOffset: Int, limits: ArrowReadLimits) throws(S3DBError) {
        guard input.byteCount >= Self.leastByteCount else { return nil }
        // Before format version 0.15 the length stood first.
        let isLegacy = Self.word(input, 0) != ArrowMessage.continuation
        let start = isLegacy ? Self.leastByteCount : ArrowMessage.prefixByteCount
        guard input.byteCount >= start else { return nil }
        let byteCount = Int(Int32(bitPattern: Self.word(input, start - 4)))
        guard byteCount >= 0 else {
            throw S3DBError(
                .corruptFile, "a message of \(byteCount) bytes of metadata",
                at: .init(byteOffset: byteOffset + start - 4))
        }
        guard byteCount <= limits.metadataByteCount else {
            throw S3DBError(
                .limitExceeded, "a message of \(byteCount) bytes of metadata",
                remedy: "Check that this is an Arrow IPC stream, or raise the limit",
                at: .init(byteOffset: byteOffset + start - 4))
        }
        metadata = start..<start + byteCount
    }

    /// The integer at a position, which must lie within.
    private static func word(_ input: RawSpan, _ position: Int) -> UInt32 {
        UInt32(littleEndian: input.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: UInt32.self) })
    }
}
