import Foundation
import S3DB
import TestSupport
import Testing

/// `backfill verify --against` a tree that pyarrow wrote.
@Suite(.needsPython) struct BackfillAgainstTests {
    private static let dataset = "miso/realtime_price"

    static let specs = [
        SpecWords(format: "parquet", codec: "zst", layout: "athena", partition: "day"),
        SpecWords(format: "arrow", codec: "sz", layout: "dataclient", partition: "day"),
        SpecWords(format: "parquet", codec: "zst", layout: "dataclient", partition: "day"),
        SpecWords(format: "arrow", codec: "zst", layout: "dataclient", partition: "day"),
        SpecWords(format: "arrow", codec: "none", layout: "dataclient", partition: "day"),
    ]

    private let lake: SmallLake

    init() throws {
        lake = try SmallLake()
        try lake.fill(Self.dataset, days: Days.from2020(8), rowCount: 2500)
    }

    private func options(_ spec: SpecWords) -> [String] {
        lake.options(
            ["--dataset", Self.dataset], layout: spec.layout, format: spec.format, codec: spec.codec,
            partition: spec.partition)
    }

    /// Has pyarrow write the tree again.
    private func otherTree(_ spec: SpecWords, _ changes: [String] = []) throws -> URL {
        let tree = lake.root.appending(path: "other-\(changes.count)")
        let script = try String(
            contentsOf: Requirement.root.appending(path: "Tests/Interop/other_tree.py"), encoding: .utf8)
        try Python.run(
            script, [lake.destination.path, tree.path, spec.format, spec.codec, spec.layout] + changes)
        return tree
    }

    @Test("a tree with the same values holds, however it is packed", arguments: specs)
    func sameValues(spec: SpecWords) throws {
        #expect(try BackfillTool.run(["run"] + options(spec)).status == 0)
        let other = try otherTree(spec)
        let arguments = ["verify", "--against", other.path] + options(spec)
        let found = try BackfillTool.run(arguments + ["--json"])
        #expect(found.status == 0, "\(found.output)\(found.errors)")
        let json = try found.json()
        #expect(json["against"]?["pairs"]?.intValue == 8 && json["against"]?["rows"]?.intValue == 20_000)
        #expect(json["against"]?["differences"] == [:])
        #expect(try BackfillTool.run(arguments).output.contains("Both trees hold the same."))
    }

    @Test("differences are listed by kind", arguments: specs)
    func differences(spec: SpecWords) throws {
        #expect(try BackfillTool.run(["run"] + options(spec)).status == 0)
        let other = try otherTree(spec, ["missing", "extra", "type", "column", "row", "value"])
        let found = try BackfillTool.run(["verify", "--json", "--against", other.path] + options(spec))
        #expect(found.status == 1, "\(found.errors)")
        let json = try found.json()
        let list = json["against"]?["list"]?.arrayValue ?? []
        #expect(
            list.map { $0["kind"]?.stringValue }
                == ["only-here", "only-there", "schema", "schema", "row-count", "column-values"])
        let details = list.compactMap { $0["detail"]?.stringValue }
        #expect(details[2] == "count is int64, not int32" && details[3] == "it has node", "\(details)")
        #expect(details[4] == "2500 rows, there 2499" && details[5] == "other values in lmp", "\(details)")
        #expect(json["against"]?["differences"]?["schema"]?.intValue == 2)
        #expect(json.findingKinds == ["missing-partition"])
        let text = try BackfillTool.run(["verify", "--against", other.path] + options(spec))
        #expect(text.status == 1 && text.output.contains("column-values"))
    }

    @Test("a file that cannot be read is said to be so, and a tree that is not there has no files")
    func unreadable() throws {
        let spec = Self.specs[0]
        #expect(try BackfillTool.run(["run"] + options(spec)).status == 0)
        let other = try otherTree(spec)
        let names = try SmallLake.files(under: other).filter { !$0.value.isEmpty }.keys.sorted()
        try Data("PAR1".utf8).write(to: other.appending(path: names[0]))
        let found = try BackfillTool.run(["verify", "--json", "--against", other.path] + options(spec))
        #expect(found.status == 1)
        let list = try found.json()["against"]?["list"]?.arrayValue ?? []
        #expect(list.map { $0["kind"]?.stringValue } == ["unreadable"])
        #expect(list.first?["detail"]?.stringValue?.hasPrefix("there: ") == true)
        let nowhere = lake.root.appending(path: "nowhere").path
        let missing = try BackfillTool.run(["verify", "--json", "--against", nowhere] + options(spec))
        #expect(missing.status == 1)
        #expect(try missing.json()["against"]?["differences"] == ["only-here": 8])
    }
}
