// Arrow C Data Interface, "The ArrowArray structure":
// https://arrow.apache.org/docs/format/CDataInterface.html#the-arrowarray-structure

import CArrow
import S3DBCore

/// What an exported array refers to, until its release callback is called: the buffers themselves, not copies.
final class ExportedArray {
    private let buffers: [Buffer?]
    private let pointers: UnsafeMutablePointer<UnsafeRawPointer?>
    private let children: ExportedChildren<ArrowArray>
    private let dictionary: ExportedChildren<ArrowArray>

    /// Fills `target` with a column, which is then its consumer's to release.
    static func export(_ column: AnyColumn, to target: UnsafeMutablePointer<ArrowArray>) {
        let parts = ArrowParts(column.storage)
        var buffers = parts.buffers.map(Optional.some)
        if column.type.layout == .views, !column.isDictionary {
            // Consumers are told how long the buffers behind the views are.
            buffers.append(Buffer(copying: parts.buffers.dropFirst().map { Int64($0.count) }))
        }
        if column.type.layout.hasValidity || column.isDictionary { buffers.insert(column.validity?.buffer, at: 0) }
        var values: [AnyColumn] = []
        if case .dictionary(_, let dictionary) = column.storage { values = [dictionary.values] }
        let nullCount = column.isDictionary ? column.validity.map { $0.count - $0.setCount } ?? 0 : column.nullCount
        ExportedArray(buffers, parts.children, values).fill(target, count: column.count, nullCount: nullCount)
    }

    /// Fills `target` with a structure that has no nulls: the columns of a batch.
    static func export(_ batch: RecordBatch, to target: UnsafeMutablePointer<ArrowArray>) {
        ExportedArray([nil], batch.columns, []).fill(target, count: batch.rowCount, nullCount: 0)
    }

    private static let zeros = Buffer([UInt8](repeating: 0, count: Buffer.alignment))

    private init(_ buffers: [Buffer?], _ columns: [AnyColumn], _ values: [AnyColumn]) {
        self.buffers = buffers
        pointers = .allocate(capacity: max(1, buffers.count))
        for (index, buffer) in buffers.enumerated() {
            // Empty buffers stand somewhere, too: only validity bits may be missing.
            let start = buffer.map { $0.isEmpty ? Self.zeros.unsafeStart : $0.unsafeStart }
            (pointers + index).initialize(to: start)
        }
        children = ExportedChildren(columns) { ExportedArray.export($0, to: $1) }
        dictionary = ExportedChildren(values) { ExportedArray.export($0, to: $1) }
    }

    private func fill(_ target: UnsafeMutablePointer<ArrowArray>, count: Int, nullCount: Int) {
        target.initialize(
            to: ArrowArray(
                length: Int64(count), null_count: Int64(nullCount), offset: 0, n_buffers: Int64(buffers.count),
                n_children: Int64(children.count), buffers: pointers, children: children.pointers,
                dictionary: dictionary.first,
                release: { array in
                    guard let array, let kept = array.pointee.private_data else { return }
                    Unmanaged<ExportedArray>.fromOpaque(kept).takeRetainedValue().releaseChildren()
                    array.pointee.release = nil
                    array.pointee.private_data = nil
                }, private_data: Unmanaged.passRetained(self).toOpaque()))
    }

    private func releaseChildren() {
        for child in children.all + dictionary.all { child.pointee.release?(child) }
    }

    deinit {
        pointers.deallocate()
    }
}

extension AnyColumn {
    /// Whether the values are positions in a dictionary.
    fileprivate var isDictionary: Bool { if case .dictionary = storage { true } else { false } }
}
