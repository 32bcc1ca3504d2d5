/// A fixed-width Swift number.
public protocol FixedWidthElement: ColumnElement, BitwiseCopyable {
    /// What stands at a null's position.
    static var placeholder: Self { get }
}

extension FixedWidthElement {
    /// The values one after the other; numbers have no other encoding.
    public static func storage(of values: [Self?], encoding: ColumnEncoding) -> AnyColumn.Storage {
        .fixedWidth(Buffer(copying: values.map { $0 ?? placeholder }))
    }

    /// Copies the values.
    public static func values(of storage: AnyColumn.Storage, count: Int) -> [Self] {
        switch storage {
        case .fixedWidth(let buffer): buffer.withElements(of: Self.self) { Array($0) }
        case .dictionary(let indices, let dictionary):
            gather(values(of: dictionary.values.storage, count: dictionary.values.count), at: indices)
        default: []
        }
    }
}

/// The elements of `values` at the positions in `indices`; the first for a null where there are none.
func gather<Element>(_ values: [Element], at indices: Buffer, empty: Element) -> [Element] {
    indices.withElements(of: Int32.self) { indices in
        indices.map { values.isEmpty ? empty : values[Int($0)] }
    }
}

private func gather<Element: FixedWidthElement>(_ values: [Element], at indices: Buffer) -> [Element] {
    gather(values, at: indices, empty: Element.placeholder)
}

extension FixedWidthElement where Self: ExpressibleByIntegerLiteral {
    /// Zero.
    public static var placeholder: Self { 0 }
}

extension Int8: FixedWidthElement {
    /// ``DataType/int8``.
    public static var columnType: DataType { .int8 }
}
extension Int16: FixedWidthElement {
    /// ``DataType/int16``.
    public static var columnType: DataType { .int16 }
}
extension Int32: FixedWidthElement {
    /// ``DataType/int32``.
    public static var columnType: DataType { .int32 }
}
extension Int64: FixedWidthElement {
    /// ``DataType/int64``.
    public static var columnType: DataType { .int64 }
}
extension UInt8: FixedWidthElement {
    /// ``DataType/uint8``.
    public static var columnType: DataType { .uint8 }
}
extension UInt16: FixedWidthElement {
    /// ``DataType/uint16``.
    public static var columnType: DataType { .uint16 }
}
extension UInt32: FixedWidthElement {
    /// ``DataType/uint32``.
    public static var columnType: DataType { .uint32 }
}
extension UInt64: FixedWidthElement {
    /// ``DataType/uint64``.
    public static var columnType: DataType { .uint64 }
}
#if !(os(macOS) && arch(x86_64))
extension Float16: FixedWidthElement {
    /// ``DataType/float16``.
    public static var columnType: DataType { .float16 }
}
#endif
extension Float: FixedWidthElement {
    /// ``DataType/float32``.
    public static var columnType: DataType { .float32 }
}
extension Double: FixedWidthElement {
    /// ``DataType/float64``.
    public static var columnType: DataType { .float64 }
}

extension Bool: ColumnElement {
    /// ``DataType/bool``.
    public static var columnType: DataType { .bool }

    /// Packs the values; booleans have no other encoding.
    public static func storage(of values: [Bool?], encoding: ColumnEncoding) -> AnyColumn.Storage {
        .bits(Bitmap(values.lazy.map { $0 ?? false }))
    }

    /// Unpacks the values.
    public static func values(of storage: AnyColumn.Storage, count: Int) -> [Bool] {
        switch storage {
        case .bits(let bits): (0..<count).map { bits[$0] }
        case .dictionary(let indices, let dictionary):
            gather(values(of: dictionary.values.storage, count: dictionary.values.count), at: indices, empty: false)
        default: []
        }
    }
}
