// FlatBuffers, as far as Arrow's messages need them: https://flatbuffers.dev/internals/
//
//   root offset | vtable | table | what the table refers to, depth first
//
// Offsets to tables, strings and vectors are unsigned and point forward, so a parent stands before its children.
// A table's own first word says how far in front of it its vtable stands.

import S3DBCore

/// A value in a FlatBuffer.
indirect enum FlatBufferValue {
    case bool(Bool)
    case int8(Int8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case string(String)
    /// A table: for each field of its schema, in order, the value or nil where it is left out.
    case table([FlatBufferValue?])
    /// A vector of tables.
    case tables([FlatBufferValue])
    /// A vector of structs of two 64-bit integers.
    case pairs([FlatBufferPair])
    /// A vector of structs of some 64-bit integers each, one after the other.
    case structures([Int64], wordCount: Int)
    /// A vector of 32-bit integers.
    case int32s([Int32])

    /// The bytes that stand in the table: the value itself or the offset to it.
    fileprivate var inlineByteCount: Int {
        switch self {
        case .bool, .int8: 1
        case .int16: 2
        case .int32, .string, .table, .tables, .pairs, .structures, .int32s: 4
        case .int64: 8
        }
    }
}

/// A struct of two 64-bit integers, such as Arrow's `FieldNode` and `Buffer`.
struct FlatBufferPair: Hashable {
    var first: Int64
    var second: Int64

    init(_ first: Int, _ second: Int) {
        self.first = Int64(first)
        self.second = Int64(second)
    }
}

/// Writes a FlatBuffer front to back.
struct FlatBufferWriter: ~Copyable {
    private var output = BufferBuilder()

    /// The bytes of a FlatBuffer; they must come to stand at a multiple of 8.
    static func bytes(root: [FlatBufferValue?]) -> Buffer {
        var writer = FlatBufferWriter()
        writer.output.appendLittleEndian(UInt32(0))
        writer.setOffset(at: 0, to: writer.append(table: root))
        writer.output.pad(to: 8)
        return writer.output.freeze()
    }

    /// Appends vtable, table and all that it refers to, and returns where the table stands.
    private mutating func append(table slots: [FlatBufferValue?]) -> Int {
        let vtable = appendVTable(slots)
        // The fields of 8 bytes follow the 4 bytes of the offset to the vtable.
        while output.count % 8 != 4 { output.append(0) }
        let position = output.count
        output.appendLittleEndian(Int32(position - vtable))
        var references: [(position: Int, value: FlatBufferValue)] = []
        for width in Self.inlineWidths {
            for case let value? in slots where value.inlineByteCount == width {
                if !append(scalar: value) {
                    references.append((output.count, value))
                    output.appendLittleEndian(UInt32(0))
                }
            }
        }
        for reference in references {
            setOffset(at: reference.position, to: append(referenced: reference.value))
        }
        return position
    }

    /// The order of a table's fields: by size, so that each is aligned without padding.
    private static let inlineWidths = [8, 4, 2, 1]

    private mutating func appendVTable(_ slots: [FlatBufferValue?]) -> Int {
        var offsets = [UInt16](repeating: 0, count: slots.count)
        var byteCount = 4
        for width in Self.inlineWidths {
            for (slot, value) in slots.enumerated() where value?.inlineByteCount == width {
                offsets[slot] = UInt16(byteCount)
                byteCount += width
            }
        }
        output.pad(to: 2)
        let position = output.count
        output.appendLittleEndian(UInt16(4 + 2 * slots.count))
        output.appendLittleEndian(UInt16(byteCount))
        for offset in offsets { output.appendLittleEndian(offset) }
        return position
    }

    /// Appends a value that stands in the table itself; false for one that is referred to.
    private mutating func append(scalar value: FlatBufferValue) -> Bool {
        switch value {
        case .bool(let value): output.append(value ? 1 : 0)
        case .int8(let value): output.appendLittleEndian(value)
        case .int16(let value): output.appendLittleEndian(value)
        case .int32(let value): output.appendLittleEndian(value)
        case .int64(let value): output.appendLittleEndian(value)
        case .string, .table, .tables, .pairs, .structures, .int32s: return false
        }
        return true
    }

    private mutating func append(referenced value: FlatBufferValue) -> Int {
        switch value {
        case .string(let text): append(string: text)
        case .table(let slots): append(table: slots)
        case .tables(let tables): append(tables: tables)
        case .pairs(let pairs): append(words: pairs.flatMap { [$0.first, $0.second] }, wordCount: 2)
        case .structures(let words, let wordCount): append(words: words, wordCount: wordCount)
        case .int32s(let integers): append(integers: integers)
        case .bool, .int8, .int16, .int32, .int64: output.count
        }
    }

    private mutating func append(string text: String) -> Int {
        output.pad(to: 4)
        let position = output.count
        output.appendLittleEndian(UInt32(text.utf8.count))
        output.append(contentsOf: text.utf8)
        output.append(0)
        return position
    }

    private mutating func append(tables: [FlatBufferValue]) -> Int {
        output.pad(to: 4)
        let position = output.count
        output.appendLittleEndian(UInt32(tables.count))
        let first = output.count
        output.appendZeros(tables.count * 4)
        for (index, table) in tables.enumerated() {
            setOffset(at: first + index * 4, to: append(referenced: table))
        }
        return position
    }

    private mutating func append(words: [Int64], wordCount: Int) -> Int {
        // The elements, of 8-byte alignment, follow the 4 bytes of their number.
        while output.count % 8 != 4 { output.append(0) }
        let position = output.count
        output.appendLittleEndian(UInt32(words.count / wordCount))
        for word in words { output.appendLittleEndian(word) }
        return position
    }

    private mutating func append(integers: [Int32]) -> Int {
        output.pad(to: 4)
        let position = output.count
        output.appendLittleEndian(UInt32(integers.count))
        for integer in integers { output.appendLittleEndian(integer) }
        return position
    }

    private mutating func setOffset(at position: Int, to target: Int) {
        let offset = UInt32(target - position).littleEndian
        output.withUnsafeMutableBytes { $0.storeBytes(of: offset, toByteOffset: position, as: UInt32.self) }
    }
}
