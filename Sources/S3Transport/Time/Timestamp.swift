import S3DBCore

/// A moment as AWS's answers and events write it.
///
///     2026-11-24T23:40:06Z        also in lower case, or with a space for the T
///     2026-11-24T23:40:06.125Z    with any number of digits of a second
///     2026-11-25T00:40:06+01:00   with an offset
///
/// Source: RFC 3339, section 5.6.
enum Timestamp {
    /// Whole seconds since 1970, without the fraction; nil for any other text.
    static func seconds(_ text: some StringProtocol) -> Int64? { parts(text)?.seconds }

    /// Milliseconds since 1970, without what is finer; nil for any other text.
    static func milliseconds(_ text: some StringProtocol) -> Int64? {
        parts(text).map { $0.seconds * 1000 + $0.milliseconds }
    }

    private static func parts(_ text: some StringProtocol) -> (seconds: Int64, milliseconds: Int64)? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(bytes[10]),
            let day = UTCDay(String(decoding: bytes[..<10], as: UTF8.self)),
            let hour = number(bytes, at: 11, below: 24), bytes[13] == UInt8(ascii: ":"),
            let minute = number(bytes, at: 14, below: 60), bytes[16] == UInt8(ascii: ":"),
            // 60 is a leap second.
            let second = number(bytes, at: 17, below: 61)
        else { return nil }
        var end = 19
        var milliseconds: Int64 = 0
        if bytes[end] == UInt8(ascii: ".") {
            let digits = bytes[(end + 1)...].prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            end = digits.endIndex
            for (digit, unit) in zip(digits, [100, 10, 1]) { milliseconds += Int64(digit - 0x30) * Int64(unit) }
        }
        guard let offset = offset(Array(bytes[end...])) else { return nil }
        return (day.startSeconds + Int64(hour * 3600 + minute * 60 + second - offset), milliseconds)
    }

    /// `Z` or `+hh:mm`, in seconds.
    private static func offset(_ zone: [UInt8]) -> Int? {
        switch zone.first {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return zone.count == 1 ? 0 : nil
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard zone.count == 6, zone[3] == UInt8(ascii: ":"), let hour = number(zone, at: 1, below: 24),
                let minute = number(zone, at: 4, below: 60)
            else { return nil }
            return (zone[0] == UInt8(ascii: "-") ? -1 : 1) * (hour * 3600 + minute * 60)
        default: return nil
        }
    }

    /// Two digits.
    private static func number(_ bytes: [UInt8], at index: Int, below limit: Int) -> Int? {
        guard index + 1 < bytes.count, (0x30...0x39).contains(bytes[index]), (0x30...0x39).contains(bytes[index + 1])
        else { return nil }
        let number = Int(bytes[index] - 0x30) * 10 + Int(bytes[index + 1] - 0x30)
        return number < limit ? number : nil
    }
}
