// Arrow Columnar Format, "Variable-size Binary Layout": validity bits, 32-bit offsets, bytes.

import S3DBCore

/// Collects text or bytes; dictionary-encoded columns are written out in full.
final class ArrowVariableLengthColumn: ArrowColumn {
    private let byteLimit: Int
    private var validity = ArrowValidity()
    private var offsets = BufferBuilder()
    private var bytes = BufferBuilder()

    /// - Parameter byteLimit: The bytes of text in a record batch, at most `Int32.max`.
    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    func prepare() -> ArrowShape { ArrowShape(nodeCount: 1, bufferCount: 3) }
    var byteCount: Int { offsets.count + bytes.count + validity.byteCount }
    var hasNulls: Bool { validity.hasNulls }

    func fittingCount(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        let room = byteLimit - bytes.count
        switch column.storage {
        case .variableLength(let offsets, _):
            return offsets.withElements(of: Int32.self) { Self.fittingCount($0, rows, room: room) }
        case .dictionary(let indices, let dictionary):
            guard case .variableLength(let offsets, let text) = dictionary.values.storage else { return rows.count }
            // No value is longer than the dictionary's whole text.
            if text.count <= room / max(1, rows.count) { return rows.count }
            return try AnyColumn.withRows(indices, column.validity, offsets, text) { source, values in
                Self.fittingCount(source, values, rows, room: room)
            }
        default: return rows.count
        }
    }

    private static func fittingCount(
        _ offsets: UnsafeBufferPointer<Int32>, _ rows: Range<Int>, room: Int
    ) -> Int {
        let start = Int(offsets[rows.lowerBound])
        if Int(offsets[rows.upperBound]) - start <= room { return rows.count }
        // The last row whose end lies within the room; offsets ascend.
        var low = rows.lowerBound
        var high = rows.upperBound
        while low < high {
            let middle = (low + high + 1) / 2
            if Int(offsets[middle]) - start <= room { low = middle } else { high = middle - 1 }
        }
        return low - rows.lowerBound
    }

    private static func fittingCount(
        _ source: VariableLengthKernel.Rows, _ values: VariableLengthKernel.Values, _ rows: Range<Int>, room: Int
    ) -> Int {
        if VariableLengthKernel.byteCount(of: source, rows, in: values) <= room { return rows.count }
        var left = room
        for row in rows {
            left -= VariableLengthKernel.byteCount(of: source, row..<row + 1, in: values)
            if left < 0 { return row - rows.lowerBound }
        }
        return rows.count
    }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) {
        validity.append(column.validity, rows)
        if offsets.isEmpty { offsets.append(value: Int32(0)) }
        switch column.storage {
        case .variableLength(let offsets, let bytes):
            append(offsets, bytes, rows)
        case .dictionary(let indices, let dictionary):
            guard case .variableLength(let offsets, let text) = dictionary.values.storage else { return }
            try AnyColumn.withRows(indices, column.validity, offsets, text) { (source, values) throws(S3DBError) in
                try append(source, values, rows)
            }
        default: return
        }
    }

    /// Copies the bytes in bulk and moves the offsets.
    private func append(_ newOffsets: Buffer, _ newBytes: Buffer, _ rows: Range<Int>) {
        let start = bytes.count
        let used = newOffsets.withElements(of: Int32.self) { newOffsets in
            let first = newOffsets[rows.lowerBound]
            let shift = Int32(start) &- first
            offsets.append(upTo: rows.count * 4) { output in
                var position = 0
                for row in rows {
                    output.storeBytes(of: newOffsets[row + 1] &+ shift, toByteOffset: position, as: Int32.self)
                    position += 4
                }
                return position
            }
            return Int(first)..<Int(newOffsets[rows.upperBound])
        }
        bytes.append(newBytes.slice(used).bytes)
    }

    private func append(
        _ source: VariableLengthKernel.Rows, _ values: VariableLengthKernel.Values, _ rows: Range<Int>
    ) throws(S3DBError) {
        let start = bytes.count
        let end = VariableLengthKernel.appendEnds(of: source, rows, in: values, from: start, to: &offsets)
        guard end <= Int(Int32.max) else {
            throw S3DBError(
                .limitExceeded, "a record batch would hold more than 2^31 - 1 bytes of one column",
                remedy: "Lower batch-rows")
        }
        VariableLengthKernel.appendBytes(of: source, rows, in: values, byteCount: end - start, to: &bytes)
    }

    func flush(
        to body: inout ArrowBody, _ writer: ArrowBatchWriter, into output: inout BufferBuilder
    ) throws(S3DBError) {
        try validity.flush(to: &body, writer, into: &output)
        if offsets.isEmpty { offsets.append(value: Int32(0)) }
        try writer.append(draining: &offsets, to: &body, into: &output)
        try writer.append(draining: &bytes, to: &body, into: &output)
    }

    func reset() {
        validity.reset()
    }
}
