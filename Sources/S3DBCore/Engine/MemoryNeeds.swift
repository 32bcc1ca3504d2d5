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

    /// What a job holds beside its producers: what its upload holds back.
    var jobByteCount: Int {
        HeldUpload.heldByteCount(store: destination, partByteCount: limits.partByteCount)
    }

    /// What one source takes while it is read: buffers, the section at hand, and what that is packed into.
    func producerByteCount(of source: ObjectInfo) -> Int {
        producerByteCount(sourceByteCount: source.byteCount)
    }

    /// What a job needs to go on whatever its sources.
    var leastByteCount: Int {
        jobByteCount + producerByteCount(sourceByteCount: spec.spec.cutting.sectionByteCount)
    }

    private func producerByteCount(sourceByteCount: Int) -> Int {
        let (product, overflow) = sourceByteCount.multipliedReportingOverflow(by: Self.expectedRatio)
        let expected = overflow ? Int.max : max(1 << 20, product)
        let section = min(spec.spec.cutting.sectionByteCount, expected)
        let context = spec.codec.compressorByteCount(level: spec.spec.level, contentByteCount: section)
        return 16 * limits.readByteCount + Self.decoderByteCount + section * (spec.outerCodec == nil ? 1 : 2) + context
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
