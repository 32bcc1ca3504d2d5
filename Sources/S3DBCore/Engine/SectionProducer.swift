/// A section on its way from the task that encoded it to the writer that places it.
struct ProducedSection<Layout: Sendable>: Sendable {
    /// The number of the output that it belongs to.
    var output: Int
    /// The section; without its content once that is packed.
    var section: EncodedSection<Layout>
    /// How its bytes stand in the output.
    var packing: Packing

    enum Packing: Sendable {
        /// As they are.
        case plain
        /// As an independent piece of the outer codec's stream.
        case piece(Buffer, PieceDigest)
        /// Packed with prologue and epilogue as one frame: the output has no other section.
        case alone
        /// Packed by the writer, in order: the outer codec has no independent pieces.
        case streamed
    }
}

/// What a producer hands to its job.
enum ProducedElement<Layout: Sendable>: Sendable {
    case section(ProducedSection<Layout>)
    case end(SpanSummary)
}

/// What was seen of a span's sources when all of them were read.
struct SpanSummary: Sendable {
    /// The stored bytes.
    var sourceByteCount = 0
    var rowCount = 0
    /// Rows that do not lie in the object's UTC day.
    var outsideRowCount = 0
    /// Rows by hour of the object's UTC day.
    var hourRowCounts = [Int](repeating: 0, count: 24)
}

/// Reads the sources of one span and encodes them into sections, for one output or for one an hour.
final class SectionProducer<Sink: ColumnarSink> {
    private let spec: ValidatedSpec
    private let schema: OutputSchema
    private let limits: EngineLimits
    private let cutting: CuttingLimits
    private let isHourly: Bool
    private let isOnlySpan: Bool
    private let wanted: Set<Int>
    /// Where the day of the source at hand begins.
    private var dayStart: Int64 = 0
    private let timeIndex: Int

    private let sink: Sink
    private let target: SinkTarget
    private let tools: SectionTools<Sink.Encoder>
    private var encoders: [Int: Sink.Encoder] = [:]
    /// The first section of an output whose only one it may be.
    private var held: [Int: EncodedSection<Sink.Encoder.Layout>] = [:]
    private var isCut: Set<Int> = []
    private var ready: [ProducedSection<Sink.Encoder.Layout>] = []
    private var buckets = HourBuckets()
    private(set) var summary = SpanSummary()

    init(
        spec: ValidatedSpec, sink: Sink, target: SinkTarget, schema: OutputSchema, job: ConversionJob,
        isOnlySpan: Bool, limits: EngineLimits, tools: SectionTools<Sink.Encoder>
    ) throws(S3DBError) {
        self.spec = spec
        self.schema = schema
        self.limits = limits
        isHourly = spec.spec.size == .hour
        cutting = isHourly ? spec.spec.cutting.divided(by: 24) : spec.spec.cutting
        self.isOnlySpan = isOnlySpan
        wanted = isHourly ? Set(job.outputs.map(\.partition.hour)) : [0]
        timeIndex = schema.schema.index(of: OutputSchema.timeColumn) ?? 0
        self.sink = sink
        self.target = target
        self.tools = tools
    }

    /// Reads the sources to their ends, handing sections on as they are complete.
    func run(
        _ sources: [ConversionJob.Source], from store: any ObjectStore,
        into handoff: Handoff<ProducedElement<Sink.Encoder.Layout>>
    ) async throws(S3DBError) {
        for source in sources {
            do throws(S3DBError) {
                try await read(source, from: store, into: handoff)
            } catch {
                throw error.located(in: .init(key: source.info.key.text))
            }
        }
        for output in encoders.keys.sorted() { try cut(output) }
        for output in held.keys.sorted() {
            if let section = held[output] { emit(section, output: output, packing: .alone) }
        }
        for encoder in encoders.values { tools.encoders.giveBack(encoder) }
        try await send(handoff)
        try await handoff.send(.end(summary))
    }

    /// Reads one source; child tasks inflate and decode ahead while this one encodes.
    private func read(
        _ source: ConversionJob.Source, from store: any ObjectStore,
        into handoff: Handoff<ProducedElement<Sink.Encoder.Layout>>
    ) async throws(S3DBError) {
        dayStart = source.day.startSeconds
        summary.sourceByteCount += source.info.byteCount
        let batches = Handoff<RecordBatch>()
        let spec = spec
        let schema = schema
        let limits = limits
        async let reading: Void = BatchReader.read(
            source.info, in: store, spec: spec, schema: schema, limits: limits, into: batches)
        do throws(S3DBError) {
            while let batch = try await batches.next() {
                try take(batch)
                try await send(handoff)
            }
        } catch {
            let cause = await batches.cause(of: error)
            await reading
            throw cause
        }
        await reading
    }

    private func send(_ handoff: Handoff<ProducedElement<Sink.Encoder.Layout>>) async throws(S3DBError) {
        let sections = ready
        ready = []
        for section in sections { try await handoff.send(.section(section)) }
    }

    /// Sends a batch's rows to the encoders of their outputs.
    private func take(_ batch: RecordBatch) throws(S3DBError) {
        summary.rowCount += batch.rowCount
        buckets.sort(batch.columns[timeIndex], dayStart: dayStart, needsRows: isHourly)
        summary.outsideRowCount += buckets.outsideRowCount
        guard isHourly else { return try append(batch, to: 0) }
        if buckets.outsideRowCount > 0 {
            throw S3DBError(
                .rowOutsideDay, "\(buckets.outsideRowCount) of the rows read lie outside the object's UTC day",
                remedy: "Partition by day, month or year, or correct the source",
                at: .init(column: OutputSchema.timeColumn))
        }
        for (hour, rows) in buckets.rows.enumerated() where !rows.isEmpty {
            summary.hourRowCounts[hour] += rows.count
            if wanted.contains(hour) {
                try append(rows.count == batch.rowCount ? batch : batch.gather(rows), to: hour)
            }
        }
    }

    private func append(_ batch: RecordBatch, to output: Int) throws(S3DBError) {
        let encoder = try encoder(output)
        try encoder.append(batch)
        if encoder.isFull(cutting, isPacked: spec.outerCodec != nil) { try cut(output) }
    }

    private func encoder(_ output: Int) throws(S3DBError) -> Sink.Encoder {
        if let encoder = encoders[output] { return encoder }
        let encoder = if let idle = tools.encoders.take() { idle } else { try sink.makeEncoder(target) }
        encoders[output] = encoder
        return encoder
    }

    /// Ends the section that an output's encoder is at, if it has rows.
    private func cut(_ output: Int) throws(S3DBError) {
        guard let encoder = encoders[output], encoder.rowCount > 0 else { return }
        let section = try encoder.finish()
        guard spec.outerCodec != nil else { return emit(section, output: output, packing: .plain) }
        if isOnlySpan && isCut.insert(output).inserted {
            held[output] = section
            return
        }
        if let first = held.removeValue(forKey: output) { try pack(first, output: output) }
        try pack(section, output: output)
    }

    private func pack(_ section: EncodedSection<Sink.Encoder.Layout>, output: Int) throws(S3DBError) {
        // Taken for this section alone: no more are made than work at once.
        guard let compressor = try tools.compressor(spec) else {
            return emit(section, output: output, packing: .streamed)
        }
        var piece = BufferBuilder()
        let digest = try compressor.piece(section.content.bytes, into: &piece)
        tools.compressors.giveBack(compressor)
        var packed = section
        packed.content = Buffer()
        emit(packed, output: output, packing: .piece(piece.freeze(), digest))
    }

    private func emit(
        _ section: EncodedSection<Sink.Encoder.Layout>, output: Int,
        packing: ProducedSection<Sink.Encoder.Layout>.Packing
    ) {
        ready.append(ProducedSection(output: output, section: section, packing: packing))
    }
}
