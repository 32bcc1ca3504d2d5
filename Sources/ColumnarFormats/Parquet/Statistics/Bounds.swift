/// The smallest and the largest value of a page or column chunk, in PLAIN encoding without length (parquet.thrift,
/// `Statistics`); long byte strings are cut and then no longer exact.
struct Bounds: Sendable, Equatable {
    var minimum: [UInt8]
    var maximum: [UInt8]
    var isMinimumExact = true
    var isMaximumExact = true

    /// Widens the bounds to hold `other`. Of equal bounds an exact one is kept: it is a value that occurs.
    mutating func formUnion(_ other: Bounds, by order: BoundOrder) {
        if order.precedes(other.minimum, minimum) {
            minimum = other.minimum
            isMinimumExact = other.isMinimumExact
        } else if other.minimum == minimum {
            isMinimumExact = isMinimumExact || other.isMinimumExact
        }
        if order.precedes(maximum, other.maximum) {
            maximum = other.maximum
            isMaximumExact = other.isMaximumExact
        } else if other.maximum == maximum {
            isMaximumExact = isMaximumExact || other.isMaximumExact
        }
    }
}

/// How the bounds of a column compare: `TypeDefinedOrder` of parquet.thrift.
enum BoundOrder: Sendable {
    /// Two's complement, little-endian.
    case signed
    /// Little-endian.
    case unsigned
    /// IEEE 754 binary32; bounds are never NaN.
    case float
    /// IEEE 754 binary64; bounds are never NaN.
    case double
    /// IEEE 754 binary16, little-endian; bounds are never NaN.
    case float16
    /// Unsigned bytes from the first.
    case bytes
    /// Two's complement, big-endian, of one length.
    case signedBytes
    /// None: there are no bounds.
    case undefined

    /// Whether values may lie outside of bounds, as NaNs do, so that a page may have values and yet no bounds.
    var hasValuesBeyondBounds: Bool { self == .float || self == .double || self == .float16 }

    /// Whether bound `a` is less than bound `b`.
    func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        switch self {
        case .signed: Self.signedValue(a) < Self.signedValue(b)
        case .unsigned: Self.bits(a) < Self.bits(b)
        case .float: Float(bitPattern: UInt32(Self.bits(a))) < Float(bitPattern: UInt32(Self.bits(b)))
        case .double: Double(bitPattern: Self.bits(a)) < Double(bitPattern: Self.bits(b))
        case .float16: Self.float16Rank(a) < Self.float16Rank(b)
        case .bytes: a.lexicographicallyPrecedes(b)
        case .signedBytes: Self.signedRank(a).lexicographicallyPrecedes(Self.signedRank(b))
        case .undefined: false
        }
    }

    /// An integer that is ordered as the number is; zeros of both signs are equal.
    private static func float16Rank(_ bytes: [UInt8]) -> Int {
        let magnitude = Int(bits(bytes) & 0x7FFF)
        return bits(bytes) & 0x8000 == 0 ? magnitude : -magnitude
    }

    /// Bytes that are ordered without sign as the integer is.
    private static func signedRank(_ bytes: [UInt8]) -> [UInt8] {
        bytes.prefix(1).map { $0 ^ 0x80 } + bytes.dropFirst()
    }

    private static func bits(_ bytes: [UInt8]) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func signedValue(_ bytes: [UInt8]) -> Int64 {
        let unused = UInt64(64 - 8 * bytes.count)
        return Int64(bitPattern: bits(bytes) << unused) >> Int64(unused)
    }
}
