import Foundation
import S3DB
import TestSupport
import Testing

/// The built `live-listener`, run as users run it.
@Suite struct LiveListenerToolTests {
    private let lake: SmallLake
    private let days = Days.from2020(4)

    init() throws {
        lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [days[0]])
    }

    private var jobs: String { lake.root.appending(path: "jobs.json").path }
    private var athena: URL { lake.root.appending(path: "athena") }
    private var client: URL { lake.root.appending(path: "client") }

    private func tool(_ arguments: String...) throws -> BackfillTool.Outcome {
        let outcome = try Executable.outcome(of: "live-listener", arguments)
        return BackfillTool.Outcome(status: outcome.status, output: outcome.output, errors: outcome.errors)
    }

    private func add(_ name: String, to url: URL, _ format: String, _ codec: String, _ layout: String, _ size: String)
        throws
    {
        let outcome = try tool(
            "jobs", "add", name, "--live-jobs", jobs, "--source", lake.source.path, "--dest", url.path, "--all",
            "--format", format, "--codec", codec, "--layout", layout, "--partition", size)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private func addAthena() throws { try add("athena", to: athena, "parquet", "sz", "athena", "day") }

    private func count(_ directory: URL, _ suffix: String) throws -> Int {
        try SmallLake.files(under: directory).keys.count { $0.hasSuffix(suffix) }
    }

    @Test("a day that lands in a directory is converted, and a job that is added meanwhile catches up")
    func watch() throws {
        try addAthena()
        let listener = try RunningTool(
            "live-listener", ["run", "--source", lake.source.path, "--live-jobs", jobs, "--jobs", "1"])
        try eventually("what stands is converted") { try count(athena, ".parquet") == 1 }
        try lake.fill("miso/realtime_price", days: [days[1]])
        try eventually("a day is converted as it lands") { try count(athena, ".parquet") == 2 }
        // A dataset, and so directories, that were not there before.
        try lake.fill("pjm/offers", days: [days[2]])
        try eventually("a new dataset is converted as it lands") { try count(athena, ".parquet") == 3 }

        try add("client", to: client, "arrow", "zst", "dataclient", "hour")
        try eventually("a new job catches up") { try count(client, ".arrow.zst") == 3 * 24 }
        #expect(try count(client, "METADATA.json") == 2)
        #expect(try tool("jobs", "pause", "client", "--live-jobs", jobs).status == 0)
        #expect(listener.end(with: SIGTERM) == 0, "\(listener.said)")
        #expect(listener.printed.contains("in force: client"))

        let elsewhere = lake.root.appending(path: "expected")
        var options = lake.options(codec: "sz")
        options[3] = elsewhere.path
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        #expect(try SmallLake.files(under: athena) == (try SmallLake.files(under: elsewhere)))
    }

    @Test("--once does what is left and ends")
    func once() throws {
        try lake.fill("miso/realtime_price", days: days)
        try addAthena()
        let run = ["run", "--once", "--json", "--source", lake.source.path, "--live-jobs", jobs]
        let outcome = try Executable.run("live-listener", run)
        #expect(try count(athena, ".parquet") == days.count)
        #expect(outcome.output.split(separator: "\n").count { $0.contains("\"written\"") } == days.count)
        #expect(try Executable.run("live-listener", run).output.contains("\"written\"") == false)

        try lake.write(try SmallLake.gzip("target_start,lmp\n1,cheap\n"), of: "miso/realtime_price", on: days[0])
        let failed = try Executable.outcome(of: "live-listener", run)
        #expect(failed.status == 1)
        #expect(failed.output.contains("value-misfit"))
        #expect(try count(athena, ".parquet") == days.count)
    }

    @Test("metrics and health are served while it runs", .needsPython)
    func operations() throws {
        try addAthena()
        let port = try Python.run(
            "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
        )
        .trimmingCharacters(in: .whitespacesAndNewlines)
        let listener = try RunningTool(
            "live-listener",
            ["run", "--source", lake.source.path, "--live-jobs", jobs, "--http-address", "127.0.0.1:\(port)"])
        try eventually("what stands is converted") { try count(athena, ".parquet") == 1 }
        let ask = """
            import sys, time, urllib.request
            for _ in range(100):
                try:
                    ready = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/health/ready").read()
                    metrics = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/metrics").read().decode()
                    if "s3db_live_jobs" in metrics: break
                except OSError: pass
                time.sleep(0.2)
            print(ready.decode().strip())
            print("\\n".join(line for line in metrics.split("\\n") if "rows" in line or "s3db_live_jobs" in line))
            values = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
            moved = [float(values[f's3db_{name}_total{{service="listener"}}']) for name in
                     ("read_bytes", "sent_bytes", "store_requests", "copied_bytes", "kept_sections")]
            assert all(moved[:3]) and not any(moved[3:]), moved
            """
        #expect(
            try Python.run(ask, [port]) == """
                ready
                # TYPE s3db_live_jobs gauge
                s3db_live_jobs{service="listener",state="active"} 1
                s3db_live_jobs{service="listener",state="paused"} 0
                # TYPE s3db_rows_total counter
                s3db_rows_total{service="listener"} 48

                """)
        #expect(listener.end(with: SIGTERM) == 0, "\(listener.said)")
    }

    @Test("jobs are listed, and what cannot be is refused with its reason")
    func jobsCommands() throws {
        try addAthena()
        let list = try tool("jobs", "list", "--live-jobs", jobs)
        #expect(list.output.contains("athena  active  */*"), "\(list.output)")
        for (arguments, message) in [
            (["pause", "athina"], "The nearest is athena"), (["add", "athena"], "missing: --dest"),
            (["add", "b", "--dest", athena.path], "\"b\" and \"athena\""),
            (["add", "b", "--dest", lake.source.path], "overlaps the source"),
        ] {
            var words = ["jobs"] + arguments + ["--live-jobs", jobs]
            if arguments[0] == "add" {
                words += [
                    "--source", lake.source.path, "--all", "--format", "parquet", "--codec", "gz", "--layout",
                    "athena", "--partition", "day",
                ]
            }
            let outcome = try Executable.outcome(of: "live-listener", words)
            #expect(outcome.status == 2, "\(words)")
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
        }
        #expect(try tool("jobs", "remove", "athena", "--live-jobs", jobs).status == 0)
        #expect(try tool("jobs", "list", "--live-jobs", jobs, "--json").json()["jobs"]?.arrayValue?.isEmpty == true)
        try Data("{".utf8).write(to: URL(filePath: jobs))
        let broken = try tool("jobs", "list", "--live-jobs", jobs)
        #expect(broken.status == 1 && broken.errors.contains("jobs.json"), "\(broken.errors)")
    }

    @Test("how often a job updates a partition is said when it is added, and shown")
    func pacing() throws {
        let year = lake.root.appending(path: "year").path
        let words = [
            "jobs", "add", "year", "--live-jobs", jobs, "--source", lake.source.path, "--dest", year, "--all",
            "--format", "parquet", "--codec", "sz", "--layout", "athena", "--partition", "year", "--interval", "600",
        ]
        let refused = try Executable.outcome(of: "live-listener", words + ["--staleness", "599"])
        #expect(refused.status == 2)
        #expect(refused.errors.contains("Make staleness at least as long"), "\(refused.errors)")
        #expect(try Executable.outcome(of: "live-listener", words + ["--settle", "soon"]).status == 2)
        #expect(try Executable.outcome(of: "live-listener", words + ["--staleness", "900"]).status == 0)
        try addAthena()
        let list = try tool("jobs", "list", "--live-jobs", jobs).output.split(separator: "\n")
        #expect(
            list.contains { $0.contains("year") && $0.contains("after 30 s, every 600 s, within 900 s") }, "\(list)")
        #expect(list.contains { $0.contains("athena") && $0.contains("at once") }, "\(list)")
        let listed = try tool("jobs", "list", "--live-jobs", jobs, "--json").json()["jobs"]?.arrayValue ?? []
        #expect(listed.map { $0["interval"] } == [600, 0])
        #expect(try String(contentsOfFile: jobs, encoding: .utf8).contains("\"version\": 2"))
    }

    @Test("without a queue only a directory is listened to")
    func usage() throws {
        let outcome = try tool("run", "--source", "s3://bucket/x/", "--live-jobs", jobs)
        #expect(outcome.status == 2)
    }
}
