import Synchronization

/// What the producers of jobs of one spec and schema use in turn.
struct SectionTools<Encoder: SectionEncoder>: Sendable {
    /// Encoders that finished their sections.
    let encoders = IdlePool<Encoder>()
    /// Compressors of the outer codec.
    let compressors = IdlePool<any Compressor>()

    /// What packs sections as independent pieces; nil where nothing does.
    func compressor(_ spec: ValidatedSpec) throws(S3DBError) -> (any Compressor)? {
        guard let outer = spec.outerCodec, spec.packsPieces else { return nil }
        if let idle = compressors.take() { return idle }
        return try outer.makeCompressor(level: spec.spec.level)
    }
}

/// The tools of the jobs of one spec, which are of the same dataset for long: those of the schema that came last are kept.
final class JobTools: Sendable {
    private let last = Mutex<(schema: Schema, tools: any Sendable)?>(nil)

    /// The tools for files of a schema.
    func tools<Encoder>(for schema: Schema, of encoder: Encoder.Type) -> SectionTools<Encoder> {
        last.withLock { last in
            if let last, last.schema == schema, let tools = last.tools as? SectionTools<Encoder> { return tools }
            let tools = SectionTools<Encoder>()
            last = (schema, tools)
            return tools
        }
    }
}
