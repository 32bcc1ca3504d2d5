/// A number as Parquet stores it: the bits of its physical type (Encodings.md, "Plain").
protocol PhysicalElement: BitwiseCopyable, Comparable {
    /// An unsigned integer as wide as the physical type.
    associatedtype Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable

    /// The bits of the physical value.
    var plainBits: Bits { get }

    /// What stands for this value as a lower bound.
    var asMinimum: Self { get }

    /// What stands for this value as an upper bound.
    var asMaximum: Self { get }
}

extension PhysicalElement {
    var asMinimum: Self { self }
    var asMaximum: Self { self }
}

extension Int8: PhysicalElement {
    var plainBits: UInt32 { UInt32(bitPattern: Int32(self)) }
}

extension Int16: PhysicalElement {
    var plainBits: UInt32 { UInt32(bitPattern: Int32(self)) }
}

extension Int32: PhysicalElement {
    var plainBits: UInt32 { UInt32(bitPattern: self) }
}

extension Int64: PhysicalElement {
    var plainBits: UInt64 { UInt64(bitPattern: self) }
}

extension UInt8: PhysicalElement {
    var plainBits: UInt32 { UInt32(self) }
}

extension UInt16: PhysicalElement {
    var plainBits: UInt32 { UInt32(self) }
}

extension UInt32: PhysicalElement {
    var plainBits: UInt32 { self }
}

extension UInt64: PhysicalElement {
    var plainBits: UInt64 { self }
}

// Zeros compare equal whatever their sign, so a bound of zero must stand below and above both (parquet.thrift,
// `ColumnOrder`).

extension Float: PhysicalElement {
    var plainBits: UInt32 { bitPattern }
    var asMinimum: Float { isZero ? -0.0 : self }
    var asMaximum: Float { isZero ? 0.0 : self }
}

extension Double: PhysicalElement {
    var plainBits: UInt64 { bitPattern }
    var asMinimum: Double { isZero ? -0.0 : self }
    var asMaximum: Double { isZero ? 0.0 : self }
}
