import S3DBCore

/// What shapes a Parquet file beside schema and codec. The defaults are what every common reader reads well.
public struct ParquetOptions: Hashable, Sendable {
    /// The rows of a row group at most.
    ///
    /// What is in memory while a file is made are row groups: the default holds a usual S3DB day, and what a longer one takes
    /// is hardly more. Larger ones make files of such days smaller.
    public var rowGroupRowLimit = 160 << 10
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

    /// How integers are encoded that refer to no dictionary.
    public var integerEncoding = IntegerEncoding.plain
    /// How floats and doubles are encoded that refer to no dictionary.
    public var floatEncoding = FloatEncoding.plain
    /// How text and bytes are encoded that refer to no dictionary.
    public var bytesEncoding = BytesEncoding.plain
    /// The form of data pages: 1, or 2, in which levels are not compressed.
    public var pageVersion = 1
    /// How many of a million values that are not in a column chunk its Bloom filter may take for such; 0 for no filters.
    /// All columns but booleans get one.
    public var bloomFilterMillionths = 0

    /// Makes options with their defaults.
    public init() {}

    /// How integers are encoded.
    public enum IntegerEncoding: String, Hashable, Sendable, CaseIterable {
        /// PLAIN.
        case plain
        /// DELTA_BINARY_PACKED: small where neighbours are close.
        case delta
        /// BYTE_STREAM_SPLIT.
        case split
    }

    /// How floats and doubles are encoded.
    public enum FloatEncoding: String, Hashable, Sendable, CaseIterable {
        /// PLAIN.
        case plain
        /// BYTE_STREAM_SPLIT: compresses better where neighbours are close.
        case split
    }

    /// How text and bytes are encoded.
    public enum BytesEncoding: String, Hashable, Sendable, CaseIterable {
        /// PLAIN.
        case plain
        /// DELTA_LENGTH_BYTE_ARRAY.
        case deltaLength = "delta-length"
        /// DELTA_BYTE_ARRAY: small where neighbours begin alike.
        case delta
    }

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

    /// Numbers that came later: the canonical text has them only where they are not their defaults, so that files of
    /// before are still what it says.
    static let laterSettings = [
        Setting(name: "page-version", path: \.pageVersion, range: 1...2),
        Setting(name: "bloom-filter-millionths", path: \.bloomFilterMillionths, range: 0...500_000),
    ]

    /// An option that is one of some words.
    struct Choice: Sendable {
        var name: String
        var words: [String]
        var word: @Sendable (ParquetOptions) -> String
        var set: @Sendable (inout ParquetOptions, String) -> Void
    }

    /// The words, likewise.
    static let choices = [
        choice("integers", \.integerEncoding), choice("floats", \.floatEncoding), choice("strings", \.bytesEncoding),
    ]

    private static func choice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ path: any WritableKeyPath<ParquetOptions, Value> & Sendable
    ) -> Choice {
        Choice(
            name: name, words: Value.allCases.map(\.rawValue), word: { $0[keyPath: path].rawValue },
            set: { options, word in
                if let value = Value(rawValue: word) { options[keyPath: path] = value }
            })
    }

    /// The names of all options.
    static let names = settings.map(\.name) + laterSettings.map(\.name) + choices.map(\.name)

    /// The options as one line of `name=value` pairs in a fixed order.
    public var canonical: String {
        let defaults = ParquetOptions()
        var pairs = Self.settings.map { "\($0.name)=\(self[keyPath: $0.path])" }
        for setting in Self.laterSettings where self[keyPath: setting.path] != defaults[keyPath: setting.path] {
            pairs.append("\(setting.name)=\(self[keyPath: setting.path])")
        }
        for choice in Self.choices where choice.word(self) != choice.word(defaults) {
            pairs.append("\(choice.name)=\(choice.word(self))")
        }
        return pairs.joined(separator: " ")
    }

    /// Sets an option from text: a number, for sizes also with `KiB`, `MiB` or `GiB`.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for an unknown name or a value out of range.
    public mutating func set(_ name: String, to text: String) throws(S3DBError) {
        if let choice = Self.choices.first(where: { $0.name == name }) {
            guard choice.words.contains(text) else {
                throw S3DBError(
                    .invalidSpec, "\(S3DBError.quoted(text)) is no value for the Parquet option \(name)",
                    remedy: "Values are " + choice.words.joined(separator: ", "))
            }
            choice.set(&self, text)
            return
        }
        guard let setting = (Self.settings + Self.laterSettings).first(where: { $0.name == name }) else {
            throw S3DBError(
                .invalidSpec, "Parquet has no option \(S3DBError.quoted(name))",
                remedy: "Known: " + Self.names.joined(separator: ", "))
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
