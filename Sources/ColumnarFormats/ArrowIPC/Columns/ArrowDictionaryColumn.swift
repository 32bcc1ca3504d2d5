// Arrow Columnar Format, "Dictionary-encoded Layout": validity bits, 32-bit indices into the values of a
// dictionary batch.

import S3DBCore

/// Collects text as positions in a dictionary of the section's distinct values, in the order of their appearance.
final class ArrowDictionaryColumn: ArrowColumn {
    private let id: Int64
    private var validity = ArrowValidity()
    private var indices = BufferBuilder()
    private var values = ArrowValueTable()

    /// The incoming dictionaries that `translation` is about.
    private var lineage: ColumnDictionary.Lineage?
    /// For each value of the incoming dictionary its position in the section's, or -1 while it was not met.
    private var translation: [Int32] = []

    init(id: Int64) {
        self.id = id
    }

    func prepare() -> ArrowShape { ArrowShape(nodeCount: 1, bufferCount: 2) }
    var byteCount: Int { indices.count + validity.byteCount + values.byteCount }
    var hasNulls: Bool { validity.hasNulls }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) {
        validity.append(column.validity, rows)
        switch column.storage {
        case .variableLength(let offsets, let bytes):
            try append(offsets, bytes, column.validity, rows)
        case .dictionary(let indices, let dictionary):
            guard case .variableLength(let offsets, let bytes) = dictionary.values.storage else { return }
            follow(dictionary)
            try AnyColumn.withRows(indices, column.validity, offsets, bytes) { (source, values) throws(S3DBError) in
                try translate(source, values, rows)
            }
        default: return
        }
    }

    /// Makes the translation one of `dictionary`: kept where it extends the last one.
    private func follow(_ dictionary: ColumnDictionary) {
        if lineage !== dictionary.lineage {
            lineage = dictionary.lineage
            translation.removeAll(keepingCapacity: true)
        }
        let missing = dictionary.values.count - translation.count
        if missing > 0 { translation.append(contentsOf: repeatElement(-1, count: missing)) }
    }

    private func translate(
        _ source: VariableLengthKernel.Rows, _ incoming: VariableLengthKernel.Values, _ rows: Range<Int>
    ) throws(S3DBError) {
        // A local table spares the loop the checks of access to a class's property.
        var known = translation
        translation = []
        defer { translation = known }
        try indices.append(upTo: rows.count * 4) { (output) throws(S3DBError) -> Int in
            var position = 0
            for row in rows {
                var index: Int32 = 0
                if !source.isNull(row) {
                    let incomingIndex = Int(source.indices[row])
                    index = known[incomingIndex]
                    if index < 0 {
                        index = try values.index(of: incoming, at: incomingIndex)
                        known[incomingIndex] = index
                    }
                }
                output.storeBytes(of: index, toByteOffset: position, as: Int32.self)
                position += 4
            }
            return position
        }
    }

    /// Hashes each plain value but those that repeat the one before.
    private func append(
        _ offsets: Buffer, _ bytes: Buffer, _ validity: Bitmap?, _ rows: Range<Int>
    ) throws(S3DBError) {
        // Plain rows have no indices; only their nulls are asked for.
        try AnyColumn.withRows(Buffer(), validity, offsets, bytes) { (source, incoming) throws(S3DBError) in
            var last: (row: Int, index: Int32)?
            indices.reserve(rows.count * 4)
            for row in rows {
                var index: Int32 = 0
                if !source.isNull(row) {
                    if let last, incoming.isEqual(last.row, row) {
                        index = last.index
                    } else {
                        index = try values.index(of: incoming, at: row)
                    }
                    last = (row, index)
                }
                indices.append(value: index)
            }
        }
    }

    func flush(
        to body: inout ArrowBody, _ writer: ArrowBatchWriter, into output: inout BufferBuilder
    ) throws(S3DBError) {
        try validity.flush(to: &body, writer, into: &output)
        try writer.append(draining: &indices, to: &body, into: &output)
    }

    func takeDictionaries() throws(S3DBError) -> [ArrowDictionaryBatch] {
        lineage = nil
        translation.removeAll(keepingCapacity: true)
        let column = values.freeze()
        let plain = ArrowVariableLengthColumn(byteLimit: Int(Int32.max))
        try plain.append(column, 0..<column.count)
        return [ArrowDictionaryBatch(id: id, rowCount: column.count, values: plain)]
    }

    func reset() {
        validity.reset()
    }
}
