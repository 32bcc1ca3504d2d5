/// What to make of a dataset: format, codec, layout, partition size, types and options, by name.
///
/// A spec is what a user writes; ``validated(in:)`` turns it into a ``ValidatedSpec``, which alone can be planned.
public struct ConversionSpec: Hashable, Sendable {
    /// The name of the format to write, such as `parquet`.
    public var format: String
    /// The name of the codec, such as `zst`.
    public var codec: String
    /// The codec's level; nil for its default.
    public var level: Int?
    /// The name of the layout of keys, such as `athena`.
    public var layout: String
    /// How much time a file covers.
    public var size: PartitionSize
    /// The reader that the files are made for; nil for what every reader can read.
    public var reader: ReaderProfile?
    /// Types that add to or override those in METADATA.json.
    public var types: [String: S3DBType]
    /// Whether a dataset without METADATA.json is read as text rather than refused.
    public var assumesStrings: Bool
    /// Options of the format, by name.
    public var options: [String: String]
    /// How many days a section joins.
    public var span: SectionSpan
    /// What cuts sections.
    public var cutting: CuttingLimits

    /// Makes a spec.
    public init(
        format: String, codec: String, level: Int? = nil, layout: String, size: PartitionSize,
        reader: ReaderProfile? = nil, types: [String: S3DBType] = [:], assumesStrings: Bool = false,
        options: [String: String] = [:], span: SectionSpan = .day, cutting: CuttingLimits = CuttingLimits()
    ) {
        self.format = format
        self.codec = codec
        self.level = level
        self.layout = layout
        self.size = size
        self.reader = reader
        self.types = types
        self.assumesStrings = assumesStrings
        self.options = options
        self.span = span
        self.cutting = cutting
    }
}

/// A reader whose abilities decide which features a file may use.
public enum ReaderProfile: String, Hashable, Sendable, CaseIterable {
    /// Amazon Athena and Trino.
    case athena
    /// Apache Spark 3 and later.
    case spark
    /// Parquet2.jl, Arrow.jl and DataClient.jl.
    case julia
    /// pyarrow, DuckDB, Polars and others that keep up with the formats.
    case modern
}

/// What cuts one source into sections; part of the spec, as it shapes bytes.
public struct CuttingLimits: Hashable, Sendable {
    /// The rows of a batch on its way from source to sink.
    public var batchRowCount: Int
    /// The rows after which a section ends.
    public var sectionRowCount: Int
    /// The encoded bytes, before any outer codec, after which a section ends.
    public var sectionByteCount: Int

    /// Makes limits.
    public init(
        batchRowCount: Int = 8192, sectionRowCount: Int = 1 << 20, sectionByteCount: Int = 32 << 20
    ) {
        self.batchRowCount = batchRowCount
        self.sectionRowCount = sectionRowCount
        self.sectionByteCount = sectionByteCount
    }

    /// The limits for one of `count` files that share a source.
    func divided(by count: Int) -> CuttingLimits {
        CuttingLimits(
            batchRowCount: batchRowCount, sectionRowCount: max(1, sectionRowCount / count),
            sectionByteCount: max(1, sectionByteCount / count))
    }
}
