import S3DBCore

/// A moment as signatures name it.
public struct SigningTime: Hashable, Sendable {
    /// `YYYYMMDD`.
    public let date: String
    /// `YYYYMMDDTHHMMSSZ`.
    public let stamp: String

    /// The moment `seconds` after 1970, which must lie between the years 1 and 9999.
    public init(seconds: Int64) {
        let perDay = Int64(UTCDay.secondCount)
        let day = Int(seconds >= 0 ? seconds / perDay : (seconds - perDay + 1) / perDay)
        let rest = Int(seconds - Int64(day) * perDay)
        let calendar = (UTCDay(number: day) ?? .epoch).date
        date = Self.digits(calendar.year, 4) + Self.digits(calendar.month, 2) + Self.digits(calendar.day, 2)
        stamp = "\(date)T\(Self.digits(rest / 3600, 2))\(Self.digits(rest / 60 % 60, 2))\(Self.digits(rest % 60, 2))Z"
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
