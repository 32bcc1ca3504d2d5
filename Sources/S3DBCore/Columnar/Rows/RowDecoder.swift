#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Decodes a value of a row.
struct RowDecoder: Decoder {
    let value: RowValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// A value of any type.
    static func decode<Value: Decodable>(
        _ type: Value.Type, from value: RowValue, _ path: [any CodingKey]
    ) throws -> Value {
        if case .moment(let date) = value, let date = date as? Value { return date }
        if case .bytes(let bytes) = value {
            if Value.self == [UInt8].self, let bytes = bytes as? Value { return bytes }
            if let data = Data(bytes) as? Value { return data }
        }
        return try Value(from: RowDecoder(value: value, codingPath: path))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .structure(let fields) = value else { throw misfit([String: Any].self) }
        var values: [String: RowValue] = [:]
        for field in fields { values[field.name] = field.value }
        return KeyedDecodingContainer(RowKeyedDecoding(values: values, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let values) = value else { throw misfit([Any].self) }
        return RowUnkeyedDecoding(values: values, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        RowSingleDecoding(value: value, codingPath: codingPath)
    }

    private func misfit(_ type: any Any.Type) -> DecodingError { value.misfit(type, codingPath) }
}

extension RowValue {
    var isNull: Bool { if case .null = self { true } else { false } }

    /// The error about a value that is not of a type, or null.
    func misfit(_ type: any Any.Type, _ path: [any CodingKey]) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: path, debugDescription: "the column does not hold values of \(type)")
        return isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    func integer<Number: FixedWidthInteger>(_ type: Number.Type, _ path: [any CodingKey]) throws -> Number {
        let number: Number? =
            switch self {
            case .signed(let value, _): Number(exactly: value)
            case .unsigned(let value, _): Number(exactly: value)
            default: nil
            }
        guard let number else { throw misfit(type, path) }
        return number
    }

    func float(_ path: [any CodingKey]) throws -> Float {
        guard case .float(let value) = self else { throw misfit(Float.self, path) }
        return value
    }

    func double(_ path: [any CodingKey]) throws -> Double {
        guard let value = double else { throw misfit(Double.self, path) }
        return value
    }

    func bool(_ path: [any CodingKey]) throws -> Bool {
        guard case .bool(let value) = self else { throw misfit(Bool.self, path) }
        return value
    }

    func text(_ path: [any CodingKey]) throws -> String {
        guard case .text(let value) = self else { throw misfit(String.self, path) }
        return value
    }
}

/// The fields of a structure.
struct RowKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let values: [String: RowValue]
    let codingPath: [any CodingKey]

    var allKeys: [Key] { values.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { values[key.stringValue] != nil }

    private func value(_ key: Key) throws -> RowValue {
        guard let value = values[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key,
                .init(
                    codingPath: codingPath, debugDescription: "there is no column \(S3DBError.quoted(key.stringValue))")
            )
        }
        return value
    }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key).isNull }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try RowDecoder.decode(type, from: try value(key), codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        RowDecoder(value: values["super"] ?? .null(nil), codingPath: codingPath)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    private func decoder(_ key: Key) throws -> RowDecoder {
        RowDecoder(value: try value(key), codingPath: codingPath + [key])
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key).bool(codingPath + [key]) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key).text(codingPath + [key]) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(key).double(codingPath + [key]) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try value(key).float(codingPath + [key]) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(key).integer(type, codingPath + [key]) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try value(key).integer(type, codingPath + [key]) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
        try value(key).integer(type, codingPath + [key])
    }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
        try value(key).integer(type, codingPath + [key])
    }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
        try value(key).integer(type, codingPath + [key])
    }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try value(key).integer(type, codingPath + [key]) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
        try value(key).integer(type, codingPath + [key])
    }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
        try value(key).integer(type, codingPath + [key])
    }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
        try value(key).integer(type, codingPath + [key])
    }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
        try value(key).integer(type, codingPath + [key])
    }
}

/// The elements of a list.
struct RowUnkeyedDecoding: UnkeyedDecodingContainer {
    let values: [RowValue]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(values: [RowValue], codingPath: [any CodingKey]) {
        self.values = values
        self.codingPath = codingPath
    }

    var count: Int? { values.count }
    var isAtEnd: Bool { currentIndex >= values.count }

    private mutating func next(_ type: any Any.Type) throws -> RowValue {
        guard !isAtEnd else { throw RowValue.null(nil).misfit(type, codingPath) }
        defer { currentIndex += 1 }
        return values[currentIndex]
    }

    mutating func decodeNil() -> Bool {
        guard !isAtEnd, values[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try RowDecoder.decode(type, from: try next(type), codingPath)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try RowDecoder(value: try next(type), codingPath: codingPath).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try RowDecoder(value: try next([Any].self), codingPath: codingPath).unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
        RowDecoder(value: try next((any Decoder).self), codingPath: codingPath)
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next(type).bool(codingPath) }
    mutating func decode(_ type: String.Type) throws -> String { try next(type).text(codingPath) }
    mutating func decode(_ type: Double.Type) throws -> Double { try next(type).double(codingPath) }
    mutating func decode(_ type: Float.Type) throws -> Float { try next(type).float(codingPath) }
    mutating func decode(_ type: Int.Type) throws -> Int { try next(type).integer(type, codingPath) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next(type).integer(type, codingPath) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next(type).integer(type, codingPath) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next(type).integer(type, codingPath) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next(type).integer(type, codingPath) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next(type).integer(type, codingPath) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next(type).integer(type, codingPath) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next(type).integer(type, codingPath) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next(type).integer(type, codingPath) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next(type).integer(type, codingPath) }
}

/// One value.
struct RowSingleDecoding: SingleValueDecodingContainer {
    let value: RowValue
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool { value.isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try RowDecoder.decode(type, from: value, codingPath)
    }

    func decode(_ type: Bool.Type) throws -> Bool { try value.bool(codingPath) }
    func decode(_ type: String.Type) throws -> String { try value.text(codingPath) }
    func decode(_ type: Double.Type) throws -> Double { try value.double(codingPath) }
    func decode(_ type: Float.Type) throws -> Float { try value.float(codingPath) }
    func decode(_ type: Int.Type) throws -> Int { try value.integer(type, codingPath) }
    func decode(_ type: Int8.Type) throws -> Int8 { try value.integer(type, codingPath) }
    func decode(_ type: Int16.Type) throws -> Int16 { try value.integer(type, codingPath) }
    func decode(_ type: Int32.Type) throws -> Int32 { try value.integer(type, codingPath) }
    func decode(_ type: Int64.Type) throws -> Int64 { try value.integer(type, codingPath) }
    func decode(_ type: UInt.Type) throws -> UInt { try value.integer(type, codingPath) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try value.integer(type, codingPath) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try value.integer(type, codingPath) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try value.integer(type, codingPath) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try value.integer(type, codingPath) }
}
