import S3DBCore
import Testing

@Suite("Source keys, object keys, dataset names, registry")
struct NamesTests {
    @Test("a day's key and back")
    func dayKeys() throws {
        let dataset = try #require(DatasetID("miso/realtime_price"))
        for text in ["1970-01-01", "2021-06-15", "1969-12-31", "2100-12-31"] {
            let key = SourceKey.day(dataset, try #require(UTCDay(text)))
            #expect(try SourceKey(key.key) == key)
        }
        #expect(
            try SourceKey("miso/realtime_price/year=2021/1623715200.csv.gz")
                == .day(dataset, try #require(UTCDay("2021-06-15"))))
        #expect(try SourceKey("miso/realtime_price/METADATA.json") == .metadata(dataset))
        #expect(SourceKey.metadata(dataset).key == "miso/realtime_price/METADATA.json")
    }

    @Test(
        "a data object whose name does not fit is an error",
        arguments: [
            "a/b/year=2021/1623715201.csv.gz", "a/b/year=2020/1623715200.csv.gz", "a/b/year=2021/+1623715200.csv.gz",
            "a/b/year=2021/01623715200.csv.gz", "a/b/year=2021/x.csv.gz", "a/b/1623715200.csv.gz", ".csv.gz",
            "a/b/c/year=2021/1623715200.csv.gz", "a/b/year=2021/99999999999999999999.csv.gz",
        ])
    func misfits(key: String) {
        let error = #expect(throws: S3DBError.self) { try SourceKey(key) }
        #expect(error?.code == .invalidSourceKey)
        #expect(error?.location.key == key)
    }

    @Test("other objects are ignored", arguments: ["", "a/b/x.csv", "a/METADATA.json", "a/b/c/METADATA.json", "x"])
    func others(key: String) throws {
        #expect(try SourceKey(key) == .other)
    }

    @Test("dataset names")
    func datasets() {
        #expect(DatasetID("a/b")?.description == "a/b")
        for text in ["", "a", "a/", "/b", "a/b/c", "../b", "a/.b", "a\n/b", String(repeating: "x", count: 201) + "/b"] {
            #expect(DatasetID(text) == nil, "\(text)")
        }
        #expect(
            [DatasetID("b/a"), DatasetID("a/z"), DatasetID("a/b")].compactMap { $0 }.sorted().map(\.name) == [
                "b", "z", "a",
            ])
    }

    @Test("object keys")
    func objectKeys() throws {
        for text in ["a", "a/b=1 2:3/c.parquet", "é/電", String(repeating: "x", count: 1024)] {
            #expect(try ObjectKey(text).text == text)
        }
        for text in ["", "/a", "a/", "a//b", ".", "a/../b", "a/./b", "a\0b", String(repeating: "x", count: 1025)] {
            let error = #expect(throws: S3DBError.self) { try ObjectKey(text) }
            #expect(error?.code == .invalidKey)
        }
        #expect(try ObjectKey("a/b") < ObjectKey("a0"))
        #expect(try ObjectKey("Z") < ObjectKey("a"))
    }

    @Test("a registry refuses duplicates and lists what it knows")
    func registry() throws {
        var registry = Registry()
        try registry.register(Scheme(name: "one", mark: 1))
        try registry.register(Scheme(name: "two", mark: 2))
        #expect(registry.schemes.names == ["one", "two"])
        let duplicate = #expect(throws: S3DBError.self) { try registry.register(Scheme(name: "one", mark: 3)) }
        #expect(duplicate?.code == .duplicateName)
        try registry.register(Scheme(name: "one", mark: 4), replacing: true)
        #expect(registry.schemes.all.compactMap { ($0 as? Scheme)?.mark } == [4, 2])
        #expect(registry.schemes.names == ["one", "two"])
        let unknown = #expect(throws: S3DBError.self) { try registry.schemes.named("three") }
        #expect(unknown?.code == .unknownName)
        #expect(unknown?.remedy?.contains("one, two") == true)
    }
}

private struct Scheme: PartitionScheme {
    var name: String
    var mark: Int
    var codecPlacement: CodecPlacement { .outer }
    var formats: [String]? { nil }
    var copiesMetadata: Bool { false }

    func key(for partition: Partition, of dataset: DatasetID, suffix: String) -> String { name }
    func partition(forKey key: String, size: PartitionSize, suffix: String) -> (DatasetID, Partition)? { nil }
    func prefix(for dataset: DatasetID, size: PartitionSize) -> String { "" }
    func warnings(format: String, codec: String, size: PartitionSize) -> [String] { [] }
}
