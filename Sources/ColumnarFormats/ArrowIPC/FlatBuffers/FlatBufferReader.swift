// FlatBuffers, as far as a reader of Arrow's schema messages needs them: https://flatbuffers.dev/internals/

import S3DBCore

/// Reads a FlatBuffer whose bytes may be anything: every position is checked before it is read.
///
/// Positions are sums of few 32-bit offsets, so they do not overflow.
struct FlatBufferReader {
    /// The FlatBuffer.
    let bytes: Buffer
    /// Where it stands in the file; errors name offsets in the file.
    let byteOffset: Int

    /// The table that the FlatBuffer begins with.
    func root() throws(S3DBError) -> FlatBufferTable {
        try table(at: try reference(at: 0))
    }

    /// The integer at `position`, which may be unaligned.
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        at position: Int, as type: Value.Type = Value.self
    ) throws(S3DBError) -> Value {
        let size = MemoryLayout<Value>.size
        guard position >= 0, position <= bytes.count - size else { throw corrupt("an offset leaves it", at: position) }
        return bytes.withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Value.self))
        }
    }

    /// Where the offset at `position` points to.
    func reference(at position: Int) throws(S3DBError) -> Int {
        position + Int(try integer(at: position, as: UInt32.self))
    }

    /// The table at `position`.
    func table(at position: Int) throws(S3DBError) -> FlatBufferTable {
        let vtable = position - Int(try integer(at: position, as: Int32.self))
        let byteCount = Int(try integer(at: vtable, as: UInt16.self))
        guard byteCount >= 4, vtable + byteCount <= bytes.count else { throw corrupt("a vtable leaves it", at: vtable) }
        return FlatBufferTable(reader: self, position: position, vtable: vtable, vtableByteCount: byteCount)
    }

    /// The positions of a vector's elements of `elementByteCount` bytes; the vector stands at `position`.
    func vector(at position: Int, elementByteCount: Int) throws(S3DBError) -> StrideTo<Int> {
        let count = Int(try integer(at: position, as: UInt32.self))
        let first = position + 4
        guard count <= (bytes.count - first) / elementByteCount else {
            throw corrupt("a vector of \(count) elements leaves it", at: position)
        }
        return stride(from: first, to: first + count * elementByteCount, by: elementByteCount)
    }

    /// The bytes of the string at `position`.
    func string(at position: Int) throws(S3DBError) -> Buffer {
        let elements = try vector(at: position, elementByteCount: 1)
        let first = position + 4
        return bytes.slice(first..<first + elements.underestimatedCount)
    }

    /// An error about the byte at `position`.
    func corrupt(_ problem: String, at position: Int) -> S3DBError {
        S3DBError(
            .corruptFile, "the metadata of an Arrow message is damaged: \(problem)", at: location(position))
    }

    /// Where the byte at `position` stands in the file.
    func location(_ position: Int) -> S3DBError.Location {
        .init(byteOffset: byteOffset + max(0, min(position, bytes.count)))
    }
}

/// A table in a FlatBuffer.
struct FlatBufferTable {
    let reader: FlatBufferReader
    let position: Int
    let vtable: Int
    let vtableByteCount: Int

    /// Where the field with the number `slot` stands; nil where it is left out.
    func field(_ slot: Int) throws(S3DBError) -> Int? {
        let entry = 4 + slot * 2
        guard entry + 2 <= vtableByteCount else { return nil }
        let offset = Int(try reader.integer(at: vtable + entry, as: UInt16.self))
        return offset == 0 ? nil : position + offset
    }

    /// The integer field with the number `slot`, or `standard` where it is left out.
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ slot: Int, standard: Value
    ) throws(S3DBError) -> Value {
        guard let field = try field(slot) else { return standard }
        return try reader.integer(at: field)
    }

    /// The field with the number `slot` as a truth value; false where it is left out.
    func bool(_ slot: Int) throws(S3DBError) -> Bool {
        try integer(slot, standard: UInt8(0)) != 0
    }

    /// The vector of integers that the field refers to; nil where it is left out.
    func integers<Value: FixedWidthInteger & BitwiseCopyable>(
        _ slot: Int, as type: Value.Type
    ) throws(S3DBError) -> [Value]? {
        guard let field = try field(slot) else { return nil }
        var values: [Value] = []
        let position = try reader.reference(at: field)
        for element in try reader.vector(at: position, elementByteCount: MemoryLayout<Value>.size) {
            values.append(try reader.integer(at: element))
        }
        return values
    }

    /// The structs in the vector that the field refers to; none where it is left out.
    func structures(_ slot: Int, byteCount: Int) throws(S3DBError) -> FlatBufferStructures {
        guard let field = try field(slot) else {
            return FlatBufferStructures(first: self.position, count: 0, byteCount: byteCount)
        }
        let position = try reader.reference(at: field)
        let count = try reader.vector(at: position, elementByteCount: byteCount).underestimatedCount
        return FlatBufferStructures(first: position + 4, count: count, byteCount: byteCount)
    }

    /// The table that the field refers to.
    func table(_ slot: Int) throws(S3DBError) -> FlatBufferTable? {
        guard let field = try field(slot) else { return nil }
        return try reader.table(at: try reader.reference(at: field))
    }

    /// The bytes of the string that the field refers to.
    func string(_ slot: Int) throws(S3DBError) -> Buffer? {
        guard let field = try field(slot) else { return nil }
        return try reader.string(at: try reader.reference(at: field))
    }

    /// The tables of the vector that the field refers to, by their positions; empty where it is left out.
    func tables(_ slot: Int) throws(S3DBError) -> [Int] {
        guard let field = try field(slot) else { return [] }
        var positions: [Int] = []
        for element in try reader.vector(at: try reader.reference(at: field), elementByteCount: 4) {
            positions.append(try reader.reference(at: element))
        }
        return positions
    }
}

/// The structs of a vector, which lies within its FlatBuffer.
struct FlatBufferStructures {
    /// Where the first one stands, or the table that has none.
    let first: Int
    let count: Int
    let byteCount: Int

    /// Where the struct with a number stands; nil where there are fewer.
    func position(_ index: Int) -> Int? {
        index < count ? first + index * byteCount : nil
    }
}
