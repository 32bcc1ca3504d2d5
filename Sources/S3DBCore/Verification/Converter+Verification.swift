extension Converter {
    /// Compares the outputs of a dataset with its sources, and each file with what it says of itself. Changes nothing.
    ///
    /// Reads the beginning or end of each file; of files that are one frame of an outer codec all, as nothing else
    /// shows whether they are whole.
    ///
    /// - Parameters:
    ///   - days: Which days choose the partitions that are looked at.
    ///   - isDeep: Whether sources are read too, and values compared.
    /// - Throws: Failures of the stores; what concerns one object alone stands in the result. When values are compared,
    ///   also ``S3DBError/Code/memoryBudget``.
    public func verification(
        _ spec: ValidatedSpec, of dataset: DatasetID, days: DaySelection = DaySelection(), isDeep: Bool = false
    ) async throws(S3DBError) -> DatasetVerification {
        let planner = planner(spec, policy: .ifStale, prunes: false)
        if isDeep { try MemoryNeeds(spec: spec, limits: limits, destination: destination).checkBudget() }
        let deep = DeepVerifier(
            source: source, destination: destination, spec: spec, limits: limits, budget: budget)
        let verifier = DatasetVerifier(planner: planner, limits: limits, deep: isDeep ? deep : nil)
        let outcome: Result<DatasetVerification, S3DBError> = await withTaskExecutorPreference(pool) {
            do throws(S3DBError) {
                return .success(try await verifier.verify(dataset, days: days))
            } catch {
                return .failure(error.located(in: .init(key: dataset.description)))
            }
        }
        return try outcome.get()
    }

    /// Compares the outputs of a dataset with those under the same keys in another tree, by the values in the files.
    /// Changes nothing.
    ///
    /// Files of others are told by their bytes: a Parquet file without the outer codec that its name speaks of, and a
    /// single block of snappy, are read too.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` where nothing reads the format, and failures of the stores.
    public func comparison(
        _ spec: ValidatedSpec, of dataset: DatasetID, with other: any ObjectStore, days: DaySelection = DaySelection()
    ) async throws(S3DBError) -> TreeComparison {
        let comparer = TreeComparer(
            planner: planner(spec, policy: .never, prunes: false), other: other, limits: limits, budget: budget)
        let outcome: Result<TreeComparison, S3DBError> = await withTaskExecutorPreference(pool) {
            do throws(S3DBError) {
                return .success(try await comparer.compare(dataset, days: days))
            } catch {
                return .failure(error.located(in: .init(key: dataset.description)))
            }
        }
        return try outcome.get()
    }
}
