import Foundation
import S3DB
import TestSupport
import Testing

@Suite struct BackfillQueueTests {
    private let lake: SmallLake
    private let days = Days.from2020(30)

    init() throws {
        lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: days, rowCount: 3000)
    }

    private var queue: String { lake.root.appending(path: "queue").path }

    private func work(_ more: String...) -> [String] {
        [
            "work", "--source", lake.source.path, "--dest", lake.destination.path, "--queue", queue, "--jobs", "1",
            "--visibility", "2", "--json",
        ] + more
    }

    private func outputCount() throws -> Int {
        try SmallLake.files(under: lake.destination).keys.count { $0.hasSuffix(".parquet") }
    }

    /// What `run` makes of the same lake, elsewhere.
    private func expected() throws -> [String: Data] {
        let elsewhere = lake.root.appending(path: "expected")
        var options = lake.options()
        options[3] = elsewhere.path
        let outcome = try BackfillTool.run(["run", "--json"] + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try SmallLake.files(under: elsewhere)
    }

    private func enqueue() throws {
        let outcome = try BackfillTool.run(["enqueue", "--json", "--queue", queue] + lake.options())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try outcome.jsonLines().last?["messages"]?.intValue == days.count)
    }

    private func status() throws -> JSONValue {
        try BackfillTool.run(["status", "--json", "--queue", queue] + lake.options()).json()
    }

    @Test("workers that are killed lose nothing and leave nothing half-done")
    func kill() throws {
        try enqueue()
        var workers = try (0..<2).map { _ in try RunningTool("backfill", work()) }
        for step in 1...4 {
            try eventually("the workers go on") { try outputCount() >= step * 3 }
            _ = workers.removeFirst().end(with: SIGKILL)
            workers.append(try RunningTool("backfill", work()))
        }
        for worker in workers { _ = worker.end(with: SIGKILL) }
        let rest = try BackfillTool.run(work("--once"))
        #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
        #expect(try SmallLake.files(under: lake.destination) == (try expected()))
        let status = try status()
        #expect(status["counts"]?["current"]?.intValue == days.count)
        #expect(status["queue"]?["waiting"]?.intValue == 0 && status["queue"]?["in_hand"]?.intValue == 0)
        #expect(status["queue"]?["failed"]?.arrayValue?.isEmpty == true)
    }

    @Test("SIGTERM ends a worker with nothing in its hands", arguments: [SIGTERM, SIGINT])
    func terminate(signal: Int32) throws {
        try enqueue()
        let worker = try RunningTool("backfill", work())
        try eventually("the worker goes on") { try outputCount() >= 2 }
        #expect(worker.end(with: signal) == 0, "\(worker.said)")
        let done = try outputCount()
        #expect(done >= 2 && done < days.count)
        let queue = try #require(try status()["queue"])
        #expect(queue["waiting"]?.intValue == days.count - done)
        #expect(queue["in_hand"]?.intValue == 0)
        #expect(lake.uploadsInProgress().isEmpty)
        let rest = try BackfillTool.run(work("--once"))
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(try outputCount() == days.count)
    }

    @Test("what fails for good is shown by status and sent again by redrive")
    func failed() throws {
        try lake.write(
            try SmallLake.gzip("target_start,lmp\n1577836800,cheap\n"), of: "miso/realtime_price", on: days[0])
        try enqueue()
        let first = try BackfillTool.run(work("--once"))
        #expect(first.status == 1)
        #expect(try first.jsonLines().last?["buried"]?.intValue == 1)
        let failed = try #require(try status()["queue"]?["failed"]?.arrayValue)
        #expect(failed.map { $0["partition"]?.stringValue } == [days[0].description])
        #expect(failed.map { $0["code"]?.stringValue } == ["value-misfit"])
        #expect(failed.map { $0["attempts"]?.intValue } == [1])
        let text = try BackfillTool.run(["status", "--queue", queue] + lake.options()).output
        #expect(text.contains("0 waiting, 0 in hand, 1 failed"), "\(text)")

        try lake.fill("miso/realtime_price", days: [days[0]], rowCount: 3000)
        #expect(try BackfillTool.run(["redrive", "--json", "--queue", queue]).json()["messages"]?.intValue == 1)
        #expect(try BackfillTool.run(work("--once")).status == 0)
        #expect(try outputCount() == days.count)
    }

    @Test(
        "what cannot begin is bad usage",
        arguments: [
            (["work", "--source", "a", "--dest", "b"], "missing: --queue"),
            (["work", "--queue", "q", "--dest", "b"], "missing: --source"), (["redrive"], "missing: --queue"),
            (["work", "--source", "a", "--dest", "a/b", "--queue", "q"], "overlaps the source"),
            (["work", "--source", "a", "--dest", "b", "--queue", "q", "--visibility", "0"], "--visibility"),
        ])
    func usage(arguments: [String], message: String) throws {
        let outcome = try BackfillTool.run(arguments, in: lake.root)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
