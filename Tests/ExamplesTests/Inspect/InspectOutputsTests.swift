import Foundation
import S3DB
import TestSupport
import Testing

/// `inspect` over the outputs of `backfill`, and the memory that it takes.
@Suite struct InspectOutputsTests {
    private let lake: SmallLake
    private static let dataset = "miso/realtime_price"

    init() throws {
        lake = try SmallLake()
        try lake.fill(Self.dataset, days: Days.from2020(3), rowCount: 480)
    }

    private func output(_ spec: SpecWords) throws -> URL {
        let run = try BackfillTool.run(
            ["run"]
                + lake.options(layout: spec.layout, format: spec.format, codec: spec.codec, partition: spec.partition))
        #expect(run.status == 0, "\(run.errors)")
        let files = try SmallLake.files(under: lake.destination)
        let name = try #require(files.keys.sorted().first { !$0.hasSuffix(".json") && files[$0]?.isEmpty == false })
        return lake.destination.appending(path: name)
    }

    static let specs = [
        (SpecWords(format: "parquet", codec: "zst", layout: "athena", partition: "month"), "parquet", nil as String?),
        (SpecWords(format: "parquet", codec: "gz", layout: "dataclient", partition: "month"), "parquet", "gz"),
        (SpecWords(format: "arrow", codec: "zst", layout: "dataclient", partition: "month"), "arrow-stream", "zst"),
        (SpecWords(format: "arrow", codec: "sz", layout: "dataclient", partition: "month"), "arrow-stream", "sz"),
    ]

    @Test("an output says what it was made from", arguments: specs)
    func provenance(spec: SpecWords, format: String, codec: String?) throws {
        let file = try output(spec)
        let summary = try InspectTool.run(["--json", file.path]).json()
        #expect(summary["format"]?.stringValue == format && summary["codec"]?.stringValue == codec)
        #expect(summary["rows"] == 1440)
        let provenance = summary["provenance"]
        #expect(provenance?["tool"]?.stringValue == ToolVersion.createdBy)
        let sections = provenance?["sections"]?.arrayValue ?? []
        #expect(sections.count == 3 && summary["groups"] == 3)
        let text = try InspectTool.run([file.path]).output
        #expect(text.contains("3 sections of 3 sources, \(Self.dataset)/year=2020/1577836800.csv.gz to "), "\(text)")
        #expect(text.contains("spec ") && text.contains("target_start"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test("bounds of all row groups are those of the values")
    func bounds() throws {
        let file = try output(Self.specs[0].0)
        let columns = try InspectTool.run(["--json", file.path]).json()["columns"]?.arrayValue ?? []
        let start = try #require(columns.first { $0["name"] == "target_start" })
        #expect(start["minimum"]?.intValue == 1_577_836_800)
        #expect(start["maximum"]?.intValue == 1_577_836_800 + 3 * 86_400 - 180)
        let node = try #require(columns.first { $0["name"] == "node" })
        #expect(node["minimum"] == "node 0" && node["maximum"] == "node 6" && node["nulls"] == 0)
    }

    @Test("ten times the row groups take no more memory", .needsPython)
    func flat() throws {
        let directory = try TemporaryDirectory()
        var peaks: [Int] = []
        for count in [10, 100] {
            for name in ["\(count).parquet", "\(count).arrow"] {
                let file = directory.url.appending(path: name)
                try Python.run(
                    """
                    import sys
                    import numpy, pyarrow as pa, pyarrow.ipc, pyarrow.parquet as pq
                    count = int(sys.argv[2])
                    generator = numpy.random.default_rng(1)
                    schema = pa.schema([("a", pa.int64()), ("b", pa.float64())])
                    make = pq.ParquetWriter if sys.argv[1].endswith("parquet") else pa.ipc.new_stream
                    with make(sys.argv[1], schema) as writer:
                        for group in range(count):
                            arrays = [pa.array(generator.integers(0, 1 << 60, 10000)), pa.array(generator.random(10000))]
                            writer.write_batch(pa.record_batch(arrays, schema=schema))
                    """, [file.path, "\(count)"])
                for command in [["cat", "--csv", file.path], ["diff", file.path, file.path], [file.path]] {
                    peaks.append(try Self.peak(command))
                }
            }
        }
        for (small, large) in zip(peaks[..<6], peaks[6...]) {
            print("peak \(small >> 10) KiB of 10 groups, \(large >> 10) KiB of 100")
            // The larger files have 16 MB.
            #expect(large - small < 8 << 20)
        }
    }

    private static func peak(_ arguments: [String]) throws -> Int {
        let printed = try Python.run(
            """
            import os, subprocess, sys
            process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            assert os.waitstatus_to_exitcode(status) == 0
            print(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
            """, [try Executable.url(of: "inspect").path] + arguments)
        return try #require(Int(printed.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
}
