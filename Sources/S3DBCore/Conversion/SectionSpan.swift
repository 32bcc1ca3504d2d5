/// How many days a section of a file covers: those whose rows it joins, and that are encoded anew together when one of
/// them changes.
public enum SectionSpan: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// A UTC day: what one source holds.
    case day
    /// The days from a Monday to a Sunday that lie in the file's partition.
    case week
    /// The days of a month.
    case month

    /// The span's name.
    public var description: String { rawValue }

    /// The number of the span that a day lies in, ascending in time; days of one number and partition share a section.
    func number(of day: UTCDay) -> Int {
        switch self {
        case .day: day.number
        // 1969-12-29, three days before day 0, was a Monday.
        case .week: (day.number + 3 - UTCDay.numbers.lowerBound / 7 * 7) / 7
        case .month: day.date.year * 12 + day.date.month - 1
        }
    }
}

extension ConversionJob {
    /// The sources by the spans that they lie in, in order.
    func spans(by span: SectionSpan) -> [[Source]] {
        var spans: [[Source]] = []
        for source in sources {
            if let last = spans.last?.last, span.number(of: last.day) == span.number(of: source.day) {
                spans[spans.count - 1].append(source)
            } else {
                spans.append([source])
            }
        }
        return spans
    }
}
