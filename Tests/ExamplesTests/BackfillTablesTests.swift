import FaultProxy
import Foundation
import S3DB
import TestSupport
import Testing

/// `backfill --source-format`: trees of tables as sources, through the program.
@Suite struct BackfillTablesTests {
    private static let dataset = "miso/realtime_price"

    private let lake: SmallLake

    init() throws {
        lake = try SmallLake()
        try lake.fill(Self.dataset, days: Days.from2020(40), rowCount: 96)
    }

    /// Options of a conversion between two places.
    private func options(
        _ source: URL, _ destination: URL, _ spec: SpecWords, reading format: String? = nil, _ more: [String] = []
    ) -> [String] {
        ["--source", source.path, "--dest", destination.path, "--all"] + spec.options
            + (format.map { ["--source-format", $0] } ?? []) + more
    }

    private func place(_ name: String) -> URL { lake.root.appending(path: name) }

    /// Converts and expects success.
    private func run(_ arguments: [String]) throws {
        let outcome = try BackfillTool.run(["run", "--json"] + arguments)
        try #require(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    static let trees = [
        SpecWords(format: "parquet", codec: "zst", layout: "athena", partition: "month"),
        SpecWords(format: "arrow", codec: "lz4", layout: "dataclient", partition: "year"),
        SpecWords(format: "parquet", codec: "bz2", layout: "dataclient", partition: "hour"),
    ]

    @Test("what is made of a tree is what is made of the lake, by plan, run, status and verify", arguments: trees)
    func repartitioning(tree: SpecWords) throws {
        try run(options(lake.source, place("tree"), tree))
        let target = SpecWords(format: "parquet", codec: "zst", layout: "dataclient", partition: "day")
        try run(options(lake.source, place("expected"), target))
        let again = options(place("tree"), place("again"), target, reading: tree.format)
        let plan = try BackfillTool.run(["plan", "--json"] + again)
        #expect(plan.status == 0, "\(plan.errors)")
        try run(again)
        if tree.layout == "dataclient" {
            #expect(try SmallLake.files(under: place("again")) == SmallLake.files(under: place("expected")))
        } else {
            // METADATA.json is made of what the files say.
            let found = try SmallLake.files(under: place("again")).filter { !$0.key.hasSuffix(".json") }
            #expect(found == (try SmallLake.files(under: place("expected")).filter { !$0.key.hasSuffix(".json") }))
        }
        let status = try BackfillTool.run(["status", "--json"] + again).json()
        #expect(status["counts"]?["current"]?.intValue == 40, "\(status)")
        for source in [again, options(lake.source, place("again"), target)] {
            let verified = try BackfillTool.run(["verify", "--deep", "--json"] + source)
            let holds = verified.status == 0 || tree.layout == "athena"
            #expect(holds, "\(verified.output)\(verified.errors)")
        }
    }

    @Test("messages say what their source is, and workers read it so")
    func queue() throws {
        let tree = Self.trees[1]
        try run(options(lake.source, place("tree"), tree))
        let target = SpecWords(format: "parquet", codec: "sz", layout: "athena", partition: "month")
        try run(options(lake.source, place("expected"), target))
        let queue = ["--queue", place("queue").path]
        let sent = try BackfillTool.run(
            ["enqueue", "--json"] + options(place("tree"), place("again"), target, reading: tree.format) + queue)
        #expect(sent.status == 0, "\(sent.errors)")
        let work = ["work", "--json", "--once", "--source", place("tree").path, "--dest", place("again").path] + queue
        let other = try BackfillTool.run(work + ["--source-format", "parquet"])
        #expect(other.status == 1 && other.output.contains("source-format"), "\(other.output)")
        _ = try BackfillTool.run(["redrive"] + queue)
        let done = try BackfillTool.run(work)
        #expect(done.status == 0, "\(done.output)\(done.errors)")
        #expect(try SmallLake.files(under: place("again")) == SmallLake.files(under: place("expected")))
    }

    @Test(
        "trees that others wrote are read whatever their names say", .needsPython,
        arguments: [
            SpecWords(format: "parquet", codec: "zst", layout: "athena", partition: "month"),
            SpecWords(format: "parquet", codec: "zst", layout: "dataclient", partition: "day"),
            SpecWords(format: "arrow", codec: "sz", layout: "dataclient", partition: "month"),
            SpecWords(format: "arrow", codec: "gz", layout: "dataclient", partition: "year"),
            SpecWords(format: "parquet", codec: "sz", layout: "dataclient", partition: "hour"),
        ])
    func others(tree: SpecWords) throws {
        try run(options(lake.source, place("tree"), tree))
        let script = try String(
            contentsOf: Requirement.root.appending(path: "Tests/Interop/other_tree.py"), encoding: .utf8)
        try Python.run(
            script, [place("tree").path, place("other").path, tree.format, tree.codec, tree.layout])
        let description = try Data(contentsOf: lake.source.appending(path: "\(Self.dataset)/METADATA.json"))
        try description.write(to: place("other").appending(path: "\(Self.dataset)/METADATA.json"))
        let target = SpecWords(format: "arrow", codec: "zst", layout: "dataclient", partition: "day")
        try run(options(lake.source, place("expected"), target))
        let again = options(
            place("other"), place("again"), target, reading: tree.format, ["--source-partition", tree.partition])
        try run(again)
        let compared = try BackfillTool.run(["verify", "--json", "--against", place("expected").path] + again)
        #expect(compared.status == 0, "\(compared.output)\(compared.errors)")
        let against = try #require(try compared.json()["against"])
        #expect(against["pairs"]?.intValue == 40 && against["rows"]?.intValue == 40 * 96, "\(against)")
        // Strangers see the same.
        let counted = try Python.run(
            """
            import glob, io, sys, pyarrow.ipc, zstandard
            def rows(root):
                tables = {}
                for path in glob.glob(root + "/**/*.arrow.zst", recursive=True):
                    data = zstandard.ZstdDecompressor().stream_reader(open(path, "rb"), read_across_frames=True).read()
                    table = pyarrow.ipc.open_stream(data).read_all().replace_schema_metadata(None)
                    tables[path[len(root):]] = table.to_pydict()
                return tables
            a, b = rows(sys.argv[1]), rows(sys.argv[2])
            assert a == b
            print(len(a))
            """, [place("again").path, place("expected").path])
        #expect(counted.hasPrefix("40"), "\(counted)")
    }

    @Test("real days, by way of a year", .needsRealData, arguments: Self.trees.prefix(Requirement.isFull ? 2 : 1))
    func realDays(tree: SpecWords) throws {
        var tree = tree
        tree.partition = "year"
        func real(_ destination: URL, _ spec: SpecWords) -> [String] {
            ["--source", Requirement.realData.path, "--dest", destination.path, "--dataset", Self.dataset]
                + spec.options
        }
        try run(real(place("tree"), tree))
        let target = SpecWords(format: "parquet", codec: "zst", layout: "athena", partition: "day")
        try run(real(place("expected"), target))
        try run(options(place("tree"), place("again"), target, reading: tree.format))
        let found = try SmallLake.files(under: place("again"))
        #expect(found == (try SmallLake.files(under: place("expected"))))
        let verified = try BackfillTool.run(["verify", "--deep", "--json"] + real(place("again"), target))
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }

    @Test(
        "bad usage exits 2 and says what would do",
        arguments: [
            (["--source-format", "parket"], "parquet"),
            (["--source-format", "arrow", "--source-layout", "hive"], "athena"),
            (["--source-format", "arrow", "--source-partition", "week"], "month"),
            (["--source-partition", "day"], "--source-format parquet"),
            (["--source-layout", "athena"], "--source-format parquet"),
        ] as [([String], String)])
    func usage(arguments: [String], named: String) throws {
        for command in ["plan", "run", "status", "verify"] {
            let outcome = try BackfillTool.run([command] + lake.options() + arguments)
            #expect(outcome.status == 2 && outcome.errors.contains(named), "\(command) \(outcome.errors)")
        }
    }

    @Test("a tree whose files do not say how much they cover exits 2 and names the option")
    func unknownSize() throws {
        try run(options(lake.source, place("tree"), Self.trees[0]))
        try run(options(lake.source, place("tree"), SpecWords.athena))
        let target = SpecWords(format: "arrow", codec: "zst", layout: "dataclient", partition: "day")
        let mixed = try BackfillTool.run(
            ["run"] + options(place("tree"), place("again"), target, reading: "parquet"))
        #expect(mixed.status != 0 && (mixed.errors + mixed.output).contains("--source-partition"), "\(mixed.errors)")
        let chosen = try BackfillTool.run(
            ["run"] + options(place("tree"), place("again"), target, reading: "parquet", ["--source-partition", "day"]))
        #expect(chosen.status == 0, "\(chosen.errors)")
    }

    @Test("a listener refuses tables by name")
    func listener() throws {
        let outcome = try Executable.outcome(
            of: "live-listener",
            [
                "run", "--once", "--source", lake.source.path, "--source-format", "parquet", "--live-jobs",
                place("jobs").path,
            ])
        #expect(outcome.status == 2 && outcome.errors.contains("--source-format"), "\(outcome.errors)")
    }

    @Test("a tree in a bucket", .needsServers)
    func bucket() async throws {
        let moto = try await StandIn.moto()
        try await moto.behindProxy { proxy in
            let bucket = try await BucketLake(lake, moto, through: proxy.endpoint)
            try await bucket.upload()
            let tree = SpecWords(format: "parquet", codec: "zst", layout: "athena", partition: "month")
            try await bucket.backfill(tree, to: "tree")
            let target = SpecWords(format: "arrow", codec: "zst", layout: "dataclient", partition: "day")
            let expected = try await bucket.backfill(target, to: "expected")
            let outcome = try await bucket.run(
                "backfill",
                ["run", "--json", "--source", bucket.destination("tree"), "--source-format", "parquet", "--all"]
                    + target.options + ["--dest", bucket.destination("again")])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let again = try await bucket.download("again")
            func files(_ url: URL) throws -> [String: Data] {
                try SmallLake.files(under: url).filter { !$0.key.hasSuffix(".json") }
            }
            #expect(try files(again.url) == files(expected.url))
        }
    }
}

/// The memory of conversions of long files.
@Suite(.needsPython) struct TablesMemoryTests {
    /// The largest resident size, in bytes, of the program while it runs.
    private static func peak(_ arguments: [String]) throws -> Int {
        let printed = try Python.run(
            """
            import os, subprocess, sys
            process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            assert os.waitstatus_to_exitcode(status) == 0
            print(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
            """, [BackfillTool.path] + arguments)
        return try #require(Int(printed.filter { !$0.isWhitespace }))
    }

    private static let trees = [
        SpecWords(format: "parquet", codec: "zst", layout: "dataclient", partition: "year"),
        SpecWords(format: "arrow", codec: "lz4", layout: "dataclient", partition: "year"),
        SpecWords(format: "parquet", codec: "zst", layout: "athena", partition: "year"),
    ]

    @Test("four times the days in a year take no more memory", arguments: trees.prefix(Requirement.isFull ? 3 : 1))
    func flat(tree: SpecWords) throws {
        var peaks: [Int] = []
        for dayCount in [15, 60] {
            let lake = try SmallLake()
            try lake.fill("miso/realtime_price", days: Days.from2020(dayCount), rowCount: 8000)
            let place = lake.root.appending(path: "tree").path
            let made = try BackfillTool.run(
                ["run", "--source", lake.source.path, "--dest", place, "--all"] + tree.options)
            #expect(made.status == 0, "\(made.errors)")
            // Of days: what is planned of each hour's file takes more than what is looked for.
            let target = SpecWords(format: "parquet", codec: "zst", layout: "athena", partition: "day")
            peaks.append(
                try Self.peak(
                    [
                        "run", "--source", place, "--source-format", tree.format, "--dest", lake.destination.path,
                        "--all",
                    ]
                        + target.options))
        }
        print("\(tree.testDescription): \(peaks[0] >> 20) MiB for 15 days, \(peaks[1] >> 20) for 60")
        // Sixty days of rows would take some 20 MB more.
        #expect(peaks[1] - peaks[0] < 15 << 20)
    }
}
