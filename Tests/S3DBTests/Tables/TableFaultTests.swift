import S3DB
import TestSupport
import Testing

/// Trees of tables that lack something, change, are damaged or do not fit: named failures, never fewer rows.
@Suite struct TableFaultTests {
    private static let target = TableLake.Packing("parquet", "zst", "athena", .day)

    /// The failures of a conversion, by their keys.
    private func failures(
        _ tree: any ObjectStore, _ format: SourceFormat, _ target: TableLake.Packing = target
    ) async throws -> [String: S3DBError] {
        let results = try await TableLake.results(tree, to: MemoryStore(), target, reading: format)
        var failures: [String: S3DBError] = [:]
        for result in results { if case .failed(let error) = result.outcome { failures[result.key] = error } }
        return failures
    }

    private func keys(_ store: MemoryStore) async throws -> [ObjectKey] {
        try await TableLake.files(of: store).keys.sorted().map { try ObjectKey($0) }
    }

    @Test func aMissingHourFailsItsDay() async throws {
        let lake = try await TableLake.sorted()
        let tree = try await lake.tree(.init("parquet", "zst", "athena", .hour))
        let key = try ObjectKey(
            "test/prices/hour_partition=2020-06-02 20:00:00/\(try #require(UTCDay("2020-06-02")).startSeconds + 20 * 3600).parquet"
        )
        try #require(try await tree.head(key) != nil)
        try await tree.delete(key, if: .none)
        let found = try await failures(tree, SourceFormat("parquet"))
        #expect(found.count == 1)
        let error = try #require(found.values.first)
        #expect(error.code == .incompleteSource && error.message.contains("2020-06-02 20:00:00"), "\(error)")
    }

    @Test func hoursOfOtherVersionsFailTheirDay() async throws {
        let lake = try await TableLake.sorted()
        let packing = TableLake.Packing("arrow", "zst", "dataclient", .hour)
        let tree = try await lake.tree(packing)
        let old = try await lake.tree(packing)
        try await lake.lake.put(3, rows: 96, salt: 5)
        try await TableLake.convert(lake.source, to: tree, packing)
        let day = try #require(UTCDay("2020-06-03")).startSeconds
        let key = try ObjectKey("test/prices/year=2020/\(day + 5 * 3600).arrow.zst")
        _ = try await tree.put(key, [try #require(try await old.read(key)).bytes], if: .none)
        let found = try await failures(tree, SourceFormat("arrow"))
        #expect(found.count == 1 && found.values.first?.code == .incompleteSource, "\(found)")
    }

    @Test(arguments: ["arrow", "parquet"])
    func aDamagedFileFailsAllItsDaysAndNoOther(format: String) async throws {
        let lake = try await TableLake()
        let tree = try await lake.tree(.init(format, "zst", "dataclient", .month))
        let key = try #require(try await keys(tree).last)
        let bytes = try #require(try await tree.read(key)).bytes
        _ = try await tree.put(key, [bytes.slice(0..<20)], if: .none)
        let found = try await failures(tree, SourceFormat(format))
        #expect(found.count == 30, "\(found)")
        #expect(found.values.allSatisfy { $0.isLasting && $0.description.contains(key.text) }, "\(found)")
    }

    @Test(arguments: ["arrow", "parquet"])
    func damageWithinIsFound(format: String) async throws {
        let lake = try await TableLake()
        let tree = try await lake.tree(.init(format, "gz", "dataclient", .month))
        let key = try #require(try await keys(tree).last)
        var bytes = Array(try #require(try await tree.read(key)).bytes)
        bytes[bytes.count / 2] ^= 0x55
        bytes[bytes.count / 2 + 1] ^= 0xAA
        _ = try await tree.put(key, [Buffer(bytes)], if: .none)
        let found = try await failures(tree, SourceFormat(format))
        #expect(!found.isEmpty)
    }

    @Test func aFileThatChangesUnderneathIsPlannedAgain() async throws {
        let lake = try await TableLake()
        let packing = TableLake.Packing("arrow", "zst", "dataclient", .day)
        let tree = try await lake.tree(packing)
        let format = SourceFormat("arrow")
        let days = try TableStore(tree, as: format, registry: .standard)
        let destination = MemoryStore()
        let converter = Converter(from: days, to: destination)
        let target = TableLake.Packing("parquet", "zst", "dataclient", .month)
        let plan = try await converter.plan(try target.spec(reading: format), datasets: [MemoryLake.dataset])
        try await lake.lake.put(2, rows: 33, salt: 9)
        try await TableLake.convert(lake.source, to: tree, packing)
        for await result in converter.run(plan) { #expect(result.written != nil, "\(result)") }
        #expect(try await destination.contents() == lake.tree(target).contents())
    }

    @Test func sizesThatAreMixedOrUnknownAreRefused() async throws {
        let lake = try await TableLake()
        let tree = try await lake.tree(.init("parquet", "zst", "athena", .day))
        try await TableLake.convert(lake.source, to: tree, .init("parquet", "zst", "athena", .month))
        let mixed = await #expect(throws: S3DBError.self) { try await failures(tree, SourceFormat("parquet")) }
        #expect(mixed?.code == .invalidSpec && mixed?.remedy?.contains("--source-partition") == true)
        #expect(try await failures(tree, SourceFormat("parquet", size: .day)).isEmpty)
        // A file that says nothing of itself.
        let bare = MemoryStore()
        let schema = try Schema([Field("target_start", .int64), Field("lmp", .float64)])
        var file = try FileWriter(Parquet(), schema: schema)
        let start = try #require(UTCDay("2020-01-01")).startSeconds
        let columns = [AnyColumn([start, start + 86_400]), AnyColumn([1.5, 2.5])]
        try file.append(try RecordBatch(schema: schema, columns: columns, rowCount: 2))
        try file.finish()
        _ = try await bare.put(
            try ObjectKey("test/prices/year=2020/\(start).parquet"), [file.takeBytes()], if: .none)
        let unknown = await #expect(throws: S3DBError.self) { try await failures(bare, SourceFormat("parquet")) }
        #expect(unknown?.code == .invalidSpec && unknown?.remedy?.contains("--source-partition") == true)
        let destination = MemoryStore()
        try await TableLake.convert(
            bare, to: destination, Self.target, reading: SourceFormat("parquet", size: .month))
        #expect(try await TableLake.files(of: destination).count == 2)
    }

    @Test func rowsInNoOrderOfDaysAreRefused() async throws {
        let bare = MemoryStore()
        let metadata = Buffer(#"{"type_map": {"target_start": "int"}}"#.utf8)
        _ = try await bare.put(try ObjectKey("test/prices/METADATA.json"), [metadata], if: .none)
        let schema = try Schema([Field("target_start", .int64)])
        var file = try FileWriter(ArrowStream(), schema: schema)
        let start = try #require(UTCDay("2020-01-01")).startSeconds
        let columns = [AnyColumn([start, start + 86_400, start + 1])]
        try file.append(try RecordBatch(schema: schema, columns: columns, rowCount: 3))
        try file.finish()
        _ = try await bare.put(try ObjectKey("test/prices/year=2020/\(start).arrow"), [file.takeBytes()], if: .none)
        let found = try await failures(bare, SourceFormat("arrow", size: .month))
        #expect(found.count == 31 && found.values.allSatisfy { $0.code == .unsupported }, "\(found)")
    }

    @Test func columnsThatDoNotFitAreNamed() async throws {
        let lake = try await TableLake()
        let tree = try await lake.tree(.init("parquet", "zst", "dataclient", .day))
        var target = Self.target
        target.types = ["node": .int]
        let found = try await failures(tree, SourceFormat("parquet"), target)
        let errors = found.values.filter { $0.code == .valueMisfit }
        #expect(errors.count == 4 && errors.allSatisfy { $0.location.column == "node" }, "\(found)")
        #expect(errors.first?.message.contains("utf8") == true && errors.first?.message.contains("int64") == true)
    }

    @Test func aTreeIsNotWrittenTo() async throws {
        let tree = try TableStore(MemoryStore(), as: SourceFormat("parquet"), registry: .standard)
        let key = try ObjectKey("a/b/c")
        await #expect(throws: S3DBError.self) { try await tree.put(key, [], if: .none) }
        #expect(throws: S3DBError.self) {
            try TableStore(MemoryStore(), as: SourceFormat("parquett"), registry: .standard)
        }
        #expect(throws: S3DBError.self) {
            try TableStore(MemoryStore(), as: SourceFormat("parquet", layout: "hive"), registry: .standard)
        }
    }
}
