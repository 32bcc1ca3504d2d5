import Foundation
import S3DB
import TestSupport
import Testing

/// What a run over bad objects said and left, made once for all cases.
private struct BadLake: Sendable {
    let status: Int32
    /// The results of the bad objects, by dataset.
    let failures: [String: JSONValue]
    /// The datasets whose good day was written again.
    let written: Set<String>
    let before: [String: Data]
    let after: [String: Data]
    let summary: JSONValue

    static let made = Result { try BadLake() }

    private init() throws {
        let lake = try SmallLake()
        for input in BadInput.all { try lake.fill(input.dataset, days: [Days.first, Days.second]) }
        let options = ["run", "--json"] + lake.options()
        let first = try BackfillTool.run(options)
        try #require(first.status == 0, "\(first.output)\(first.errors)")
        before = try SmallLake.files(under: lake.destination)

        for input in BadInput.all {
            try lake.fill(input.dataset, days: [Days.first], offset: 1)
            try lake.write(try input.bytes(), of: input.dataset, on: Days.second)
        }
        let second = try BackfillTool.run(options)
        status = second.status
        after = try SmallLake.files(under: lake.destination)
        let lines = try second.jsonLines()
        summary = try #require(lines.last)
        var failures: [String: JSONValue] = [:]
        var written: Set<String> = []
        for line in lines.dropLast() {
            let dataset = line["dataset"]?.stringValue ?? ""
            if let error = line["error"] { failures[dataset] = error } else { written.insert(dataset) }
        }
        self.failures = failures
        self.written = written
    }
}

@Suite struct BackfillBadInputTests {
    @Test("a bad object fails its own job, with what and where, and nothing else", arguments: BadInput.all)
    func object(input: BadInput) throws {
        let lake = try BadLake.made.get()
        #expect(lake.status == 1)
        let error = try #require(lake.failures[input.dataset], "\(input.name) must fail")
        #expect(error["code"]?.stringValue == input.code, "\(error)")
        #expect(error["key"]?.stringValue == SmallLake.key(input.dataset, Days.second), "\(error)")
        #expect(error["line"]?.intValue == input.line, "\(error)")
        #expect(error["column"]?.stringValue == input.column, "\(error)")
        #expect(lake.written.contains(input.dataset), "the good day is done")
        let good = "\(input.dataset)/day_partition=2020-01-01/\(Days.first.startSeconds).parquet"
        let bad = "\(input.dataset)/day_partition=2020-01-02/\(Days.second.startSeconds).parquet"
        #expect(lake.before[good] != lake.after[good])
        #expect(lake.before[bad] != nil && lake.before[bad] == lake.after[bad])
    }

    @Test("the summary counts what failed and what went well")
    func summary() throws {
        let lake = try BadLake.made.get()
        #expect(lake.summary["failed"]?.intValue == BadInput.all.count)
        #expect(lake.summary["written"]?.intValue == BadInput.all.count)
        #expect(Set(lake.before.keys) == Set(lake.after.keys))
    }

    @Test(
        "bad METADATA.json fails its dataset, and --assume-strings goes on without it",
        arguments: [
            (nil, "missing-metadata", nil), ("{\"type_map\":", "invalid-metadata", nil),
            ("[]", "invalid-metadata", nil),
            ("{}", "invalid-metadata", nil), ("{\"type_map\": {\"lmp\": \"flaot\"}}", "invalid-metadata", "lmp"),
            ("{\"type_map\": {\"lmp\": 3}}", "invalid-metadata", "lmp"), ("\u{0}", "invalid-metadata", nil),
        ] as [(String?, String, String?)])
    func metadata(text: String?, code: String, column: String?) throws {
        let lake = try SmallLake()
        try lake.fill("good/dataset", days: [Days.first])
        try lake.fill("bad/dataset", days: [Days.first])
        try FileManager.default.removeItem(at: lake.source.appending(path: "bad/dataset/METADATA.json"))
        if let text { try lake.describe("bad/dataset", text) }
        let run = try BackfillTool.run(["run", "--json"] + lake.options())
        #expect(run.status == 1)
        let lines = try run.jsonLines()
        let error = try #require(lines.compactMap { $0["error"] }.first)
        #expect(error["code"]?.stringValue == code)
        #expect(error["key"]?.stringValue == "bad/dataset/METADATA.json")
        #expect(error["column"]?.stringValue == column)
        #expect(lines.contains { $0["dataset"]?.stringValue == "good/dataset" && $0["outcome"] == "written" })
        #expect(try SmallLake.files(under: lake.destination).keys.allSatisfy { !$0.hasPrefix("bad") })
        let plan = try BackfillTool.run(["plan", "--json"] + lake.options())
        #expect(plan.status == 1)
        let assumed = try BackfillTool.run(["run", "--json", "--assume-strings"] + lake.options())
        #expect(assumed.status == 0, "\(assumed.output)\(assumed.errors)")
        #expect(try assumed.jsonLines().first?["dataset"]?.stringValue == "bad/dataset")
    }

    @Test("an output of another spec in the way is refused, unless it is to be overwritten")
    func foreign() throws {
        let lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: Days.from2020(2))
        #expect(try BackfillTool.run(["run"] + lake.options(codec: "gz") + ["--latest", "1"]).status == 0)
        let before = try SmallLake.files(under: lake.destination)
        let options = lake.options(codec: "zst")
        let plan = try BackfillTool.run(["plan", "--json"] + options).json()
        #expect(plan["counts"]?["foreign"]?.intValue == 1)
        let text = try BackfillTool.run(["plan"] + options).output
        #expect(text.contains("Foreign outputs") && text.contains("codec=gz"))

        let run = try BackfillTool.run(["run", "--json"] + options)
        #expect(run.status == 1)
        let error = try #require(try run.jsonLines().compactMap { $0["error"] }.first)
        #expect(error["code"]?.stringValue == "foreign-output")
        let message = error["message"]?.stringValue ?? ""
        #expect(message.contains("codec=gz") && message.contains("codec=zst"))
        let after = try SmallLake.files(under: lake.destination)
        for (name, content) in before { #expect(after[name] == content, "\(name)") }
        #expect(try run.jsonLines().last?["written"]?.intValue == 1)

        #expect(try BackfillTool.run(["run", "--overwrite", "always"] + options).status == 0)
        let status = try BackfillTool.run(["status", "--json"] + options).json()
        #expect(status["counts"]?["current"]?.intValue == 2)
    }

    @Test("a destination without room fails the outputs that do not fit, and leaves nothing of them")
    func fullDisk() throws {
        let lake = try SmallLake()
        try lake.fill("small/dataset", days: [Days.first])
        try lake.fill("large/dataset", days: [Days.first], rowCount: 80_000)
        // Blocks of 512 bytes: files of 32 KiB at most.
        let run = try BackfillTool.run(["run", "--json"] + lake.options(codec: "none"), shell: "ulimit -f 64")
        #expect(run.status == 1, "\(run.errors)")
        let lines = try run.jsonLines()
        let failed = try #require(lines.first { $0["outcome"] == "failed" })
        #expect(failed["dataset"]?.stringValue == "large/dataset")
        #expect(failed["error"]?["code"]?.stringValue == "storage-full")
        #expect(lines.contains { $0["dataset"]?.stringValue == "small/dataset" && $0["outcome"] == "written" })
        #expect(try SmallLake.files(under: lake.destination).keys.allSatisfy { !$0.hasPrefix("large") })
        #expect(lake.uploadsInProgress().isEmpty)
        #expect(try BackfillTool.run(["run"] + lake.options(codec: "none")).status == 0)
    }

    @Test("a destination that cannot be written fails every job")
    func unwritable() throws {
        let lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: Days.from2020(2))
        try Data("a file".utf8).write(to: lake.destination)
        let below = lake.destination.appending(path: "out").path
        let run = try BackfillTool.run(["run", "--json"] + lake.options() + ["--dest", below])
        #expect(run.status == 1)
        let errors = try run.jsonLines().compactMap { $0["error"] }
        #expect(errors.count == 2)
        #expect(errors.allSatisfy { $0["code"]?.stringValue == "invalid-key" && $0["key"] != nil })
        #expect(try Data(contentsOf: lake.destination) == Data("a file".utf8))
    }

    @Test("a destination on a read-only file system fails every job, and stays as it is", .needsReadOnlyMounts)
    func readOnly() throws {
        let lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [Days.first])
        #expect(try BackfillTool.run(["run"] + lake.options()).status == 0)
        try lake.fill("miso/realtime_price", days: Days.from2020(2), offset: 1)
        let before = try SmallLake.files(under: lake.destination)
        let run = try BackfillTool.run(
            ["run", "--json"] + lake.options(), shell: ReadOnlyMount.prefix(lake.destination.path))
        #expect(run.status == 1, "\(run.errors)")
        let errors = try run.jsonLines().compactMap { $0["error"] }
        #expect(errors.count == 2)
        #expect(errors.allSatisfy { $0["code"]?.stringValue == "permission-denied" && $0["key"] != nil }, "\(errors)")
        #expect(try SmallLake.files(under: lake.destination) == before)
    }

    @Test("a source that changes all the time while it is read fails its job alone")
    func changingSource() throws {
        let lake = try SmallLake()
        try lake.fill("still/dataset", days: [Days.first])
        // Enough days of one output that much is read between the listing and the last of them.
        let days = Days.from2020(20)
        try lake.fill("moving/dataset", days: days, rowCount: 10_000)
        let moving = SmallLake.key("moving/dataset", try #require(days.last))
        let file = lake.source.appending(path: moving).path
        // A thread: the runs of other tests may hold all of those that tasks have.
        let writer = Thread {
            var moment = 1_600_000_000.0
            while !Thread.current.isCancelled {
                try? FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: moment)], ofItemAtPath: file)
                moment += 1
                usleep(200)
            }
        }
        writer.start()
        defer { writer.cancel() }
        let run = try BackfillTool.run(["run", "--json"] + lake.options() + ["--partition", "month"])
        #expect(run.status == 1)
        let lines = try run.jsonLines()
        let failed = try #require(lines.first { $0["outcome"] == "failed" })
        #expect(failed["error"]?["code"]?.stringValue == "source-changed")
        #expect(failed["error"]?["key"]?.stringValue == moving)
        #expect(lines.contains { $0["dataset"]?.stringValue == "still/dataset" && $0["outcome"] == "written" })
        #expect(try SmallLake.files(under: lake.destination).keys.allSatisfy { !$0.hasPrefix("moving") })
    }

    @Test("keys that do not fit the naming scheme fail alone, other objects are counted")
    func strangeKeys() throws {
        let lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [Days.first])
        let day = try SmallLake.gzip(SmallLake.rows(day: Days.first))
        let directory = lake.source.appending(path: "miso/realtime_price/year=2020")
        try Data(day).write(to: directory.appending(path: "1577836801.csv.gz"))
        try Data(day).write(to: directory.appending(path: "notes.txt"))
        let run = try BackfillTool.run(["run", "--json"] + lake.options())
        #expect(run.status == 1)
        let error = try #require(try run.jsonLines().compactMap { $0["error"] }.first)
        #expect(error["code"]?.stringValue == "invalid-source-key")
        #expect(error["key"]?.stringValue == "miso/realtime_price/year=2020/1577836801.csv.gz")
        #expect(try run.jsonLines().last?["written"]?.intValue == 1)
        #expect(try BackfillTool.run(["plan", "--json"] + lake.options()).json()["ignored_objects"]?.intValue == 1)
    }

    @Test("no dataset's name leads out of the destination")
    func escape() throws {
        let lake = try SmallLake()
        for name in ["%2e%2e/%2e%2e", "a/..b", "..a/b", "a\\..\\../x y"] { try lake.fill(name, days: [Days.first]) }
        let before = try SmallLake.files(under: lake.root)
        let run = try BackfillTool.run(["run", "--json"] + lake.options())
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let names = try run.jsonLines().compactMap { $0["dataset"]?.stringValue }.sorted()
        #expect(names == ["%2e%2e/%2e%2e", "a\\..\\../x y"])
        let added = try SmallLake.files(under: lake.root).keys.filter { before[$0] == nil }
        #expect(added.allSatisfy { $0 == "destination" || $0.hasPrefix("destination/") })
    }
}
