// Arrow's File.fbs: https://github.com/apache/arrow/blob/main/format/File.fbs
//
//   ARROW1, padded | schema, dictionaries, record batches, as in a stream | footer | its length, Int32 | ARROW1

import S3DBCore

/// Where a message stands in a file (File.fbs, `struct Block`).
struct ArrowBlock: Hashable, Sendable {
    /// The size of the struct.
    static let byteCount = 24

    /// Where the message begins.
    var offset: Int
    /// The bytes of its prefix and metadata, with padding.
    var metadataByteCount: Int
    /// The bytes of its body.
    var bodyByteCount: Int

    /// The message's bytes in the file.
    var range: Range<Int> { offset..<offset + metadataByteCount + bodyByteCount }

    /// The block of the same message further behind, or in front.
    func moved(by byteCount: Int) -> ArrowBlock {
        ArrowBlock(
            offset: offset + byteCount, metadataByteCount: metadataByteCount, bodyByteCount: bodyByteCount)
    }
}

/// What the end of a file says.
struct ArrowFooter: Sendable {
    /// What a file begins and ends with.
    static let magic = Array("ARROW1".utf8)
    /// The bytes of a file before its first message.
    static let headByteCount = 8
    /// The bytes behind the footer: its length and the magic.
    static let tailByteCount = 10

    /// The schema.
    var schema: ArrowMessageSchema
    /// The dictionaries, in the order in which they are to be read.
    var dictionaries: [ArrowBlock]
    /// The record batches.
    var recordBatches: [ArrowBlock]
    /// The custom metadata of the footer.
    var metadata: KeyValueMetadata

    /// The slots of `table Footer`.
    enum Slot {
        static let version = 0
        static let schema = 1
        static let dictionaries = 2
        static let recordBatches = 3
        static let metadata = 4
    }

    /// Whether `bytes` begin as a file does.
    static func isHead(_ bytes: RawSpan) -> Bool {
        bytes.byteCount >= headByteCount
            && magic.indices.allSatisfy { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) == magic[$0] }
    }

    /// Where the footer of a file of `fileByteCount` bytes stands, by its last ``tailByteCount`` bytes.
    static func range(tail: Buffer, fileByteCount: Int) throws(S3DBError) -> Range<Int> {
        let end = fileByteCount - tailByteCount
        guard end >= headByteCount, tail.count == tailByteCount, tail.dropFirst(4).elementsEqual(magic) else {
            throw S3DBError(
                fileByteCount < headByteCount + tailByteCount ? .truncatedStream : .corruptFile,
                "the file does not end as an Arrow file does", remedy: "Fetch it again, or read it as a stream",
                at: .init(byteOffset: max(0, end)))
        }
        let length = Int(
            Int32(littleEndian: tail.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 0, as: Int32.self) }))
        guard length > 0, length <= end - headByteCount else {
            throw S3DBError(.corruptFile, "a footer of \(length) bytes", at: .init(byteOffset: end))
        }
        return end - length..<end
    }

    /// Reads a footer, which stands at `byteOffset` of the file.
    init(_ bytes: Buffer, byteOffset: Int) throws(S3DBError) {
        let reader = FlatBufferReader(bytes: bytes, byteOffset: byteOffset)
        let root = try reader.root()
        // Old writers leave the footer's version out; messages have their own.
        if try root.field(Slot.version) != nil { _ = try ArrowVersion(root, slot: Slot.version) }
        guard let schema = try root.table(Slot.schema) else {
            throw reader.corrupt("a footer has no schema", at: root.position)
        }
        self.schema = try ArrowSchemaReader.schema(schema)
        dictionaries = try Self.blocks(root, Slot.dictionaries, end: byteOffset)
        recordBatches = try Self.blocks(root, Slot.recordBatches, end: byteOffset)
        var text = ArrowTextBudget(reader)
        metadata = try text.pairs(root, Slot.metadata)
    }

    /// The blocks of a vector, which lie between head and footer and do not have more bytes than that.
    private static func blocks(_ root: FlatBufferTable, _ slot: Int, end: Int) throws(S3DBError) -> [ArrowBlock] {
        let structures = try root.structures(slot, byteCount: ArrowBlock.byteCount)
        var blocks: [ArrowBlock] = []
        var left = end
        for index in 0..<structures.count {
            guard let position = structures.position(index) else { break }
            let offset: Int64 = try root.reader.integer(at: position)
            let metadata: Int32 = try root.reader.integer(at: position + 8)
            let body: Int64 = try root.reader.integer(at: position + 16)
            guard offset >= 0, metadata > 0, body >= 0, offset <= end, Int(metadata) <= end - Int(offset),
                body <= end - Int(offset) - Int(metadata)
            else { throw root.reader.corrupt("a block leaves the file", at: position) }
            left -= Int(metadata) + Int(body)
            guard left >= 0 else { throw root.reader.corrupt("its blocks overlap", at: position) }
            blocks.append(
                ArrowBlock(offset: Int(offset), metadataByteCount: Int(metadata), bodyByteCount: Int(body)))
        }
        return blocks
    }
}

/// What a file has behind the end mark of its stream, seen from front to back.
struct ArrowFileEnd: Sendable {
    private var tail = Buffer()
    private var byteCount = ArrowFooter.headByteCount

    /// Takes the bytes that follow.
    mutating func append(_ bytes: Buffer) {
        byteCount += bytes.count
        var end = BufferBuilder()
        if bytes.count < ArrowFooter.tailByteCount { end.append(tail.bytes) }
        end.append(bytes.bytes)
        let joined = end.freeze()
        tail = joined.slice(max(0, joined.count - ArrowFooter.tailByteCount)..<joined.count)
    }

    /// Checks that a whole footer may stand there.
    func check() throws(S3DBError) {
        _ = try ArrowFooter.range(tail: tail, fileByteCount: byteCount)
    }
}
