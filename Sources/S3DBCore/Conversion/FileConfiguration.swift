/// What a file that is written front to back is to be: format, schema, compression, metadata and limits.
public struct FileConfiguration<Sink: ColumnarSink>: Sendable {
    /// The format.
    public var sink: Sink
    /// The columns; in the file they are nullable as this says.
    public var schema: Schema
    /// What pages or bodies inside the file are compressed with; nil for nothing.
    public var codec: (any Codec)?
    /// The level of `codec`; nil for its default.
    public var level: Int?
    /// What the file as a whole is compressed with; nil for nothing.
    public var outerCodec: (any Codec)?
    /// The level of `outerCodec`; nil for its default.
    public var outerLevel: Int?
    /// Key-value pairs for the file to carry.
    public var metadata: KeyValueMetadata
    /// When a section ends and its bytes are ready.
    public var limits: CuttingLimits

    /// Makes a configuration.
    public init(
        _ sink: Sink, schema: Schema, codec: (any Codec)? = nil, level: Int? = nil,
        outerCodec: (any Codec)? = nil, outerLevel: Int? = nil, metadata: KeyValueMetadata = [],
        limits: CuttingLimits = CuttingLimits()
    ) {
        self.sink = sink
        self.schema = schema
        self.codec = codec
        self.level = level
        self.outerCodec = outerCodec
        self.outerLevel = outerLevel
        self.metadata = metadata
        self.limits = limits
    }
}
