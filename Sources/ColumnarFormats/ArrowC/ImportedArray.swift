// Arrow C Data Interface, "Release callback semantics -- for consumers", "Moving an array":
// https://arrow.apache.org/docs/format/CDataInterface.html#release-callback-semantics-for-consumers

import CArrow
import S3DBCore

/// An array that others made, which is released when the last buffer of it is gone.
///
/// Unchecked: the structure is moved here once and then only read.
final class ImportedArray: @unchecked Sendable {
    /// The array.
    let root: ArrowArray

    /// Moves an array here; what it is moved from counts as released.
    init(moving array: UnsafeMutablePointer<ArrowArray>) {
        root = array.pointee
        array.pointee.release = nil
    }

    deinit {
        var array = root
        if let release = array.release { release(&array) }
    }

    /// The values as a column of a field.
    func column(_ field: ArrowField) throws(S3DBError) -> AnyColumn { try column(root, field) }

    private func column(_ array: ArrowArray, _ field: ArrowField) throws(S3DBError) -> AnyColumn {
        guard let length = Int(exactly: array.length), let offset = Int(exactly: array.offset), length >= 0,
            offset >= 0,
            length <= Int.max - offset - 1
        else { throw S3DBError(.invalidArgument, "a C array of \(array.length) values from \(array.offset) on") }
        do throws(S3DBError) {
            let whole = try whole(array, field, count: offset + length)
            return offset == 0 ? whole : whole.slice(offset..<offset + length)
        } catch {
            throw error.located(in: .init(column: field.field.name))
        }
    }

    /// The values with those that stand before the array's offset.
    private func whole(_ array: ArrowArray, _ field: ArrowField, count: Int) throws(S3DBError) -> AnyColumn {
        if field.dictionaryID != nil { return try dictionaryColumn(array, field, count: count) }
        let type = field.field.type
        var buffers = ImportedBuffers(array, owner: self)
        let validity = type.layout.hasValidity ? try buffers.validity(count: count, nullCount: array.null_count) : nil
        var parts = ArrowParts(buffers: [], children: [])
        for buffer in type.layout.arrowBuffers where buffer != .validity {
            parts.buffers.append(try buffers.next(buffer, count: count, offsets: parts.buffers.last))
        }
        if type.layout == .views { parts.buffers += try buffers.variadic() }
        for (index, child) in field.children.enumerated() {
            guard index < array.n_children, let values = array.children?[index] else {
                throw S3DBError(.invalidArgument, "a C array lacks a child")
            }
            parts.children.append(try column(values.pointee, child))
        }
        guard let storage = parts.storage(of: type, count: count) else {
            throw S3DBError(.corruptFile, "the parts of a C array do not fit its length")
        }
        return try Self.checked(type, count, validity, storage)
    }

    private func dictionaryColumn(
        _ array: ArrowArray, _ field: ArrowField, count: Int
    ) throws(S3DBError) -> AnyColumn {
        let indexType = field.field.dictionary?.indexType ?? .int32
        guard let dictionary = array.dictionary, let width = indexType.byteWidth else {
            throw S3DBError(.invalidArgument, "a C array lacks its dictionary")
        }
        let values = ArrowDictionaries.Values(try column(dictionary.pointee, field.dictionaryValues))
        var buffers = ImportedBuffers(array, owner: self)
        let validity = try buffers.validity(count: count, nullCount: array.null_count)
        let indices = try buffers.next(.values(byteWidth: width), count: count, offsets: nil)
        guard let (positions, isValid) = ArrowIndices.positions(indices, of: indexType, validity: validity, in: values)
        else { throw S3DBError(.corruptFile, "a position beyond the dictionary of a C array") }
        if field.field.type == .null { return .nulls(.null, count: count) }
        return try Self.checked(
            field.field.type, count, isValid, .dictionary(indices: positions, values.dictionary))
    }

    private static func checked(
        _ type: DataType, _ count: Int, _ validity: Bitmap?, _ storage: AnyColumn.Storage
    ) throws(S3DBError) -> AnyColumn {
        let column: AnyColumn
        do throws(S3DBError) {
            column = try AnyColumn(type: type, count: count, validity: validity, storage: storage)
        } catch {
            throw S3DBError(.corruptFile, "a C array is damaged: \(error.message)")
        }
        if let row = ArrowText.misfit(in: column) {
            throw S3DBError(.invalidUTF8, "the text of value \(row) is not UTF-8")
        }
        return column
    }
}

/// Gives the buffers of one array, whose sizes follow from its type and length.
struct ImportedBuffers {
    private let array: ArrowArray
    private let owner: ImportedArray
    private var index = 0

    init(_ array: ArrowArray, owner: ImportedArray) {
        self.array = array
        self.owner = owner
    }

    /// The validity bits; nil where none is null.
    mutating func validity(count: Int, nullCount: Int64) throws(S3DBError) -> Bitmap? {
        let start = try pointer()
        guard let start, nullCount != 0, let byteCount = ArrowBuffer.validity.byteCount(for: count) else { return nil }
        return ArrowBits.bitmap(buffer(start, byteCount), count: count)
    }

    /// The next buffer, cut to what `count` values need; for bytes to the last of `offsets`.
    mutating func next(_ kind: ArrowBuffer, count: Int, offsets: Buffer?) throws(S3DBError) -> Buffer {
        let start = try pointer()
        if case .offsets(let width) = kind, count == 0 {
            // The only offset of no values may be missing.
            return Buffer([UInt8](repeating: 0, count: width))
        }
        var needed = kind.byteCount(for: count)
        if kind == .bytes { needed = offsets.flatMap { Self.last($0, count: count) } }
        guard let needed, needed >= 0 else { throw S3DBError(.corruptFile, "offsets of a C array that make no sense") }
        guard let start else {
            guard needed == 0 else { throw S3DBError(.corruptFile, "a C array lacks a buffer") }
            return Buffer()
        }
        let used = buffer(start, needed)
        return used.isAligned(to: kind.alignment) ? used : Buffer(copying: used.bytes)
    }

    /// The buffers that views refer to; the last one says how long they are.
    mutating func variadic() throws(S3DBError) -> [Buffer] {
        let count = Int(array.n_buffers) - index - 1
        guard count >= 0 else { throw S3DBError(.corruptFile, "a C array of views lacks the sizes of its buffers") }
        var buffers: [Buffer] = []
        let sizes = array.buffers?[index + count]
        for number in 0..<count {
            let start = try pointer()
            let size = sizes?.loadUnaligned(fromByteOffset: number * 8, as: Int64.self) ?? 0
            guard size >= 0 else { throw S3DBError(.corruptFile, "a buffer of \(size) bytes of a C array") }
            buffers.append(start.map { buffer($0, Int(size)) } ?? Buffer())
        }
        return buffers
    }

    private mutating func pointer() throws(S3DBError) -> UnsafeRawPointer? {
        guard index < array.n_buffers, let buffers = array.buffers else {
            throw S3DBError(.corruptFile, "a C array has too few buffers")
        }
        defer { index += 1 }
        return buffers[index]
    }

    private func buffer(_ start: UnsafeRawPointer, _ byteCount: Int) -> Buffer {
        Buffer(
            unsafelySharing: UnsafeRawBufferPointer(start: start, count: byteCount), keptAliveBy: owner)
    }

    /// The last of `count + 1` offsets of 4 or 8 bytes.
    private static func last(_ offsets: Buffer, count: Int) -> Int? {
        if offsets.count == (count + 1) * 4 { return offsets.withElements(of: Int32.self) { $0.last.map { Int($0) } } }
        return offsets.withElements(of: Int64.self) { $0.last.map { Int($0) } }
    }
}
