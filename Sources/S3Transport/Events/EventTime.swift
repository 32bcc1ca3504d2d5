import S3DBCore

/// A moment as events tell it: `1970-01-01T00:00:00.000Z`, with any number of digits of a second, or none.
///
/// Source: ISO 8601 in UTC, as in RFC 3339, section 5.6.
enum EventTime {
    /// Milliseconds since 1970; nil for any other text.
    static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes.last == UInt8(ascii: "Z"),
            let day = UTCDay(String(decoding: bytes[..<10], as: UTF8.self)),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            hour < 24, minute < 60, second <= 60, let fraction = thousandths(bytes[19..<(bytes.count - 1)])
        else { return nil }
        return (day.startSeconds + Int64(hour * 3600 + minute * 60 + second)) * 1000 + Int64(fraction)
    }

    /// `.123456` as 123; nothing as 0.
    private static func thousandths(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let point = bytes.first else { return 0 }
        guard point == UInt8(ascii: "."), bytes.count > 1, bytes.dropFirst().allSatisfy(isDigit) else { return nil }
        return number(bytes.dropFirst().prefix(3) + Array(repeating: UInt8(ascii: "0"), count: max(0, 4 - bytes.count)))
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy(isDigit) ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
