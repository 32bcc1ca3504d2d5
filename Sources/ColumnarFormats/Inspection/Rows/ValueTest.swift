import S3DBCore

/// A value that conditions are tested with.
protocol ComparedValue: Comparable, Sendable {
    /// A constant as such a value; nil where it is none.
    init?(_ constant: ParquetPredicate.Constant)
}

extension Int64: ComparedValue {
    init?(_ constant: ParquetPredicate.Constant) {
        switch constant {
        case .integer(let value): self = value
        case .unsigned(let value): self.init(exactly: value)
        case .boolean(let value): self = value ? 1 : 0
        default: return nil
        }
    }
}

extension UInt64: ComparedValue {
    init?(_ constant: ParquetPredicate.Constant) {
        switch constant {
        case .integer(let value): self.init(exactly: value)
        case .unsigned(let value): self = value
        default: return nil
        }
    }
}

extension Double: ComparedValue {
    init?(_ constant: ParquetPredicate.Constant) {
        switch constant {
        case .number(let value): self = value
        case .integer(let value): self.init(exactly: value)
        default: return nil
        }
    }
}

/// Bytes in the order of unsigned numbers, a prefix before what it begins.
struct ComparedBytes: ComparedValue {
    let bytes: Buffer

    init(bytes: Buffer) {
        self.bytes = bytes
    }

    init?(_ constant: ParquetPredicate.Constant) {
        switch constant {
        case .text(let value): bytes = Buffer(value.utf8)
        case .bytes(let value): bytes = Buffer(value)
        default: return nil
        }
    }

    static func < (a: ComparedBytes, b: ComparedBytes) -> Bool {
        a.bytes.withUnsafeBytes { a in b.bytes.withUnsafeBytes { b in ByteOrder.precedes(a, b) } }
    }
}

/// A comparison with constants of the values' own type.
struct ValueTest<Value: ComparedValue> {
    private enum Comparison {
        case isIn([Value])
        case isNot(Value)
        case isBelow(Value, orEqual: Bool)
        case isAbove(Value, orEqual: Bool)
    }

    private let comparison: Comparison

    /// - Throws: ``S3DBError/Code/invalidArgument`` for constants of another type.
    init(_ condition: ParquetPredicate.Condition, _ type: DataType) throws(S3DBError) {
        func value(_ constant: ParquetPredicate.Constant) throws(S3DBError) -> Value {
            guard let value = Value(constant) else { throw ColumnTest.incomparable(type) }
            return value
        }
        switch condition {
        case .isIn(let constants):
            var values: [Value] = []
            for constant in constants { values.append(try value(constant)) }
            comparison = .isIn(values)
        case .isNot(let constant): comparison = .isNot(try value(constant))
        case .isBelow(let constant, let orEqual): comparison = .isBelow(try value(constant), orEqual: orEqual)
        case .isAbove(let constant, let orEqual): comparison = .isAbove(try value(constant), orEqual: orEqual)
        case .isNull, .isNotNull: throw ColumnTest.incomparable(type)
        }
    }

    /// Whether the comparison holds for a value.
    @inline(__always)
    func holds(_ value: Value) -> Bool {
        switch comparison {
        case .isIn(let values): values.contains(value)
        case .isNot(let other): value != other
        case .isBelow(let bound, let orEqual): orEqual ? value <= bound : value < bound
        case .isAbove(let bound, let orEqual): orEqual ? value >= bound : value > bound
        }
    }
}
