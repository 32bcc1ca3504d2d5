import S3DBCore

/// What shapes a Parquet file beside schema and codec. The defaults are what every common reader reads well.
public struct ParquetOptions: Hashable, Sendable {
    /// The rows of a row group at most.
    public var rowGroupRowLimit = 1 << 20
    /// The encoded bytes from which a row group takes no more rows; looked at every
    /// ``ParquetOptions/rowGroupCheckRowCount`` rows.
    public var rowGroupByteLimit = 64 << 20
    /// The rows of a data page at most.
    ///
    /// Pages are larger than in other writers: S3DB days repeat whole feeds, which a codec sees only within a page.
    /// One page a column and day takes a third of the bytes that pages of 20,000 rows take under zstd.
    public var pageRowLimit = 1 << 18
    /// The bytes of a data page before compression at most, unless a single value is larger; dictionary positions
    /// count four bytes.
    public var pageByteLimit = 1 << 20
    /// The bytes of a dictionary page before compression at most; 0 for no dictionaries.
    public var dictionaryByteLimit = 1 << 20
    /// The bytes from which a string is cut as a bound in statistics.
    public var statisticsByteLimit = 64

    /// Makes options with their defaults.
    public init() {}

    /// How often the size of a row group is looked at, in rows.
    static let rowGroupCheckRowCount = 4096

    /// An option as text: its name, where it is, and what it may be.
    struct Setting: Sendable {
        var name: String
        var path: any WritableKeyPath<ParquetOptions, Int> & Sendable
        var range: ClosedRange<Int>
    }

    /// The options in their fixed order.
    static let settings = [
        Setting(name: "row-group-rows", path: \.rowGroupRowLimit, range: 1...1 << 31),
        Setting(name: "row-group-bytes", path: \.rowGroupByteLimit, range: 1...1 << 40),
        Setting(name: "page-rows", path: \.pageRowLimit, range: 1...1 << 24),
        Setting(name: "page-bytes", path: \.pageByteLimit, range: 1...1 << 30),
        Setting(name: "dictionary-bytes", path: \.dictionaryByteLimit, range: 0...1 << 30),
        Setting(name: "statistics-bytes", path: \.statisticsByteLimit, range: 1...1 << 16),
    ]

    /// All options as one line of `name=value` pairs in a fixed order.
    public var canonical: String {
        Self.settings.map { "\($0.name)=\(self[keyPath: $0.path])" }.joined(separator: " ")
    }

    /// Sets an option from text: a number, for sizes also with `KiB`, `MiB` or `GiB`.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for an unknown name or a value out of range.
    public mutating func set(_ name: String, to text: String) throws(S3DBError) {
        guard let setting = Self.settings.first(where: { $0.name == name }) else {
            throw S3DBError(
                .invalidSpec, "Parquet has no option \(S3DBError.quoted(name))",
                remedy: "Known: " + Self.settings.map(\.name).joined(separator: ", "))
        }
        guard let value = Self.number(text, allowsUnit: name.hasSuffix("-bytes")), setting.range.contains(value) else {
            throw S3DBError(
                .invalidSpec, "\(S3DBError.quoted(text)) is no value for the Parquet option \(name)",
                remedy: "Values go from \(setting.range.lowerBound) to \(setting.range.upperBound)")
        }
        self[keyPath: setting.path] = value
    }

    private static func number(_ text: String, allowsUnit: Bool) -> Int? {
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]
        guard allowsUnit, let (suffix, unit) = units.first(where: { text.hasSuffix($0.0) }) else { return Int(text) }
        guard let count = Int(text.dropLast(suffix.count)) else { return nil }
        let (value, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : value
    }
}
