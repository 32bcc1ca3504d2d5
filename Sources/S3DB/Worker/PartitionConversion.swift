import S3DBCore

/// The conversion of what one job's sources make now: how every service turns a hint into outputs.
struct PartitionConversion: Sendable {
    var converter: Converter
    var spec: ValidatedSpec
    var dataset: DatasetID
    /// The stretch of time whose sources are read.
    var span: Partition
    var policy: OverwritePolicy = .ifStale

    /// Plans by what stands now, and does it.
    func run() async -> Outcome {
        let plan: ConversionPlan
        do throws(S3DBError) {
            plan = try await converter.plan(spec, dataset: dataset, containing: [span.firstDay], policy: policy)
        } catch {
            return Outcome(results: [], failure: error.located(in: .init(key: "\(dataset) \(span)")))
        }
        return await Self.run(plan, with: converter)
    }

    /// Does what a plan says.
    ///
    /// A misnamed object beside the sources is no failure of theirs: plans of the whole dataset report it.
    static func run(_ plan: ConversionPlan, with converter: Converter) async -> Outcome {
        var plan = plan
        plan.failures.removeAll { $0.code == .invalidSourceKey }
        var results: [OutputResult] = []
        for await result in converter.run(plan) { results.append(result) }
        let failures = results.compactMap { result -> S3DBError? in
            if case .failed(let error) = result.outcome { error } else { nil }
        }
        var failure = failures.first(where: \.isLasting) ?? failures.first
        // A run that was cancelled gives no results for what it had not begun.
        if Task.isCancelled { failure = failure ?? S3DBError(.cancelled, "cancelled") }
        return Outcome(results: results, failure: failure)
    }

    /// How a conversion ended.
    struct Outcome: Sendable {
        /// The outputs that it came to; none where nothing was to be done.
        var results: [OutputResult]
        /// What decides where the hint goes: the first lasting failure, else the first; nil when all went well.
        var failure: S3DBError?
    }
}

extension QueueMessage.Reason {
    /// How much of an error's text goes along with a message.
    private static let maximumCharacters = 1000

    /// The reason that an error gives.
    init(_ error: S3DBError) {
        self.init(code: error.code.rawValue, message: String(error.description.prefix(Self.maximumCharacters)))
    }
}
