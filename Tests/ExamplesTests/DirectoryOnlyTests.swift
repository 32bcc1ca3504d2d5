#if os(Linux)
import Foundation
import S3DB
import TestSupport
import Testing

/// Whether programs open AWS's shared files, as the kernel tells it.
@Suite struct DirectoryOnlyTests {
    private let lake: SmallLake
    private let file: String

    init() throws {
        lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [Days.first])
        let url = lake.root.appending(path: "aws")
        try Data("[default\n".utf8).write(to: url)
        file = url.path
    }

    /// Runs a program to its end; whether it opened a shared file.
    private func run(_ program: String, _ arguments: [String]) throws -> (hasOpened: Bool, status: Int32) {
        let watch = inotify_init1(Int32(O_NONBLOCK) | Int32(O_CLOEXEC))
        try #require(watch >= 0)
        defer { close(watch) }
        try #require(inotify_add_watch(watch, file, UInt32(IN_OPEN)) >= 0)
        let tool = try RunningTool(
            program, arguments,
            environment: ["AWS_CONFIG_FILE": file, "AWS_SHARED_CREDENTIALS_FILE": file, "AWS_PROFILE": "nobody"])
        let status = tool.ended()
        var event = [UInt8](repeating: 0, count: 4096)
        return (read(watch, &event, event.count) > 0, status)
    }

    @Test("what runs between directories looks at nothing of AWS")
    func directories() throws {
        let backfill = try run("backfill", ["run"] + lake.options())
        #expect(!backfill.hasOpened && backfill.status == 0)

        let queue = ["--queue", lake.root.appending(path: "queue").path]
        let enqueue = try run("backfill", ["enqueue"] + queue + lake.options())
        #expect(!enqueue.hasOpened && enqueue.status == 0)
        let places = ["--source", lake.source.path, "--dest", lake.destination.path]
        let work = try run("backfill", ["work", "--once"] + queue + places)
        #expect(!work.hasOpened && work.status == 0)

        let jobs = ["--live-jobs", lake.root.appending(path: "jobs.json").path]
        let other = lake.root.appending(path: "other").path
        let add = try run(
            "live-listener",
            ["jobs", "add", "a", "--dest", other, "--all", "--format", "parquet", "--codec", "gz"]
                + ["--layout", "athena", "--partition", "day"] + jobs)
        #expect(!add.hasOpened && add.status == 0)
        let listen = try run("live-listener", ["run", "--once", "--source", lake.source.path] + jobs)
        #expect(!listen.hasOpened && listen.status == 0)
        let files = try SmallLake.files(under: URL(filePath: other))
        #expect(files.keys.contains { $0.hasSuffix(".parquet") })
    }

    @Test("a bucket on either side does", arguments: ["--source", "--dest"])
    func bucket(side: String) throws {
        var options = lake.options()
        let index = try #require(options.firstIndex(of: side))
        options[index + 1] = "s3://bucket/x/"
        let outcome = try run("backfill", ["plan"] + options)
        #expect(outcome.hasOpened && outcome.status == 1, "the file is broken")
    }
}
#endif
