/// Does what plans say, while the next of them are made.
struct PlanRunner: Sendable {
    let source: any ObjectStore
    let destination: any ObjectStore
    let limits: EngineLimits
    let jobs: JobRunner
    let progress: ProgressCounter

    /// What one worker does at a time.
    private enum Work: Sendable {
        case job(ConversionJob)
        case removal(PlannedOutput)
        case metadataCopy(DatasetID)
    }

    /// What a task of the run came to.
    private enum Ended: Sendable {
        case plan(Result<ConversionPlan, S3DBError>)
        case work([OutputResult])
    }

    /// What there is to do, and what is being done.
    private struct Agenda {
        var waiting = Line<Work>()
        var waitingCount = 0
        var activeCount = 0
        var nextPlan = 0
        var isPlanning = false
        var failure: S3DBError?

        mutating func append(_ plan: ConversionPlan) {
            for job in plan.jobs { waiting.append(.job(job)) }
            for output in plan.removals { waiting.append(.removal(output)) }
            for dataset in plan.metadataCopies { waiting.append(.metadataCopy(dataset)) }
            waitingCount += plan.jobs.count + plan.removals.count + plan.metadataCopies.count
        }
    }

    /// Runs until all is done, or nothing is under way any more once the task is cancelled.
    ///
    /// - Throws: Why a plan could not be made. No further one is made then, and the others are done by then.
    func run(
        _ plans: ConversionPlans, planned: @Sendable (ConversionPlan) -> Void,
        reporting report: @Sendable (OutputResult) -> Void
    ) async throws(S3DBError) {
        let failure = await withTaskGroup(of: Ended.self) { group in
            var agenda = Agenda()
            advance(&agenda, plans, &group)
            for await ended in group {
                switch ended {
                case .plan(.success(let plan)):
                    agenda.isPlanning = false
                    planned(plan)
                    for failure in plan.failures { report(OutputResult(failure)) }
                    agenda.append(plan)
                case .plan(.failure(let error)):
                    agenda.isPlanning = false
                    agenda.failure = error
                case .work(let results):
                    agenda.activeCount -= 1
                    for result in results { report(result) }
                }
                advance(&agenda, plans, &group)
            }
            return agenda.failure
        }
        if let failure { throw failure }
    }

    /// Begins what there are workers for, and the next plan while few jobs wait.
    private func advance(_ agenda: inout Agenda, _ plans: ConversionPlans, _ group: inout TaskGroup<Ended>) {
        guard !Task.isCancelled else { return }
        while agenda.activeCount < max(1, limits.workerCount), let work = agenda.waiting.popFirst() {
            agenda.waitingCount -= 1
            agenda.activeCount += 1
            group.addTask { .work(await results(of: work)) }
        }
        let mayPlan = agenda.failure == nil && !agenda.isPlanning && agenda.nextPlan < plans.count
        if mayPlan && agenda.waitingCount < max(1, limits.plannedJobCount) {
            let index = agenda.nextPlan
            agenda.nextPlan += 1
            agenda.isPlanning = true
            group.addTask { .plan(await plans.plan(index)) }
        }
    }

    private func results(of work: Work) async -> [OutputResult] {
        switch work {
        case .job(let job):
            let results = await jobs.run(job)
            progress.add(results)
            return results
        case .removal(let output): return [await remove(output)]
        case .metadataCopy(let dataset): return await copyMetadata(of: dataset).map { [$0] } ?? []
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
