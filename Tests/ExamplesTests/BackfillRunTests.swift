import Foundation
import S3DB
import TestSupport
import Testing

@Suite struct BackfillRunTests {
    let lake: SmallLake

    init() throws {
        lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: Days.from2020(3))
        try lake.fill("miso/dayahead_price", days: Days.from2020(2))
    }

    @Test("plan and status change nothing")
    func plan() throws {
        let before = try SmallLake.files(under: lake.root)
        let plan = try BackfillTool.run(["plan", "--json"] + lake.options())
        #expect(plan.status == 0, "\(plan.errors)")
        let json = try plan.json()
        #expect(json["counts"]?["missing"]?.intValue == 5)
        #expect(json["jobs"]?.intValue == 5)
        #expect(json["outputs"]?.arrayValue?.count == 5)
        let status = try BackfillTool.run(["status"] + lake.options())
        #expect(status.status == 0)
        #expect(status.output.contains("miso/realtime_price        0      0        3        0         0"))
        #expect(try BackfillTool.run(["plan"] + lake.options()).output.contains("Jobs to do: 5,"))
        #expect(try SmallLake.files(under: lake.root) == before)
    }

    @Test(
        "a run makes everything current, and running again does nothing",
        arguments: [
            ("athena", "parquet", "zst", "day", 5), ("athena", "parquet", "none", "month", 2),
            ("dataclient", "arrow", "lz4", "day", 5), ("dataclient", "parquet", "gz", "year", 2),
            ("dataclient", "arrow", "bz2", "month", 2), ("athena", "parquet", "sz", "hour", 5 * 24),
        ])
    func run(layout: String, format: String, codec: String, partition: String, count: Int) throws {
        let options = lake.options(layout: layout, format: format, codec: codec, partition: partition)
        let run = try BackfillTool.run(["run", "--json"] + options)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let lines = try run.jsonLines()
        #expect(lines.count == count + 1)
        #expect(lines.dropLast().allSatisfy { $0["outcome"]?.stringValue == "written" })
        let summary = try #require(lines.last)
        #expect(summary["type"]?.stringValue == "summary")
        #expect(summary["written"]?.intValue == count)
        #expect(summary["rows"]?.intValue == 5 * 48)
        #expect(lake.uploadsInProgress().isEmpty)

        let plan = try BackfillTool.run(["plan", "--json"] + options).json()
        #expect(plan["counts"]?["current"]?.intValue == count)
        #expect(plan["jobs"]?.intValue == 0)
        let before = try SmallLake.files(under: lake.destination)
        let again = try BackfillTool.run(["run"] + options)
        #expect(again.status == 0)
        #expect(try SmallLake.files(under: lake.destination) == before)
    }

    @Test("a changed source makes its output stale, a removed one orphans it")
    func changes() throws {
        let options = lake.options(["--dataset", "miso/real*"])
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        try lake.fill("miso/realtime_price", days: [Days.second], offset: 9)
        try FileManager.default.removeItem(
            at: lake.source.appending(path: SmallLake.key("miso/realtime_price", Days.first)))
        let counts = try #require(try BackfillTool.run(["plan", "--json"] + options).json()["counts"])
        #expect(counts["stale"]?.intValue == 1)
        #expect(counts["orphaned"]?.intValue == 1)
        #expect(counts["current"]?.intValue == 1)
        let run = try BackfillTool.run(["run", "--json", "--prune"] + options)
        #expect(run.status == 0)
        #expect(try run.jsonLines().compactMap { $0["outcome"]?.stringValue }.sorted() == ["removed", "written"])
        let after = try BackfillTool.run(["status", "--json"] + options).json()
        #expect(after["counts"]?["current"]?.intValue == 2)
    }

    @Test("days are chosen by range and by number")
    func days() throws {
        let range = try BackfillTool.run(
            ["plan", "--json", "--from", "2020-01-02", "--to", "2020-01-02"] + lake.options())
        #expect(try range.json()["counts"]?["missing"]?.intValue == 2)
        let latest = try BackfillTool.run(["plan", "--json", "--latest", "1"] + lake.options())
        #expect(try latest.json()["counts"]?["missing"]?.intValue == 2)
    }

    @Test("undeclared columns are shown with a value, and frames with what reads them")
    func notes() throws {
        try lake.describe("miso/realtime_price", "{\"type_map\": {\"target_start\": \"int\"}}")
        let options = lake.options(
            ["--dataset", "miso/realtime_price"], layout: "dataclient", format: "arrow", partition: "month")
        let plan = try BackfillTool.run(["plan", "--json"] + options).json()
        let undeclared = try #require(plan["undeclared_columns"]?.arrayValue)
        #expect(undeclared.map { $0["name"]?.stringValue } == ["count", "lmp", "node"])
        #expect(undeclared.map { $0["sample"]?.stringValue } == ["0", "0.25", "node 0"])
        #expect(plan["readers"]?.arrayValue?.isEmpty == false)
        #expect(plan["warnings"]?.arrayValue?.isEmpty == false)
        let text = try BackfillTool.run(["plan"] + options).output
        #expect(text.contains("read_across_frames=True"))
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        #expect(try BackfillTool.run(["plan"] + options).output.contains("read_across_frames=True"))
        #expect(text.contains("lmp, such as \"0.25\""))
        let typed = try BackfillTool.run(["plan", "--json"] + options + ["--type", "lmp=float", "node=str"]).json()
        #expect(typed["undeclared_columns"]?.arrayValue?.map { $0["name"]?.stringValue } == ["count"])
    }

    @Test("the summary names every dataset, and plain lines every output")
    func summary() throws {
        let run = try BackfillTool.run(["run"] + lake.options())
        #expect(run.status == 0)
        #expect(
            run.output.contains("written    miso/dayahead_price/day_partition=2020-01-01/1577836800.parquet  48 rows"))
        #expect(run.output.contains("\nmiso/realtime_price        3     0          0        0       0   144"))
        #expect(run.output.contains("\ntotal                      5"))
        #expect(!run.output.contains("\u{1B}"))
    }

    @Test("others read what a run wrote", .needsPython)
    func readers() throws {
        #expect(try BackfillTool.run(["run"] + lake.options()).status == 0)
        let printed = try Python.run(
            """
            import sys, glob, pyarrow.parquet as pq
            files = sorted(glob.glob(sys.argv[1] + "/*/*/*/*.parquet"))
            tables = [pq.read_table(f, partitioning=None) for f in files]
            print(len(files), sum(t.num_rows for t in tables), sum(sum(t["count"].to_pylist()) for t in tables))
            print([(f.name, str(f.type)) for f in tables[0].schema])
            """, [lake.destination.path])
        let lines = printed.split(separator: "\n")
        #expect(lines.first == "5 240 \(5 * 47 * 24)")
        #expect(
            lines.last
                == "[('target_start', 'int64'), ('node', 'string'), ('count', 'int64'), ('lmp', 'double')]")
    }

    @Test("real days become files that others read", .needsRealData, .needsPython)
    func realData() throws {
        let options = [
            "--source", Requirement.realData.path, "--dest", lake.destination.path, "--layout", "dataclient",
            "--format", "arrow", "--codec", "zst", "--partition", "day", "--dataset", "miso/realtime_price",
            "--latest", "1",
        ]
        let run = try BackfillTool.run(["run", "--json"] + options)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let rows = try #require(try run.jsonLines().first?["rows"]?.intValue)
        let printed = try Python.run(
            """
            import sys, glob, zstandard, pyarrow as pa
            file = glob.glob(sys.argv[1] + "/miso/realtime_price/year=2020/*.arrow.zst")[0]
            body = zstandard.ZstdDecompressor().stream_reader(open(file, "rb"), read_across_frames=True).read()
            print(pa.ipc.open_stream(body).read_all().num_rows)
            """, [lake.destination.path])
        #expect(printed == "\(rows)\n" && rows > 100_000)
    }
}
