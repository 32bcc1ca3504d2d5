/// Writes one file of a columnar format front to back, without I/O, for outputs that can only be appended to.
///
///     var file = try FileWriter(Parquet(), schema: schema, codec: Zstandard())
///     for batch in batches {
///         try file.append(batch)
///         try output.write(contentsOf: file.takeBytes())
///     }
///     try file.finish()
///     try output.write(contentsOf: file.takeBytes())
///
/// The memory used is that of one section, whatever the size of the file; see ``CuttingLimits``. After an error the
/// file is not usable.
public struct FileWriter<Sink: ColumnarSink>: ~Copyable {
    private let encoder: Sink.Encoder
    private let assembler: Sink.Assembler
    private let compressor: (any Compressor)?
    private let limits: CuttingLimits
    private let metadata: KeyValueMetadata
    private var output: BufferBuilder
    private var isFinished: Bool

    /// The rows appended.
    public private(set) var rowCount: Int

    /// Begins a file; its first bytes are ready at once.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for a codec that the format does not take, or a level out of range.
    public init(_ configuration: FileConfiguration<Sink>) throws(S3DBError) {
        let sink = configuration.sink
        if let codec = configuration.codec, !sink.supportsInnerCodec(codec) {
            throw S3DBError(
                .invalidSpec, "\(sink.name) cannot be compressed inside with \(codec.name)",
                remedy: "Compress the whole file: pass it as the outer codec")
        }
        let target = SinkTarget(
            schema: configuration.schema, innerCodec: configuration.codec, innerLevel: configuration.level,
            isInsideOuterCodec: configuration.outerCodec != nil)
        let encoder = try sink.makeEncoder(target)
        let assembler = try sink.makeAssembler(target)
        let compressor = try configuration.outerCodec?.makeCompressor(level: configuration.outerLevel)
        let prologue = try assembler.open(configuration.metadata)
        var output = BufferBuilder()
        try Self.write(prologue, compressor, to: &output)
        // Nothing below throws: a value that cannot be copied is made whole or not at all.
        self.encoder = encoder
        self.assembler = assembler
        self.compressor = compressor
        limits = configuration.limits
        metadata = configuration.metadata
        self.output = output
        isFinished = false
        rowCount = 0
    }

    /// Begins a file of a format, compressed inside with `codec`, without metadata.
    ///
    /// - Throws: as ``init(_:)``.
    public init(
        _ sink: Sink, schema: Schema, codec: (any Codec)? = nil, level: Int? = nil
    ) throws(S3DBError) {
        try self.init(FileConfiguration(sink, schema: schema, codec: codec, level: level))
    }

    /// Encodes a batch of the file's schema.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for a batch of another schema or behind ``finish()``, and what
    ///   format and codec throw.
    public mutating func append(_ batch: RecordBatch) throws(S3DBError) {
        guard !isFinished else { throw S3DBError(.invalidArgument, "a batch was appended to a finished file") }
        try encoder.append(batch)
        rowCount += batch.rowCount
        // A codec's stream goes on across sections.
        if encoder.isFull(limits, isPacked: false) { try endSection() }
    }

    /// The bytes that are ready and were not taken yet, those of the file in order; often none.
    public mutating func takeBytes() -> Buffer {
        output.freeze()
    }

    /// Ends the file; what is left of its bytes is then ready. A second call does nothing.
    public mutating func finish() throws(S3DBError) {
        guard !isFinished else { return }
        isFinished = true
        if encoder.rowCount > 0 { try endSection() }
        try write(try assembler.seal(metadata).epilogue)
        if let compressor { try compressor.finish(into: &output) }
    }

    private mutating func endSection() throws(S3DBError) {
        let section = try encoder.finish()
        try assembler.place(section)
        try write(section.content)
    }

    private mutating func write(_ bytes: Buffer) throws(S3DBError) {
        try Self.write(bytes, compressor, to: &output)
    }

    private static func write(
        _ bytes: Buffer, _ compressor: (any Compressor)?, to output: inout BufferBuilder
    ) throws(S3DBError) {
        if let compressor {
            try compressor.update(bytes.bytes, into: &output)
        } else {
            output.append(bytes.bytes)
        }
    }
}
