import S3DBCore

/// Writes Thrift structures in the compact protocol
/// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
///
/// A writer stands inside one structure; fields are written in ascending order of their numbers.
struct CompactWriter: ~Copyable {
    private var output = BufferBuilder()
    private var lastField: Int16 = 0

    /// The number of bytes written.
    var count: Int { output.count }

    /// What a structure's fields end with.
    mutating func stop() {
        output.append(CompactType.stop.rawValue)
    }

    /// The bytes written; the writer is empty afterwards.
    mutating func freeze() -> Buffer {
        lastField = 0
        return output.freeze()
    }

    /// Appends a structure whose fields `body` writes.
    mutating func structure(_ body: (inout CompactWriter) -> Void) {
        let outer = lastField
        lastField = 0
        body(&self)
        stop()
        lastField = outer
    }

    // Fields.

    mutating func field(_ id: Int16, bool value: Bool) {
        header(id, value ? .booleanTrue : .booleanFalse)
    }

    mutating func field(_ id: Int16, i8 value: Int8) {
        header(id, .i8)
        output.append(UInt8(bitPattern: value))
    }

    mutating func field(_ id: Int16, i16 value: Int16) {
        header(id, .i16)
        zigzag(Int64(value))
    }

    mutating func field(_ id: Int16, i32 value: Int32) {
        header(id, .i32)
        zigzag(Int64(value))
    }

    mutating func field(_ id: Int16, i64 value: Int) {
        header(id, .i64)
        zigzag(Int64(value))
    }

    mutating func field(_ id: Int16, binary value: [UInt8]) {
        header(id, .binary)
        binary(value)
    }

    mutating func field(_ id: Int16, string value: String) {
        header(id, .binary)
        string(value)
    }

    mutating func field(_ id: Int16, structure body: (inout CompactWriter) -> Void) {
        header(id, .structure)
        structure(body)
    }

    /// A field that is a list; `body` writes one element.
    mutating func field<Elements: Collection>(
        _ id: Int16, list elements: Elements, of type: CompactType,
        _ body: (inout CompactWriter, Elements.Element) -> Void
    ) {
        header(id, .list)
        let count = elements.count
        if count < 15 {
            output.append(UInt8(count) << 4 | type.rawValue)
        } else {
            output.append(0xF0 | type.rawValue)
            varint(UInt64(count))
        }
        for element in elements { body(&self, element) }
    }

    /// A field that is a list of structures; `body` writes the fields of one.
    mutating func field<Elements: Collection>(
        _ id: Int16, structures elements: Elements, _ body: (inout CompactWriter, Elements.Element) -> Void
    ) {
        field(id, list: elements, of: .structure) { writer, element in
            writer.structure { body(&$0, element) }
        }
    }

    // Elements.

    mutating func bool(_ value: Bool) {
        output.append(value ? CompactType.booleanTrue.rawValue : CompactType.booleanFalse.rawValue)
    }

    mutating func integer(_ value: Int) {
        zigzag(Int64(value))
    }

    mutating func binary(_ value: [UInt8]) {
        varint(UInt64(value.count))
        output.append(contentsOf: value)
    }

    mutating func string(_ value: String) {
        varint(UInt64(value.utf8.count))
        output.append(contentsOf: value.utf8)
    }

    private mutating func header(_ id: Int16, _ type: CompactType) {
        let delta = id - lastField
        if delta > 0 && delta <= 15 {
            output.append(UInt8(delta) << 4 | type.rawValue)
        } else {
            output.append(type.rawValue)
            zigzag(Int64(id))
        }
        lastField = id
    }

    private mutating func zigzag(_ value: Int64) {
        varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    private mutating func varint(_ value: UInt64) {
        output.appendVarint(value)
    }
}

extension BufferBuilder {
    /// Appends an unsigned LEB128 integer, seven bits a byte, least significant first.
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
