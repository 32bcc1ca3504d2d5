@testable import S3DBCore
import S3DB
import TestSupport
import Testing

/// A tree of tables as a store of days.
@Suite struct TableStoreTests {
    private func list(
        _ store: any ObjectStore, _ prefix: String, after: ObjectKey? = nil
    ) async throws -> [String] {
        var keys: [String] = []
        try await store.list(prefix: prefix, after: after) { keys += $0.map(\.key.text) }
        return keys
    }

    @Test(arguments: [PartitionSize.day, .month, .year])
    func daysAreListedAsTheLakeHasThem(size: PartitionSize) async throws {
        let lake = try await TableLake()
        let tree = try await lake.tree(.init("arrow", "zst", "dataclient", size))
        let store = try TableStore(tree, as: SourceFormat("arrow"), registry: .standard)
        for prefix in [
            "", "test/", "test/pri", "test/prices/", "test/prices/year=2020/", "test/prices/year=2019/", "no/",
        ] {
            #expect(try await list(store, prefix) == list(lake.source, prefix), "\(prefix)")
        }
        let keys = try await list(lake.source, "")
        let second = try ObjectKey(keys[1])
        #expect(try await list(store, "", after: second) == Array(keys.dropFirst(2)))
        for prefix in ["", "test/", "test/prices/"] {
            #expect(try await store.listDirectories(prefix: prefix) == lake.source.listDirectories(prefix: prefix))
        }
        for key in keys.dropFirst() {
            let (key, original) = (try ObjectKey(key), try await lake.source.head(try ObjectKey(key)))
            #expect(try await store.head(key)?.version == original?.version)
            let error = await #expect(throws: S3DBError.self) {
                try await store.open(key, range: nil, version: VersionToken("other"))
            }
            #expect(error?.code == .preconditionFailed)
        }
        #expect(try await store.head(try ObjectKey("test/prices/year=2020/1577836800.csv.gz")) == nil)
        #expect(try await store.head(try ObjectKey("test/prices/other")) == nil)
    }

    @Test(arguments: ["arrow", "parquet"])
    func aRangeOfADayIsAPartOfAllOfIt(format: String) async throws {
        let lake = try await TableLake()
        let tree = try await lake.tree(.init(format, "gz", "dataclient", .year))
        let store = try TableStore(tree, as: SourceFormat(format), registry: .standard)
        let key = try ObjectKey(try await list(lake.source, "")[2])
        let whole = try #require(try await store.read(key)).bytes
        for range in [0..<1, 7..<900, whole.count - 5..<whole.count, 3..<whole.count + 100] {
            let part = try #require(try await store.read(key, range: range)).bytes
            #expect(part == whole.slice(range.clamped(to: 0..<whole.count)), "\(range)")
        }
        let batches = try ArrowReader(whole).batches()
        #expect(batches.reduce(0) { $0 + $1.rowCount } > 90)
    }

    @Test func specsAreReadBackFromTheirText() throws {
        var specs: [ConversionSpec] = [
            ConversionSpec(format: "parquet", codec: "zst", level: -5, layout: "athena", size: .year),
            ConversionSpec(
                format: "arrow", codec: "none", layout: "dataclient", size: .hour, options: ["container": "file"]),
            ConversionSpec(
                format: "parquet", codec: "gz", layout: "dataclient", size: .month, reader: .modern,
                types: ["a b": .int, "c=d": .list, "type:x=int type:y": .str],
                options: ["page-version": "2", "floats": "split"], span: .week,
                cutting: CuttingLimits(batchRowCount: 5, sectionRowCount: 77)),
        ]
        specs.append(specs[0])
        specs[3].options = ["bloom-filter-millionths": "9"]
        for spec in specs {
            let text = try spec.validated(in: .standard).text
            var read = try #require(ConversionSpec(text: text), "\(text)")
            read.reader = spec.reader
            #expect(try read.validated(in: .standard).text == text)
        }
        for text in ["", "format=x", "format=parquet codec=zst level=3 layout=athena size=week span=day"] {
            #expect(ConversionSpec(text: text) == nil)
        }
    }

    @Test func aTreeWithoutProvenanceIsToldApartByItsTimes() async throws {
        let tree = MemoryStore()
        let schema = try Schema([Field("target_start", .int64), Field("lmp", .float32), Field("node", .largeUTF8)])
        let start = try #require(UTCDay("2020-03-01")).startSeconds
        // Three days, of which the second has no rows; row groups that end within days.
        var options = ParquetOptions()
        options.rowGroupRowLimit = 7
        var file = try FileWriter(Parquet(options), schema: try Schema([schema.fields[0], schema.fields[1]]))
        let times = (0..<20).map { start + Int64($0) * 3600 } + (0..<10).map { start + 2 * 86_400 + Int64($0) }
        let columns = [AnyColumn(times), AnyColumn(times.indices.map { Float($0) / 4 })]
        try file.append(
            try RecordBatch(schema: Schema([schema.fields[0], schema.fields[1]]), columns: columns, rowCount: 30))
        try file.finish()
        let key = try ObjectKey("test/prices/month_partition=2020-03-01/\(start).parquet")
        let info = try await tree.put(key, [file.takeBytes()], if: .none)
        let store = try TableStore(tree, as: SourceFormat("parquet"), registry: .standard)
        let keys = try await list(store, "test/prices/")
        #expect(keys == [0, 2].map { (day: Int64) in "test/prices/year=2020/\(start + day * 86_400).csv.gz" })
        #expect(try await store.head(try ObjectKey(keys[0]))?.version == info.version)
        let first = try ArrowReader(try #require(try await store.read(try ObjectKey(keys[0]))).bytes).batches()
        #expect(first.reduce(0) { $0 + $1.rowCount } == 20)
        let last = try ArrowReader(try #require(try await store.read(try ObjectKey(keys[1]))).bytes).batches()
        #expect(try last.flatMap { try $0.column("target_start").values(as: Int64.self) } == Array(times[20...]))
        let metadata = try #require(try await store.read(try ObjectKey("test/prices/METADATA.json"))).bytes
        let described = try DatasetMetadata(parsing: metadata.bytes)
        #expect(described.columns.map(\.type) == [.int, .float])
    }
}
