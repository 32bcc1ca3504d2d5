/// A spec whose parts exist and fit together.
public struct ValidatedSpec: Sendable {
    /// What was asked for, with the level made explicit.
    public let spec: ConversionSpec
    /// The format to write, with its options set.
    public let sink: any ColumnarSink
    /// The format to read: of days that are tables, the one that ``TableStore`` shows them in.
    public let source: any RecordSource
    /// Whether the sources are tables, which a ``TableStore`` shows as days.
    public let readsTables: Bool
    /// The codec that sources are compressed with.
    public let sourceCodec: any Codec
    /// The codec to write.
    public let codec: any Codec
    /// All codecs that there are, for reading back what others wrote.
    let codecs: Registry.Plugins<any Codec>
    /// The layout.
    public let scheme: any PartitionScheme
    /// What a user should know though it is allowed.
    public let warnings: [String]
    /// All that shapes an output's bytes beside its sources and schema; equal text means the same spec.
    public let text: String

    /// A short name for ``text``: FNV-1a of its UTF-8 in 16 hexadecimal digits.
    public var hash: String { fnv1a(text) }

    /// What the names of outputs end with, without the dot.
    public var keySuffix: String {
        guard scheme.codecPlacement == .outer, let codecExtension = codec.fileExtension else {
            return sink.fileExtension
        }
        return "\(sink.fileExtension).\(codecExtension)"
    }

    /// The codec of the whole file, or nil where it applies inside or is no codec.
    public var outerCodec: (any Codec)? {
        scheme.codecPlacement == .outer && codec.fileExtension != nil ? codec : nil
    }

    /// Whether sections are packed as independent pieces of the outer codec's stream.
    var packsPieces: Bool {
        guard let codec = outerCodec, codec.hasIndependentPieces else { return false }
        return codec.pieceHeadByteCount == 0 || sink.padsPrologues
    }

    /// The codec of pages or bodies, or nil.
    public var innerCodec: (any Codec)? {
        scheme.codecPlacement == .inner && codec.fileExtension != nil ? codec : nil
    }
}

extension SinkTarget {
    /// What the files of a spec are made for.
    init(of schema: OutputSchema, under spec: ValidatedSpec) {
        self.init(
            schema: schema.schema, innerCodec: spec.innerCodec, innerLevel: spec.spec.level,
            isInsideOuterCodec: spec.outerCodec != nil, rowLimitDivisor: spec.spec.size == .hour ? 24 : 1)
    }
}

extension ConversionSpec {
    /// Checks the spec against what `registry` has.
    ///
    /// - Parameter sourceFormat: What the sources are; it does not shape what is made of them.
    /// - Throws: ``S3DBError/Code/unknownName`` or ``S3DBError/Code/invalidSpec``, with the reason and the nearest
    ///   combination that is allowed.
    public func validated(
        in registry: Registry, reading sourceFormat: SourceFormat = .csv
    ) throws(S3DBError) -> ValidatedSpec {
        var explicit = self
        let scheme = try registry.schemes.named(layout)
        let codec = try registry.codecs.named(codec)
        let sink = try registry.sinks.named(format).configured(options)
        explicit.level = try codec.resolvedLevel(level)
        try checkLayout(scheme, sink: sink, codec: codec, registry: registry)
        try checkCutting()
        try checkSpan()
        try checkReader(sink: sink, codec: codec, scheme: scheme)
        let sinkWarnings = try sink.check(for: reader)
        return ValidatedSpec(
            spec: explicit, sink: sink,
            source: try registry.sources.named(sourceFormat.isTables ? TableStore.streamName : SourceFormat.csvName),
            readsTables: sourceFormat.isTables,
            sourceCodec: try registry.codecs.named(sourceFormat.isTables ? "none" : "gz"), codec: codec,
            codecs: registry.codecs, scheme: scheme,
            warnings: scheme.warnings(format: self.format, codec: self.codec, size: size) + sinkWarnings,
            text: explicit.canonicalText(sinkOptions: sink.canonicalOptions))
    }

    private func checkLayout(
        _ scheme: any PartitionScheme, sink: any ColumnarSink, codec: any Codec, registry: Registry
    ) throws(S3DBError) {
        if let formats = scheme.formats, !formats.contains(format) {
            let others = registry.schemes.all.filter { $0.formats?.contains(format) ?? true }.map(\.name)
            throw S3DBError(
                .invalidSpec, "layout \(layout) has no files of format \(format)",
                remedy: "Take format \(formats.joined(separator: " or "))"
                    + (others.isEmpty ? "" : ", or layout \(others.joined(separator: " or "))"))
        }
        if scheme.codecPlacement == .inner, codec.fileExtension != nil, !sink.supportsInnerCodec(codec) {
            let usable = registry.codecs.all.filter { $0.fileExtension != nil && sink.supportsInnerCodec($0) }
            let nearest = Self.nearestCodec(to: codec.name, among: usable.map(\.name))
            throw S3DBError(
                .invalidSpec, "format \(format) has no page compression \(codec.name)",
                remedy: "The nearest is \(nearest); there are: \(usable.map(\.name).joined(separator: ", "))")
        }
    }

    /// The codec that compresses most like `name`: bz2 and br are chosen for size, so zst stands nearest.
    private static func nearestCodec(to name: String, among names: [String]) -> String {
        names.contains("zst") ? "zst" : names.first ?? "none"
    }

    private func checkCutting() throws(S3DBError) {
        let ranges: [(String, Int, ClosedRange<Int>)] = [
            ("batch rows", cutting.batchRowCount, 1...1 << 20),
            ("section rows", cutting.sectionRowCount, 1...1 << 31),
            ("section bytes", cutting.sectionByteCount, 1 << 16...1 << 30),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            throw S3DBError(
                .invalidSpec, "\(name) of \(value) is out of range",
                remedy: "Choose from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private func checkSpan() throws(S3DBError) {
        guard span != .day, size == .hour || size == .day else { return }
        throw S3DBError(
            .invalidSpec,
            "sections that cover a \(span) do not fit into partitions of \(size == .hour ? "an" : "a") \(size)",
            remedy: "Take partitions of a month or year, or sections of a day")
    }

    private func checkReader(
        sink: any ColumnarSink, codec: any Codec, scheme: any PartitionScheme
    ) throws(S3DBError) {
        guard let reader else { return }
        if reader == .athena && scheme.codecPlacement == .inner && codec.name == "br" {
            throw S3DBError(
                .invalidSpec, "reader athena cannot read Parquet pages compressed with br",
                remedy: "The nearest is zst")
        }
        if reader == .athena && scheme.codecPlacement == .outer && codec.fileExtension != nil {
            throw S3DBError(
                .invalidSpec, "reader athena cannot read files compressed as a whole",
                remedy: "Take layout athena, where the codec compresses pages")
        }
        if reader == .athena && sink.name != "parquet" {
            throw S3DBError(
                .invalidSpec, "reader athena cannot read format \(sink.name)", remedy: "Take format parquet")
        }
    }

    private func canonicalText(sinkOptions: String) -> String {
        var parts = [
            "format=\(format)", "codec=\(codec)", "level=\(level.map(String.init) ?? "-")", "layout=\(layout)",
            "size=\(size)", "span=\(span)", "batch-rows=\(cutting.batchRowCount)",
            "section-rows=\(cutting.sectionRowCount)",
            "section-bytes=\(cutting.sectionByteCount)",
        ]
        if !sinkOptions.isEmpty { parts.append(sinkOptions) }
        let types = types.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (column, type) in types { parts.append("type:\(column)=\(type.rawValue)") }
        return parts.joined(separator: " ")
    }
}

/// FNV-1a over the UTF-8 of `text`, in 16 hexadecimal digits (Fowler, Noll and Vo; 64 bits).
func fnv1a(_ text: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}
