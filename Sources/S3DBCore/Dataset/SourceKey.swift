/// What a key under a source prefix stands for.
///
/// The keys are `<collection>/<dataset>/year=<YYYY>/<unix seconds of the UTC day start>.csv.gz` and
/// `<collection>/<dataset>/METADATA.json`.
public enum SourceKey: Hashable, Sendable {
    /// The rows of a dataset's day.
    case day(DatasetID, UTCDay)
    /// A dataset's METADATA.json.
    case metadata(DatasetID)
    /// Anything else, which is ignored and counted.
    case other

    /// The name of a dataset's description.
    public static let metadataName = "METADATA.json"

    /// What the name of a day's object ends with.
    public static let dataSuffix = ".csv.gz"

    /// Reads a key relative to the source prefix.
    ///
    /// - Throws: ``S3DBError/Code/invalidSourceKey`` for a `.csv.gz` whose name or year does not fit.
    public init(_ key: String) throws(S3DBError) {
        guard key.utf8.count >= Self.dataSuffix.utf8.count,
            key.utf8.suffix(Self.dataSuffix.utf8.count).elementsEqual(Self.dataSuffix.utf8)
        else {
            self = Self.metadata(named: key) ?? .other
            return
        }
        guard let day = Self.day(named: key) else {
            throw S3DBError(
                .invalidSourceKey, "the key is not that of a day",
                remedy: "Name it <collection>/<dataset>/year=<YYYY>/<unix seconds of the UTC day start>.csv.gz",
                at: .init(key: key))
        }
        self = day
    }

    private static func metadata(named key: String) -> SourceKey? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == metadataName else { return nil }
        return DatasetID(collection: String(parts[0]), name: String(parts[1])).map(SourceKey.metadata)
    }

    /// The day of a key that ends in ``dataSuffix``; nil unless it is the day's one spelling.
    ///
    /// Byte by byte, as listings have millions of them.
    private static func day(named key: String) -> SourceKey? {
        let bytes = key.utf8Span.span
        var slashes: [3 of Int] = .init(repeating: 0)
        var slashCount = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "/") {
            guard slashCount < 3 else { return nil }
            slashes[slashCount] = index
            slashCount += 1
        }
        guard slashCount == 3 else { return nil }
        let year = slashes[1] + 1..<slashes[2]
        guard year.count == 9, key.utf8.dropFirst(year.lowerBound).starts(with: "year=".utf8),
            let yearNumber = number(bytes.extracting(year.lowerBound + 5..<year.upperBound)),
            let seconds = canonicalNumber(bytes.extracting(slashes[2] + 1..<bytes.count - dataSuffix.utf8.count)),
            let day = UTCDay(startSeconds: seconds), day.date.year == yearNumber
        else { return nil }
        let start = key.utf8.startIndex
        let (first, second) = (
            key.utf8.index(start, offsetBy: slashes[0]), key.utf8.index(start, offsetBy: slashes[1])
        )
        return DatasetID(
            collection: String(key[..<first]), name: String(key[key.utf8.index(after: first)..<second])
        ).map { .day($0, day) }
    }

    /// A number of digits alone; nil for any other text, and for what overflows.
    private static func number(_ digits: Span<UInt8>) -> Int64? {
        guard (1...18).contains(digits.count) else { return nil }
        var number: Int64 = 0
        for index in digits.indices {
            let digit = digits[index]
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return number
    }

    /// A number as it is printed: a minus for what is below zero, and no zeros in front.
    private static func canonicalNumber(_ text: Span<UInt8>) -> Int64? {
        guard !text.isEmpty else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        let digits = text.extracting((isNegative ? 1 : 0)..<text.count)
        guard let number = number(digits), digits.count == 1 && !isNegative || digits[0] != UInt8(ascii: "0") else {
            return nil
        }
        return isNegative ? -number : number
    }

    /// What the keys of a dataset's days of one year begin with, those of `day`'s.
    static func yearPrefix(of dataset: DatasetID, _ day: UTCDay) -> String {
        "\(dataset)/year=\(padded(day.date.year, 4))/"
    }

    /// The key relative to the source prefix; empty for ``other``.
    public var key: String {
        switch self {
        case .day(let dataset, let day):
            Self.yearPrefix(of: dataset, day) + "\(day.startSeconds)\(Self.dataSuffix)"
        case .metadata(let dataset): "\(dataset)/\(Self.metadataName)"
        case .other: ""
        }
    }
}
