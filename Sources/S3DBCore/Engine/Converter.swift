/// Converts datasets from one store to another: plans, then runs the plan.
///
///     let plan = try await converter.plan(spec, datasets: [dataset], days: DaySelection(latest: 30))
///     for await result in converter.run(plan) { … }
///
/// It computes and blocks on threads of its own. One converter can plan and run any number of times, also
/// concurrently; its limits hold for all of that together.
public struct Converter: Sendable {
    private let source: any ObjectStore
    private let destination: any ObjectStore
    private let limits: EngineLimits
    private let pool: WorkerPool
    private let budget: ByteBudget
    private let counter: ProgressCounter

    /// Makes a converter between two stores.
    public init(from source: any ObjectStore, to destination: any ObjectStore, limits: EngineLimits = EngineLimits()) {
        self.source = source
        self.destination = destination
        self.limits = limits
        pool = WorkerPool(threadCount: max(1, limits.workerCount))
        budget = ByteBudget(total: limits.memoryByteCount)
        counter = ProgressCounter()
    }

    /// Makes a converter between two stores that shares threads, memory and progress with another.
    public init(from source: any ObjectStore, to destination: any ObjectStore, sharing other: Converter) {
        self.source = source
        self.destination = destination
        limits = other.limits
        pool = other.pool
        budget = other.budget
        counter = other.counter
    }

    /// How far the runs have come, all together.
    public var progress: ConversionProgress { counter.now }

    /// The datasets under the source prefix, in order.
    public func datasets() async throws(S3DBError) -> [DatasetID] {
        var datasets: [DatasetID] = []
        for collection in try await source.listDirectories(prefix: "") {
            for name in try await source.listDirectories(prefix: "\(collection)/") {
                if let dataset = DatasetID(collection: collection, name: name) { datasets.append(dataset) }
            }
        }
        return datasets.sorted()
    }

    /// Compares sources with outputs. Changes nothing.
    ///
    /// - Parameter prunes: Whether outputs whose sources are gone are to be removed.
    /// - Throws: ``S3DBError/Code/memoryBudget`` when the limits' memory is too small for the spec, and failures of
    ///   the stores; what concerns one object or dataset alone stands in the plan.
    public func plan(
        _ spec: ValidatedSpec, datasets: [DatasetID], days: DaySelection = DaySelection(),
        policy: OverwritePolicy = .ifStale, prunes: Bool = false
    ) async throws(S3DBError) -> ConversionPlan {
        try MemoryNeeds(spec: spec, limits: limits, destination: destination).checkBudget()
        let planner = planner(spec, policy: policy, prunes: prunes)
        return try await plan(spec, policy) { (plan) async throws(S3DBError) in
            for dataset in datasets { try await planner.plan(dataset, days: days, into: &plan) }
        }
    }

    /// Compares the sources of the partitions that hold some days with their outputs. Changes nothing, and asks for
    /// nothing else.
    ///
    /// Partitions without sources are left out: ``plan(_:datasets:days:policy:prunes:)`` finds what is orphaned.
    ///
    /// - Throws: ``S3DBError/Code/memoryBudget`` when the limits' memory is too small for the spec, and failures of
    ///   the stores.
    public func plan(
        _ spec: ValidatedSpec, dataset: DatasetID, containing days: [UTCDay], policy: OverwritePolicy = .ifStale
    ) async throws(S3DBError) -> ConversionPlan {
        try MemoryNeeds(spec: spec, limits: limits, destination: destination).checkBudget()
        let planner = planner(spec, policy: policy, prunes: false)
        return try await plan(spec, policy) { (plan) async throws(S3DBError) in
            for day in days { try await planner.plan(dataset, containing: day, into: &plan) }
        }
    }

    private func plan(
        _ spec: ValidatedSpec, _ policy: OverwritePolicy,
        _ body: @Sendable (inout ConversionPlan) async throws(S3DBError) -> Void
    ) async throws(S3DBError) -> ConversionPlan {
        let outcome: Result<ConversionPlan, S3DBError> = await withTaskExecutorPreference(pool) {
            var plan = ConversionPlan(spec: spec, policy: policy)
            plan.warnings = spec.warnings
            do throws(S3DBError) {
                try await body(&plan)
                return .success(plan)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Does what a plan says; one result for each output, and one for each failure that the plan lists.
    ///
    /// Jobs fail alone. Ending the iteration cancels what is under way and leaves nothing half-written.
    public func run(_ plan: ConversionPlan) -> AsyncStream<OutputResult> {
        AsyncStream { continuation in
            let task = Task {
                await run(plan, reporting: { continuation.yield($0) })
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Does what a plan says, and returns when nothing is under way any more, also once its task is cancelled.
    ///
    /// - Parameter report: Called for each result, one at a time.
    public func run(_ plan: ConversionPlan, reporting report: @escaping @Sendable (OutputResult) -> Void) async {
        await withTaskExecutorPreference(pool) { await run(plan, report) }
    }

    private func planner(_ spec: ValidatedSpec, policy: OverwritePolicy, prunes: Bool) -> Planner {
        Planner(source: source, destination: destination, spec: spec, policy: policy, prunes: prunes)
    }

    private func run(_ plan: ConversionPlan, _ report: @Sendable (OutputResult) -> Void) async {
        for failure in plan.failures {
            report(
                OutputResult(
                    dataset: nil, partition: nil, key: failure.location.key ?? "", outcome: .failed(failure)))
        }
        let runner = JobRunner(
            source: source, destination: destination, spec: plan.spec, limits: limits,
            planner: planner(plan.spec, policy: plan.policy, prunes: false), budget: budget, progress: counter)
        await withTaskGroup(of: [OutputResult].self) { group in
            var next = plan.jobs.startIndex
            func startNext() {
                guard next < plan.jobs.endIndex, !Task.isCancelled else { return }
                let job = plan.jobs[next]
                next += 1
                group.addTask { await runner.run(job) }
            }
            for _ in 0..<max(1, limits.workerCount) { startNext() }
            for await results in group {
                counter.add(results)
                for result in results { report(result) }
                startNext()
            }
        }
        guard !Task.isCancelled else { return }
        for output in plan.removals { report(await remove(output)) }
        for dataset in plan.metadataCopies {
            if let failure = await copyMetadata(of: dataset) { report(failure) }
        }
    }

    private func remove(_ output: PlannedOutput) async -> OutputResult {
        var result = OutputResult(
            dataset: output.dataset, partition: output.partition, key: output.key.text, outcome: .removed)
        do throws(S3DBError) {
            try await destination.delete(output.key, if: output.version.map(WriteCondition.version) ?? .none)
        } catch {
            result.outcome = .failed(error.located(in: .init(key: output.key.text)))
        }
        return result
    }

    /// Copies METADATA.json where it is missing or differs; nil when all is well.
    ///
    /// Who copies it at the same time is no failure: what stands then is looked at again.
    private func copyMetadata(of dataset: DatasetID) async -> OutputResult? {
        let name = "\(dataset)/\(SourceKey.metadataName)"
        var attempt = 1
        while true {
            do throws(S3DBError) {
                try await copyObject(try ObjectKey(name))
                return nil
            } catch {
                let isRace = [.preconditionFailed, .conflict].contains(error.code)
                if isRace, attempt < limits.attemptCount, !Task.isCancelled {
                    attempt += 1
                    continue
                }
                return OutputResult(
                    dataset: dataset, partition: nil, key: name,
                    outcome: .failed(error.located(in: .init(key: name))))
            }
        }
    }

    private func copyObject(_ key: ObjectKey) async throws(S3DBError) {
        guard let original = try await source.read(key) else { return }
        let copy = try await destination.read(key)
        if copy?.bytes == original.bytes { return }
        _ = try await destination.put(key, [original.bytes], if: copy.map { .version($0.info.version) } ?? .absent)
    }
}
