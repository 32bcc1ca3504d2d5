import S3DBCore

extension FieldNumber where Self: FixedWidthInteger {
    @inline(__always)
    static func short(_ words: FieldWords, _ count: Int) -> Self? {
        guard let value = IntegerText.short(words, count) else { return nil }
        return Self(exactly: value)
    }

    static func any(_ text: UnsafeRawBufferPointer) -> Self? {
        IntegerText.value(text, as: Self.self)
    }
}

extension Int8: FieldNumber {}
extension Int16: FieldNumber {}
extension Int32: FieldNumber {}
extension Int64: FieldNumber {}
extension UInt8: FieldNumber {}
extension UInt16: FieldNumber {}
extension UInt32: FieldNumber {}
extension UInt64: FieldNumber {}

extension Double: FieldNumber {
    @inline(__always)
    static func short(_ words: FieldWords, _ count: Int) -> Double? {
        FloatText.Short(words.first, count)?.double
    }

    static func any(_ text: UnsafeRawBufferPointer) -> Double? {
        FloatText.double(text)
    }
}

extension Float: FieldNumber {
    /// Division in binary64 and rounding to binary32 would round twice; so only integers are short.
    @inline(__always)
    static func short(_ words: FieldWords, _ count: Int) -> Float? {
        guard let short = FloatText.Short(words.first, count), short.fractionDigitCount == 0 else { return nil }
        let value = Float(short.mantissa)
        return short.sign == 1 ? -value : value
    }

    static func any(_ text: UnsafeRawBufferPointer) -> Float? {
        FloatText.float(text)
    }
}
