// Arrow's Message.fbs, `table RecordBatch`: https://github.com/apache/arrow/blob/main/format/Message.fbs

import S3DBCore

/// What the metadata of a batch says of its columns and its body.
struct ArrowBatchHeader {
    /// The number of values of one column, nested or not.
    struct Node {
        let count: Int
        let nullCount: Int
        /// Where the metadata says so, for errors.
        let position: Int
    }

    let reader: FlatBufferReader
    let rowCount: Int
    private let nodes: FlatBufferStructures
    private let buffers: FlatBufferStructures
    private let variadicCounts: [Int64]
    /// `CompressionType`; nil where the body is not compressed.
    let compressionCode: Int8?

    /// Slots of `table RecordBatch`.
    private enum Slot {
        static let rowCount = 0
        static let nodes = 1
        static let buffers = 2
        static let compression = 3
        static let variadicCounts = 4
    }

    init(_ table: FlatBufferTable, limits: ArrowReadLimits) throws(S3DBError) {
        reader = table.reader
        let count: Int64 = try table.integer(Slot.rowCount, standard: 0)
        rowCount = try Self.count(count, "rows", limits, reader, at: table.position)
        nodes = try table.structures(Slot.nodes, byteCount: 16)
        buffers = try table.structures(Slot.buffers, byteCount: 16)
        variadicCounts = try table.integers(Slot.variadicCounts, as: Int64.self) ?? []
        guard let compression = try table.table(Slot.compression) else {
            compressionCode = nil
            return
        }
        compressionCode = try compression.integer(0, standard: 0)
        let method: Int8 = try compression.integer(1, standard: 0)
        guard method == 0 else {
            throw S3DBError(
                .unsupported, "bodies compressed by method \(method) are not known",
                at: reader.location(compression.position))
        }
    }

    /// The node with a number.
    func node(_ index: Int, limits: ArrowReadLimits) throws(S3DBError) -> Node {
        guard let position = nodes.position(index) else {
            throw reader.corrupt("a batch has too few field nodes", at: nodes.first)
        }
        let count: Int64 = try reader.integer(at: position)
        let nullCount: Int64 = try reader.integer(at: position + 8)
        return Node(
            count: try Self.count(count, "values", limits, reader, at: position),
            nullCount: Int(clamping: nullCount), position: position)
    }

    /// Where the buffer with a number stands in a body of `bodyByteCount` bytes.
    func buffer(_ index: Int, bodyByteCount: Int) throws(S3DBError) -> Range<Int> {
        guard let position = buffers.position(index) else {
            throw reader.corrupt("a batch has too few buffers", at: buffers.first)
        }
        let start: Int64 = try reader.integer(at: position)
        let byteCount: Int64 = try reader.integer(at: position + 8)
        // An empty buffer may stand anywhere.
        if byteCount == 0 { return 0..<0 }
        guard start >= 0, byteCount > 0, start <= bodyByteCount, byteCount <= Int64(bodyByteCount) - start else {
            throw reader.corrupt(
                "a buffer of \(byteCount) bytes at \(start) leaves the body of \(bodyByteCount) bytes", at: position)
        }
        return Int(start)..<Int(start + byteCount)
    }

    /// How many buffers the views of the column with a number refer to, counted among columns of views.
    func variadicCount(_ index: Int) throws(S3DBError) -> Int {
        guard index < variadicCounts.count, let count = Int(exactly: variadicCounts[index]), count >= 0,
            count <= buffers.count
        else { throw reader.corrupt("a column of views does not say how many buffers it has", at: buffers.first) }
        return count
    }

    private static func count(
        _ count: Int64, _ unit: String, _ limits: ArrowReadLimits, _ reader: FlatBufferReader, at position: Int
    ) throws(S3DBError) -> Int {
        guard count >= 0 else { throw reader.corrupt("a batch of \(count) \(unit)", at: position) }
        guard count <= limits.rowCount else {
            throw S3DBError(
                .limitExceeded, "a batch of \(count) \(unit)", remedy: "If the data is genuine, raise the row limit",
                at: reader.location(position))
        }
        return Int(count)
    }
}
