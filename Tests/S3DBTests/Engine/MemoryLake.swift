import S3DB
import Testing

/// S3DB days in a memory store, with rows that a test can name.
struct MemoryLake {
    static let dataset: DatasetID = {
        guard let dataset = DatasetID("test/prices") else { preconditionFailure("a dataset's name") }
        return dataset
    }()
    let store = MemoryStore("lake")

    /// Makes a lake that has the dataset's METADATA.json and no day.
    init(metadata: String = #"{"type_map": {"target_start": "int", "node": "str", "lmp": "float"}}"#) async throws {
        try await put("test/prices/METADATA.json", Array(metadata.utf8))
    }

    func put(_ key: String, _ bytes: [UInt8]) async throws {
        _ = try await store.put(try ObjectKey(key), [Buffer(bytes)], if: .none)
    }

    func put(day: String, csv: String) async throws {
        let day = try #require(UTCDay(day))
        let packed = try Gzip().compress(Array(csv.utf8).span.bytes)
        try await put(SourceKey.day(Self.dataset, day).key, Array(packed))
    }

    /// Writes a day of rows spread over the first `hours` hours; `salt` changes its values and not its shape.
    func put(day: String, rows: Int, hours: Int = 24, salt: Int = 0) async throws {
        let start = try #require(UTCDay(day)).startSeconds
        var csv = "target_start,node,lmp\r\n"
        for row in 0..<rows {
            let time = start + Int64(row % hours) * 3600
            csv += "\(time),N\(row % 7),\(row * 3 + salt).25\r\n"
        }
        try await put(day: day, csv: csv)
    }

    static func spec(
        _ format: String = "parquet", _ codec: String = "sz", _ layout: String = "athena",
        size: PartitionSize = .day, cutting: CuttingLimits = CuttingLimits(), types: [String: S3DBType] = [:]
    ) throws -> ValidatedSpec {
        try ConversionSpec(
            format: format, codec: codec, layout: layout, size: size, types: types, cutting: cutting
        ).validated(in: .standard)
    }
}

extension Converter {
    /// Plans and runs; the results by key.
    func convert(
        _ spec: ValidatedSpec, policy: OverwritePolicy = .ifStale, prunes: Bool = false
    ) async throws -> [String: OutputResult.Outcome] {
        let plan = try await plan(spec, datasets: [MemoryLake.dataset], policy: policy, prunes: prunes)
        var outcomes: [String: OutputResult.Outcome] = [:]
        for await result in run(plan) { outcomes[result.key] = result.outcome }
        return outcomes
    }

    /// The states of the outputs, by partition.
    func states(_ spec: ValidatedSpec) async throws -> [String: String] {
        let plan = try await plan(spec, datasets: [MemoryLake.dataset])
        return Dictionary(uniqueKeysWithValues: plan.outputs.map { ($0.partition.description, $0.state.name) })
    }
}

extension ObjectStore {
    /// All objects and their bytes.
    func contents() async throws -> [String: Buffer] {
        var infos: [ObjectInfo] = []
        try await list(prefix: "", after: nil) { infos += $0 }
        var contents: [String: Buffer] = [:]
        for info in infos { contents[info.key.text] = try await read(info.key)?.bytes }
        return contents
    }
}
