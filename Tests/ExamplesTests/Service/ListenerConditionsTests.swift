import Foundation
import S3DB
import TestSupport
import Testing

/// A listener whose job writes to a server that ignores conditions of writes.
@Suite(.needsServers, .needsPython) struct ListenerConditionsTests {
    @Test("the job is refused, unless this is said to be the only writer")
    func conditions() async throws {
        let lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [Days.first])
        let rclone = try await StandIn.rclone()
        let bucket = try await BucketLake(lake, rclone, through: rclone.endpoint)
        let jobs = ["--live-jobs", lake.root.appending(path: "jobs.json").path]
        let added = try await bucket.run(
            "live-listener",
            ["jobs", "add", "a", "--dest", bucket.destination("out"), "--all"] + SpecWords.athena.options + jobs)
        #expect(added.status == 0, "\(added.errors)")

        let listen = ["run", "--once", "--source", lake.source.path] + jobs
        let refused = try await bucket.run("live-listener", listen)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("(conditions-ignored)"), "\(refused.errors)")
        #expect(refused.errors.contains("--publish unconditional"), "\(refused.errors)")
        #expect(try await bucket.keys("out").isEmpty)

        let alone = try await bucket.run("live-listener", listen + ["--publish", "unconditional"])
        #expect(alone.status == 0, "\(alone.output)\(alone.errors)")
        #expect(try await bucket.count("out", ".parquet") == 1)
    }
}
