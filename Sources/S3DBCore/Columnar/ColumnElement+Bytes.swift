/// Stores byte strings; distinct means distinct bytes, whatever Unicode says of the text.
private func variableStorage(_ values: [[UInt8]?], encoding: ColumnEncoding, type: DataType) -> AnyColumn.Storage {
    switch encoding {
    case .plain:
        var offsets = BufferBuilder(capacity: (values.count + 1) * 4)
        var bytes = BufferBuilder()
        offsets.append(value: Int32(0))
        for value in values {
            if let value { bytes.append(contentsOf: value) }
            offsets.append(value: Int32(bytes.count))
        }
        return .variableLength(offsets: offsets.freeze(), bytes: bytes.freeze())
    case .dictionary:
        var positions: [[UInt8]: Int32] = [:]
        var distinct: [[UInt8]?] = []
        var indices = BufferBuilder(capacity: values.count * 4)
        for value in values {
            guard let value else {
                indices.append(value: Int32(0))
                continue
            }
            let position = positions[value] ?? Int32(distinct.count)
            if Int(position) == distinct.count {
                positions[value] = position
                distinct.append(value)
            }
            indices.append(value: position)
        }
        let storage = variableStorage(distinct, encoding: .plain, type: type)
        let column = AnyColumn(uncheckedType: type, count: distinct.count, storage: storage)
        return .dictionary(indices: indices.freeze(), ColumnDictionary(values: column))
    }
}

private func variableValues<Element>(
    _ storage: AnyColumn.Storage, empty: Element, make: (Slice<UnsafeBufferPointer<UInt8>>) -> Element
) -> [Element] {
    switch storage {
    case .variableLength(let offsets, let bytes):
        offsets.withElements(of: Int32.self) { offsets in
            bytes.withElements(of: UInt8.self) { bytes in
                offsets.indices.dropLast().map { make(bytes[Int(offsets[$0])..<Int(offsets[$0 + 1])]) }
            }
        }
    case .dictionary(let indices, let dictionary):
        gather(variableValues(dictionary.values.storage, empty: empty, make: make), at: indices, empty: empty)
    default: []
    }
}

extension String: ColumnElement {
    /// ``DataType/utf8``.
    public static var columnType: DataType { .utf8 }

    /// The values' UTF-8, plain or behind a dictionary. Traps beyond 2 GiB of text.
    public static func storage(of values: [String?], encoding: ColumnEncoding) -> AnyColumn.Storage {
        variableStorage(values.map { $0.map { Array($0.utf8) } }, encoding: encoding, type: .utf8)
    }

    /// Copies the values.
    public static func values(of storage: AnyColumn.Storage, count: Int) -> [String] {
        variableValues(storage, empty: "") { String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8]: ColumnElement {
    /// ``DataType/binary``.
    public static var columnType: DataType { .binary }

    /// The values' bytes, plain or behind a dictionary. Traps beyond 2 GiB of bytes.
    public static func storage(of values: [[UInt8]?], encoding: ColumnEncoding) -> AnyColumn.Storage {
        variableStorage(values, encoding: encoding, type: .binary)
    }

    /// Copies the values.
    public static func values(of storage: AnyColumn.Storage, count: Int) -> [[UInt8]] {
        variableValues(storage, empty: []) { Array($0) }
    }
}
