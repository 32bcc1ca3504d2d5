/// Converts datasets from one store to another: plans, then runs the plan.
///
///     let plan = try await converter.plan(spec, datasets: [dataset], days: DaySelection(latest: 30))
///     for await result in converter.run(plan) { … }
///
/// It computes and blocks on threads of its own. One converter can plan and run any number of times, also
/// concurrently; its limits hold for all of that together.
public struct Converter: Sendable {
    let source: any ObjectStore
    let destination: any ObjectStore
    let limits: EngineLimits
    let pool: WorkerPool
    let budget: ByteBudget
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

    /// Compares the sources of some datasets with their outputs, one dataset after the other as it is asked for.
    /// Changes nothing.
    ///
    /// - Parameter prunes: Whether outputs whose sources are gone are to be removed.
    public func plans(
        _ spec: ValidatedSpec, datasets: [DatasetID], days: DaySelection = DaySelection(),
        policy: OverwritePolicy = .ifStale, prunes: Bool = false
    ) -> ConversionPlans {
        let planner = planner(spec, policy: policy, prunes: prunes)
        return ConversionPlans(spec, policy, count: datasets.count) { index in
            await plan(spec, policy, of: datasets[index]) { (plan) async throws(S3DBError) in
                try await planner.plan(datasets[index], days: days, into: &plan)
            }
        }
    }

    /// Compares sources with outputs, as ``plans(_:datasets:days:policy:prunes:)`` all in one. Changes nothing.
    ///
    /// - Parameter prunes: Whether outputs whose sources are gone are to be removed.
    /// - Throws: ``S3DBError/Code/memoryBudget`` when the limits' memory is too small for the spec, and failures of
    ///   the stores; what concerns one object or dataset alone stands in the plan.
    public func plan(
        _ spec: ValidatedSpec, datasets: [DatasetID], days: DaySelection = DaySelection(),
        policy: OverwritePolicy = .ifStale, prunes: Bool = false
    ) async throws(S3DBError) -> ConversionPlan {
        try await plans(spec, datasets: datasets, days: days, policy: policy, prunes: prunes).whole()
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
        let planner = planner(spec, policy: policy, prunes: false)
        return try await plan(spec, policy, of: dataset) { (plan) async throws(S3DBError) in
            plan.warnings = spec.warnings
            for day in days { try await planner.plan(dataset, containing: day, into: &plan) }
        }.get()
    }

    private func plan(
        _ spec: ValidatedSpec, _ policy: OverwritePolicy, of dataset: DatasetID,
        _ body: @Sendable (inout ConversionPlan) async throws(S3DBError) -> Void
    ) async -> Result<ConversionPlan, S3DBError> {
        await withTaskExecutorPreference(pool) {
            var plan = ConversionPlan(spec: spec, policy: policy)
            plan.dataset = dataset
            do throws(S3DBError) {
                try MemoryNeeds(spec: spec, limits: limits, destination: destination).checkBudget()
                try await body(&plan)
                return .success(plan)
            } catch {
                return .failure(
                    error.code == .memoryBudget ? error : error.located(in: .init(key: dataset.description)))
            }
        }
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
        // A plan that is there cannot fail to be made.
        try? await run(ConversionPlans(plan), reporting: report)
    }

    /// Does what plans say as they are made: conversion begins with the first, and few jobs wait
    /// (``EngineLimits/plannedJobCount``), however many there are in all.
    ///
    /// Returns when nothing is under way any more, also once its task is cancelled.
    ///
    /// - Parameters:
    ///   - planned: Called with each plan before anything of it is done.
    ///   - report: Called for each result, one at a time.
    /// - Throws: Why a plan could not be made. No further one is made then; what was planned before is done.
    public func run(
        _ plans: ConversionPlans, planned: @escaping @Sendable (ConversionPlan) -> Void = { _ in },
        reporting report: @escaping @Sendable (OutputResult) -> Void
    ) async throws(S3DBError) {
        let runner = PlanRunner(
            source: source, destination: destination, limits: limits,
            jobs: JobRunner(
                source: source, destination: destination, spec: plans.spec, limits: limits,
                planner: planner(plans.spec, policy: plans.policy, prunes: false), budget: budget, progress: counter),
            progress: counter)
        let outcome: Result<Void, S3DBError> = await withTaskExecutorPreference(pool) {
            do throws(S3DBError) {
                return .success(try await runner.run(plans, planned: planned, reporting: report))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    func planner(_ spec: ValidatedSpec, policy: OverwritePolicy, prunes: Bool) -> Planner {
        Planner(source: source, destination: destination, spec: spec, policy: policy, prunes: prunes)
    }
}
