/// How much time one output file covers, in UTC.
public enum PartitionSize: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// 3,600 seconds.
    case hour
    /// A calendar day.
    case day
    /// A calendar month.
    case month
    /// A calendar year.
    case year

    /// The size's name.
    public var description: String { rawValue }
}

/// One stretch of time that an output file covers.
public struct Partition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How long it is.
    public let size: PartitionSize

    /// Its first second since 1970, UTC.
    public let startSeconds: Int64

    /// The partition of a size that begins at `startSeconds`; nil when none begins there.
    public init?(size: PartitionSize, startSeconds: Int64) {
        let (quotient, rest) = startSeconds.quotientAndRemainder(dividingBy: Int64(UTCDay.secondCount))
        let isNegative = rest < 0
        guard let day = UTCDay(number: Int(quotient) - (isNegative ? 1 : 0)) else { return nil }
        let hour = Int((startSeconds - day.startSeconds) / 3600)
        let partition = Partition(size: size, containing: day, hour: hour)
        guard partition.startSeconds == startSeconds else { return nil }
        self = partition
    }

    /// The partition of a size that a day lies in; for hours, that with the number `hour`, 0 to 23.
    public init(size: PartitionSize, containing day: UTCDay, hour: Int = 0) {
        precondition((0..<24).contains(hour), "a day has the hours 0 to 23")
        self.size = size
        let first: UTCDay? =
            switch size {
            case .hour, .day: day
            case .month: UTCDay(year: day.date.year, month: day.date.month, day: 1)
            case .year: UTCDay(year: day.date.year, month: 1, day: 1)
            }
        // The first of a month or year that holds a valid day is a valid day.
        startSeconds = (first ?? day).startSeconds + (size == .hour ? Int64(hour) * 3600 : 0)
    }

    /// The day that it begins on.
    public var firstDay: UTCDay {
        let seconds = Int64(UTCDay.secondCount)
        let number = startSeconds >= 0 ? startSeconds / seconds : (startSeconds - seconds + 1) / seconds
        // Each initialiser made the start from a valid day.
        return UTCDay(number: Int(number)) ?? UTCDay.epoch
    }

    /// The days that it touches.
    public var days: ClosedRange<UTCDay> {
        let first = firstDay
        let date = first.date
        let last: UTCDay? =
            switch size {
            case .hour, .day: first
            case .month:
                UTCDay(year: date.year, month: date.month, day: 28).flatMap { day in
                    (0...3).reversed().lazy.compactMap { UTCDay(number: day.number + $0) }
                        .first { $0.date.month == date.month }
                }
            case .year: UTCDay(year: date.year, month: 12, day: 31)
            }
        return first...(last ?? first)
    }

    /// The hour of its day, 0 but for partitions of an hour.
    public var hour: Int { Int((startSeconds - firstDay.startSeconds) / 3600) }

    /// `2021-06-15 20:00:00`, `2021-06-15`, `2021-06` or `2021`.
    public var description: String {
        let day = firstDay.description
        return switch size {
        case .hour: "\(day) \(padded(hour, 2)):00:00"
        case .day: day
        case .month: String(day.dropLast(3))
        case .year: String(day.dropLast(6))
        }
    }

    /// By start, then by size.
    public static func < (a: Partition, b: Partition) -> Bool {
        (a.startSeconds, a.size.rawValue) < (b.startSeconds, b.size.rawValue)
    }
}
