/// A value that is being encoded, which its containers fill.
final class RowNode {
    private enum Content {
        case value(RowValue)
        case fields([(String, RowNode)])
        case items([RowNode])
    }

    private var content = Content.value(.null(nil))

    /// Makes it a value.
    func set(_ value: RowValue) { content = .value(value) }

    /// Makes it a structure.
    func becomeStructure() {
        if case .fields = content { return }
        content = .fields([])
    }

    /// Makes it a list.
    func becomeList() {
        if case .items = content { return }
        content = .items([])
    }

    /// The node of a new field.
    func field(_ name: String) -> RowNode {
        let node = RowNode()
        if case .fields(var fields) = content {
            content = .items([])
            fields.append((name, node))
            content = .fields(fields)
        }
        return node
    }

    /// The node of a new element.
    func item() -> RowNode {
        let node = RowNode()
        if case .items(var items) = content {
            content = .fields([])
            items.append(node)
            content = .items(items)
        }
        return node
    }

    /// The number of elements.
    var itemCount: Int { if case .items(let items) = content { items.count } else { 0 } }

    /// What was encoded.
    var value: RowValue {
        switch content {
        case .value(let value): value
        case .fields(let fields): .structure(fields.map { ($0.0, $0.1.value) })
        case .items(let items): .list(items.map(\.value))
        }
    }
}

/// Encodes a value into a node.
struct RowEncoder: Encoder {
    let node: RowNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The value of a row.
    static func encode(_ row: some Encodable) throws -> RowValue {
        let node = RowNode()
        try row.encode(to: RowEncoder(node: node, codingPath: []))
        return node.value
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.becomeStructure()
        return KeyedEncodingContainer(RowKeyedEncoding(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.becomeList()
        return RowUnkeyedEncoding(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        RowSingleEncoding(node: node, codingPath: codingPath)
    }

    /// Encodes a value of any type.
    static func encode<Value: Encodable>(_ value: Value, _ node: RowNode, _ path: [any CodingKey]) throws {
        if let whole = RowValue(whole: value) { return node.set(whole) }
        try value.encode(to: RowEncoder(node: node, codingPath: path))
    }
}

/// The fields of a structure.
struct RowKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: RowNode
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { node.field(key.stringValue).set(.null(nil)) }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try RowEncoder.encode(value, node.field(key.stringValue), codingPath + [key])
    }

    /// A missing value still says what type its column has.
    func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        guard let value else { return node.field(key.stringValue).set(.null(RowValue.wholeType(Value.self))) }
        try encode(value, forKey: key)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }

    func superEncoder() -> any Encoder { RowEncoder(node: node.field("super"), codingPath: codingPath) }

    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

    private func encoder(_ key: Key) -> RowEncoder {
        RowEncoder(node: node.field(key.stringValue), codingPath: codingPath + [key])
    }
}

extension RowKeyedEncoding {
    func encode(_ value: Bool, forKey key: Key) { node.field(key.stringValue).set(.bool(value)) }
    func encode(_ value: String, forKey key: Key) { node.field(key.stringValue).set(.text(value)) }
    func encode(_ value: Double, forKey key: Key) { node.field(key.stringValue).set(.double(value)) }
    func encode(_ value: Float, forKey key: Key) { node.field(key.stringValue).set(.float(value)) }
    func encode(_ value: Int, forKey key: Key) { node.field(key.stringValue).set(.signed(Int64(value), Int.rowType)) }
    func encode(_ value: Int8, forKey key: Key) { node.field(key.stringValue).set(.signed(Int64(value), Int8.rowType)) }
    func encode(_ value: Int16, forKey key: Key) {
        node.field(key.stringValue).set(.signed(Int64(value), Int16.rowType))
    }
    func encode(_ value: Int32, forKey key: Key) {
        node.field(key.stringValue).set(.signed(Int64(value), Int32.rowType))
    }
    func encode(_ value: Int64, forKey key: Key) {
        node.field(key.stringValue).set(.signed(Int64(value), Int64.rowType))
    }
    func encode(_ value: UInt, forKey key: Key) {
        node.field(key.stringValue).set(.unsigned(UInt64(value), UInt.rowType))
    }
    func encode(_ value: UInt8, forKey key: Key) {
        node.field(key.stringValue).set(.unsigned(UInt64(value), UInt8.rowType))
    }
    func encode(_ value: UInt16, forKey key: Key) {
        node.field(key.stringValue).set(.unsigned(UInt64(value), UInt16.rowType))
    }
    func encode(_ value: UInt32, forKey key: Key) {
        node.field(key.stringValue).set(.unsigned(UInt64(value), UInt32.rowType))
    }
    func encode(_ value: UInt64, forKey key: Key) {
        node.field(key.stringValue).set(.unsigned(UInt64(value), UInt64.rowType))
    }
}

extension RowKeyedEncoding {
    private func put(_ value: RowValue?, _ type: DataType, _ key: Key) {
        node.field(key.stringValue).set(value ?? .null(type))
    }

    func encodeIfPresent(_ value: Bool?, forKey key: Key) { put(value.map { .bool($0) }, Bool.rowType, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) { put(value.map { .text($0) }, String.rowType, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) { put(value.map { .double($0) }, Double.rowType, key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) { put(value.map { .float($0) }, Float.rowType, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) {
        put(value.map { .signed(Int64($0), Int.rowType) }, Int.rowType, key)
    }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) {
        put(value.map { .signed(Int64($0), Int8.rowType) }, Int8.rowType, key)
    }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) {
        put(value.map { .signed(Int64($0), Int16.rowType) }, Int16.rowType, key)
    }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) {
        put(value.map { .signed(Int64($0), Int32.rowType) }, Int32.rowType, key)
    }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) {
        put(value.map { .signed(Int64($0), Int64.rowType) }, Int64.rowType, key)
    }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) {
        put(value.map { .unsigned(UInt64($0), UInt.rowType) }, UInt.rowType, key)
    }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) {
        put(value.map { .unsigned(UInt64($0), UInt8.rowType) }, UInt8.rowType, key)
    }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) {
        put(value.map { .unsigned(UInt64($0), UInt16.rowType) }, UInt16.rowType, key)
    }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) {
        put(value.map { .unsigned(UInt64($0), UInt32.rowType) }, UInt32.rowType, key)
    }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) {
        put(value.map { .unsigned(UInt64($0), UInt64.rowType) }, UInt64.rowType, key)
    }
}

/// The elements of a list.
struct RowUnkeyedEncoding: UnkeyedEncodingContainer {
    let node: RowNode
    let codingPath: [any CodingKey]
    var count: Int { node.itemCount }

    func encodeNil() { node.item().set(.null(nil)) }

    func encode<Value: Encodable>(_ value: Value) throws { try RowEncoder.encode(value, node.item(), codingPath) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        encoder().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }

    func superEncoder() -> any Encoder { encoder() }

    private func encoder() -> RowEncoder { RowEncoder(node: node.item(), codingPath: codingPath) }

    func encode(_ value: Bool) { node.item().set(.bool(value)) }
    func encode(_ value: String) { node.item().set(.text(value)) }
    func encode(_ value: Double) { node.item().set(.double(value)) }
    func encode(_ value: Float) { node.item().set(.float(value)) }
    func encode(_ value: Int) { node.item().set(.signed(Int64(value), Int.rowType)) }
    func encode(_ value: Int8) { node.item().set(.signed(Int64(value), Int8.rowType)) }
    func encode(_ value: Int16) { node.item().set(.signed(Int64(value), Int16.rowType)) }
    func encode(_ value: Int32) { node.item().set(.signed(Int64(value), Int32.rowType)) }
    func encode(_ value: Int64) { node.item().set(.signed(Int64(value), Int64.rowType)) }
    func encode(_ value: UInt) { node.item().set(.unsigned(UInt64(value), UInt.rowType)) }
    func encode(_ value: UInt8) { node.item().set(.unsigned(UInt64(value), UInt8.rowType)) }
    func encode(_ value: UInt16) { node.item().set(.unsigned(UInt64(value), UInt16.rowType)) }
    func encode(_ value: UInt32) { node.item().set(.unsigned(UInt64(value), UInt32.rowType)) }
    func encode(_ value: UInt64) { node.item().set(.unsigned(UInt64(value), UInt64.rowType)) }
}

/// One value.
struct RowSingleEncoding: SingleValueEncodingContainer {
    let node: RowNode
    let codingPath: [any CodingKey]

    func encodeNil() { node.set(.null(nil)) }

    func encode<Value: Encodable>(_ value: Value) throws { try RowEncoder.encode(value, node, codingPath) }

    func encode(_ value: Bool) { node.set(.bool(value)) }
    func encode(_ value: String) { node.set(.text(value)) }
    func encode(_ value: Double) { node.set(.double(value)) }
    func encode(_ value: Float) { node.set(.float(value)) }
    func encode(_ value: Int) { node.set(.signed(Int64(value), Int.rowType)) }
    func encode(_ value: Int8) { node.set(.signed(Int64(value), Int8.rowType)) }
    func encode(_ value: Int16) { node.set(.signed(Int64(value), Int16.rowType)) }
    func encode(_ value: Int32) { node.set(.signed(Int64(value), Int32.rowType)) }
    func encode(_ value: Int64) { node.set(.signed(Int64(value), Int64.rowType)) }
    func encode(_ value: UInt) { node.set(.unsigned(UInt64(value), UInt.rowType)) }
    func encode(_ value: UInt8) { node.set(.unsigned(UInt64(value), UInt8.rowType)) }
    func encode(_ value: UInt16) { node.set(.unsigned(UInt64(value), UInt16.rowType)) }
    func encode(_ value: UInt32) { node.set(.unsigned(UInt64(value), UInt32.rowType)) }
    func encode(_ value: UInt64) { node.set(.unsigned(UInt64(value), UInt64.rowType)) }
}

/// A Swift type with one column type.
protocol RowScalar {
    static var rowType: DataType { get }
}

extension Bool: RowScalar { static var rowType: DataType { .bool } }
extension String: RowScalar { static var rowType: DataType { .utf8 } }
extension Double: RowScalar { static var rowType: DataType { .float64 } }
extension Float: RowScalar { static var rowType: DataType { .float32 } }
extension Int: RowScalar { static var rowType: DataType { .int64 } }
extension Int8: RowScalar { static var rowType: DataType { .int8 } }
extension Int16: RowScalar { static var rowType: DataType { .int16 } }
extension Int32: RowScalar { static var rowType: DataType { .int32 } }
extension Int64: RowScalar { static var rowType: DataType { .int64 } }
extension UInt: RowScalar { static var rowType: DataType { .uint64 } }
extension UInt8: RowScalar { static var rowType: DataType { .uint8 } }
extension UInt16: RowScalar { static var rowType: DataType { .uint16 } }
extension UInt32: RowScalar { static var rowType: DataType { .uint32 } }
extension UInt64: RowScalar { static var rowType: DataType { .uint64 } }
