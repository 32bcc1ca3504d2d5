/// A UTC calendar day, counted from 1970-01-01 (proleptic Gregorian calendar, days of 86,400 seconds).
public struct UTCDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01; negative before.
    public let number: Int

    /// The seconds of a day.
    public static let secondCount = 86_400

    /// 1970-01-01.
    public static let epoch = UTCDay(checkedNumber: 0)

    /// The days that the calendar covers, 0001-01-01 to 9999-12-31.
    public static let numbers = -719_162...2_932_896

    /// The day with a number; nil outside ``numbers``.
    public init?(number: Int) {
        guard Self.numbers.contains(number) else { return nil }
        self.init(checkedNumber: number)
    }

    private init(checkedNumber number: Int) {
        self.number = number
    }

    /// The day that begins at `seconds` since 1970; nil when none begins there.
    public init?(startSeconds: Int64) {
        guard startSeconds % Int64(Self.secondCount) == 0 else { return nil }
        self.init(number: Int(startSeconds / Int64(Self.secondCount)))
    }

    /// The day with a date; nil where the calendar has no such date.
    ///
    /// Days from civil dates as in H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(number: era * 146_097 + dayOfEra - 719_468)
        let back = date
        guard back.year == year, back.month == month, back.day == day else { return nil }
    }

    /// The day written `YYYY-MM-DD`; nil for any other text.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2] else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(part) else { return nil }
            numbers.append(number)
        }
        self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    }

    /// The first second of the day since 1970.
    public var startSeconds: Int64 { Int64(number) * Int64(Self.secondCount) }

    /// The seconds of the day.
    public var seconds: Range<Int64> { startSeconds..<startSeconds + Int64(Self.secondCount) }

    /// Year, month 1 to 12, day 1 to 31.
    public var date: (year: Int, month: Int, day: Int) {
        let date = CivilDate(dayNumber: number)
        return (date.year, date.month, date.day)
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        let date = date
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }

    /// Whether one day precedes another.
    public static func < (a: UTCDay, b: UTCDay) -> Bool {
        a.number < b.number
    }
}

/// `number` in decimal with zeros in front up to `width` digits.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
