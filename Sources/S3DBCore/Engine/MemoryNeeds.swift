/// About how much memory the parts of a conversion take.
struct MemoryNeeds {
    let spec: ValidatedSpec
    let limits: EngineLimits
    let destination: any ObjectStore

    /// What decoding takes beside the buffers that are read into: the columns of a batch and their dictionaries.
    private static let decoderByteCount = 8 << 20

    /// S3DB days inflate about ninefold, and what is made of them is no larger than their text; this leaves room for
    /// days that are packed better.
    private static let expectedRatio = 32

    /// The most stretches of new bytes between kept ones that a job holds the ends of.
    private static let stretchLimitMaximum = 8

    /// What a job holds beside its producers: what its upload holds back.
    private var jobByteCount: Int {
        PartSizes(store: destination, partByteCount: limits.partByteCount, groupLimit: 1).heldByteCount
    }

    /// What an update holds for each stretch of new bytes.
    private var stretchByteCount: Int {
        PartSizes(store: destination, partByteCount: limits.partByteCount, groupLimit: 2).heldByteCount
    }

    /// How many stretches of new bytes an update may have: their memory is a quarter of the budget at most, and leaves
    /// room for a producer.
    var stretchLimit: Int {
        let room = min(limits.memoryByteCount / 4, limits.memoryByteCount - leastProducerByteCount)
        return min(max(1, room / max(1, stretchByteCount)), Self.stretchLimitMaximum)
    }

    /// What a job reserves as it begins: what is held of its outputs, and its largest producer.
    func byteCount(of spans: [[ConversionJob.Source]], _ making: Making) -> Int {
        var held = jobByteCount
        var encoded = spans
        if let steps = making.update?.plan.steps {
            encoded = zip(spans, steps).filter { $1.kept == nil }.map(\.0)
            let stretches = steps.indices.count { index in
                steps[index].kept == nil && (index == 0 || steps[index - 1].kept != nil)
            }
            // The ends of the file are a stretch too where the sections beside them stay.
            held = min(stretches + 1, stretchLimit) * stretchByteCount
        }
        return held + (encoded.map(producerByteCount(of:)).max() ?? 0)
    }

    /// What one span takes while it is read: buffers, the section at hand, and what that is packed into.
    func producerByteCount(of span: [ConversionJob.Source]) -> Int {
        producerByteCount(sourceByteCount: span.reduce(0) { $0 + $1.info.byteCount })
    }

    /// What a job needs to go on whatever its sources.
    var leastByteCount: Int {
        max(jobByteCount, stretchByteCount) + leastProducerByteCount
    }

    /// What a producer takes whatever its sources.
    private var leastProducerByteCount: Int {
        producerByteCount(sourceByteCount: spec.spec.cutting.sectionByteCount)
    }

    private func expectedByteCount(_ sourceByteCount: Int) -> Int {
        let (product, overflow) = sourceByteCount.multipliedReportingOverflow(by: Self.expectedRatio)
        return overflow ? Int.max : max(1 << 20, product)
    }

    private func producerByteCount(sourceByteCount: Int) -> Int {
        let section = min(spec.spec.cutting.sectionByteCount, expectedByteCount(sourceByteCount))
        let context = spec.codec.compressorByteCount(level: spec.spec.level, contentByteCount: section)
        // Of a table that is a source, a section's bytes are in memory, and what they are made of.
        let reader = spec.readsTables ? 2 * section : 0
        return 16 * limits.readByteCount + Self.decoderByteCount + section * (spec.outerCodec == nil ? 1 : 2) + context
            + reader
    }

    /// Refuses a budget in which a job could never begin.
    ///
    /// - Throws: ``S3DBError/Code/memoryBudget``.
    func checkBudget() throws(S3DBError) {
        guard leastByteCount > limits.memoryByteCount else { return }
        let needed = (leastByteCount + (1 << 20) - 1) >> 20
        throw S3DBError(
            .memoryBudget,
            "this spec needs \(needed) MiB of memory where the budget has \(limits.memoryByteCount >> 20) MiB",
            remedy: "Raise the memory budget (--memory \(needed)MiB), or lower the spec's section bytes or level")
    }
}
