/// Compares a dataset's outputs in two trees by the values in their files.
struct TreeComparer: Sendable {
    let planner: Planner
    let other: any ObjectStore
    let limits: EngineLimits
    let budget: ByteBudget

    private var spec: ValidatedSpec { planner.spec }

    /// Compares what stands under the same keys.
    ///
    /// - Parameter days: Which days choose the partitions; the newest are those of either tree.
    /// - Throws: ``S3DBError/Code/unsupported`` where nothing reads the format, and failures of the stores.
    func compare(_ dataset: DatasetID, days: DaySelection) async throws(S3DBError) -> TreeComparison {
        guard let reader = spec.sink.tableReader else {
            throw S3DBError(
                .unsupported, "files of format \(spec.sink.name) cannot be read back",
                remedy: "Register a sink that has a tableReader")
        }
        let here = try await planner.existingOutputs(of: dataset)
        let there = try await Planner(
            source: planner.source, destination: other, spec: spec, policy: .never, prunes: false
        ).existingOutputs(of: dataset)
        let partitions = chosen(Set(here.keys).union(there.keys).sorted(), days)
        var comparison = TreeComparison(dataset: dataset)
        let pairs = try await concurrently(partitions, width: max(1, limits.workerCount)) {
            (partition) async throws(S3DBError) in
            try await compare(here[partition], there[partition], by: reader)
        }
        for (partition, pair) in zip(partitions, pairs) {
            comparison.pairCount += pair.isPair ? 1 : 0
            comparison.rowCount += pair.rowCount
            let key = (here[partition] ?? there[partition])?.key.text ?? ""
            comparison.differences += pair.differences.map { kind, detail in
                TreeDifference(kind: kind, dataset: dataset, partition: partition, key: key, detail: detail)
            }
        }
        return comparison
    }

    private func chosen(_ partitions: [Partition], _ days: DaySelection) -> [Partition] {
        let within = partitions.filter { partition in
            days.contains(partition.days.lowerBound) || days.contains(partition.days.upperBound)
                || (days.from.map { partition.days.contains($0) } ?? false)
        }
        guard let latest = days.latest else { return within }
        let newest = Set(Set(within.map(\.firstDay)).sorted().suffix(max(0, latest)))
        return within.filter { newest.contains($0.firstDay) }
    }

    /// What was found of one key.
    private struct Pair: Sendable {
        var isPair = false
        var rowCount = 0
        var differences: [(kind: TreeDifference.Kind, detail: String)] = []
    }

    private func compare(
        _ here: ObjectInfo?, _ there: ObjectInfo?, by reader: any TableReader
    ) async throws(S3DBError) -> Pair {
        var pair = Pair()
        guard let here else {
            pair.differences = [(.onlyThere, "nothing stands here")]
            return pair
        }
        guard let there else {
            pair.differences = [(.onlyHere, "nothing stands there")]
            return pair
        }
        pair.isPair = true
        var checksums: [TableChecksums] = []
        for (info, store, place) in [(here, planner.destination, "here"), (there, other, "there")] {
            do throws(S3DBError) {
                checksums.append(try await self.checksums(of: info, in: store, by: reader))
            } catch  where OutputInspector.isAboutContent(error.code) {
                pair.differences.append((.unreadable, "\(place): \(error.finding)"))
            }
        }
        guard checksums.count == 2 else { return pair }
        pair.rowCount = checksums[0].rowCount
        pair.differences = TreeDifference.all(checksums[0], checksums[1])
        return pair
    }

    private func checksums(
        of info: ObjectInfo, in store: any ObjectStore, by reader: any TableReader
    ) async throws(S3DBError) -> TableChecksums {
        let file = try await FilePacking(store: store, codec: spec.outerCodec, limits: limits).file(info)
        let consumer = SectionChecksums(rowCounts: [Int.max])
        try await file.read(by: reader, codecs: spec.codecs, budget: budget, into: consumer)
        guard let checksums = consumer.sections.first else {
            throw S3DBError(.corruptFile, "the file has no schema", at: .init(key: info.key.text))
        }
        return checksums
    }
}
