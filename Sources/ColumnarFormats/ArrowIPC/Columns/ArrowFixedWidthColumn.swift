// Arrow Columnar Format, "Fixed-size Primitive Layout": validity bits, values.

import S3DBCore

/// Collects values of a fixed byte width.
final class ArrowFixedWidthColumn: ArrowColumn {
    private let byteWidth: Int
    private var validity = ArrowValidity()
    /// The values of the pending rows, where they stand.
    private var values = ArrowPieces()

    init(byteWidth: Int) {
        self.byteWidth = byteWidth
    }

    func prepare() -> ArrowShape { ArrowShape(nodeCount: 1, bufferCount: 2) }
    var byteCount: Int { values.byteCount + validity.byteCount }
    var hasNulls: Bool { validity.hasNulls }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) {
        guard case .fixedWidth(let buffer) = column.storage else {
            return try append(try column.plain(), rows)
        }
        validity.append(column.validity, rows)
        values.append(buffer.slice(rows.lowerBound * byteWidth..<rows.upperBound * byteWidth))
    }

    func flush(
        to body: inout ArrowBody, _ writer: ArrowBatchWriter, into output: inout BufferBuilder
    ) throws(S3DBError) {
        try validity.flush(to: &body, writer, into: &output)
        try writer.append(to: &body, into: &output) { values.drain(into: &$0) }
    }

    func reset() {
        validity.reset()
    }
}

/// Collects booleans, which are bits.
final class ArrowBooleanColumn: ArrowColumn {
    private var validity = ArrowValidity()
    private var values = BitmapBuilder()

    func prepare() -> ArrowShape { ArrowShape(nodeCount: 1, bufferCount: 2) }
    var byteCount: Int { values.count / 8 + validity.byteCount }
    var hasNulls: Bool { validity.hasNulls }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) {
        guard case .bits(let bits) = column.storage else {
            return try append(try column.plain(), rows)
        }
        validity.append(column.validity, rows)
        values.append(bits, rows)
    }

    func flush(
        to body: inout ArrowBody, _ writer: ArrowBatchWriter, into output: inout BufferBuilder
    ) throws(S3DBError) {
        try validity.flush(to: &body, writer, into: &output)
        let bits = values.freeze()
        try writer.append(buffer: bits.buffer.bytes, to: &body, into: &output)
    }

    func reset() {
        validity.reset()
    }
}
