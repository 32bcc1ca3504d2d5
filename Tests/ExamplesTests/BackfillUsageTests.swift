import Foundation
import S3DB
import TestSupport
import Testing

@Suite struct BackfillUsageTests {
    let lake: SmallLake

    init() throws {
        lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [Days.first])
    }

    @Test(
        "bad usage exits 2 before any work and says what would do",
        arguments: [
            (["--dataset", "miso/realtime_prise"], "miso/realtime_price"),
            (["--dataset", "miso"], "miso/realtime_price"),
            (["--dataset", "../../etc"], "there is no dataset"), (["--dataset", "caiso/*"], "there is no dataset"),
            (["--all", "--dataset", "miso/*"], "exclude each other"), ([], "--all"),
            (["--all", "--codec", "zstd"], "zst"), (["--all", "--codec", "bz2"], "zst"),
            (["--all", "--level", "99"], "22"), (["--all", "--level", "x"], "not a number"),
            (["--all", "--format", "arrow"], "parquet"), (["--all", "--layout", "hive"], "athena"),
            (["--all", "--partition", "week"], "month"), (["--all", "--reader", "excel"], "athena"),
            (["--all", "--type", "lmp=flaot"], "float"), (["--all", "--type", "lmp"], "NAME=VALUE"),
            (["--all", "--from", "2020-02-30"], "YYYY-MM-DD"),
            (["--all", "--from", "2020-02-01", "--to", "2020-01-01"], "comes before"),
            (["--all", "--latest", "0"], "number from 1"), (["--all", "--jobs", "0"], "number from 1"),
            (["--all", "--memory", "lots"], "256MiB"), (["--all", "--overwrite", "maybe"], "if-stale"),
            (["--all", "--log-level", "loud"], "warning"), (["--all", "--option", "no-such=1"], "no-such"),
            (["--all", "--config", "/no/such/file"], "/no/such/file"),
            (["--all", "--no-such-option"], "--no-such-option"),
            (["--all", "--source", "/no/such/directory"], "there is no dataset"),
            (["--all", "--source", "gopher://x/"], "s3://bucket/prefix/"),
        ] as [([String], String)])
    func usage(arguments: [String], named: String) throws {
        // Later options win, so that those of the case replace the lake's.
        let outcome = try BackfillTool.run(["run"] + lake.options([]) + arguments)
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains(named), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: lake.destination.path))
    }

    @Test("bad usage is also said in JSON")
    func json() throws {
        let outcome = try BackfillTool.run(["run", "--json"] + lake.options(["--dataset", "miso/realtime_prise"]))
        #expect(outcome.status == 2)
        let error = try #require(try outcome.json()["error"])
        #expect(error["code"]?.stringValue == "unknown-name")
        #expect(error["remedy"]?.stringValue == "The nearest is miso/realtime_price")
    }

    @Test(
        "a destination that overlaps the source is refused",
        arguments: [
            ("", ""), ("file://", "/"), ("", "/miso"), ("file://", "/new/prefix"), ("", "/../source/x"), ("", "/.."),
            ("", "/./miso/../out"), ("", "-link"), ("", "-link/out"),
        ])
    func overlap(scheme: String, suffix: String) throws {
        try FileManager.default.createSymbolicLink(
            at: lake.root.appending(path: "source-link"), withDestinationURL: lake.source)
        let before = try SmallLake.files(under: lake.root)
        let outcome = try BackfillTool.run(["run"] + lake.options() + ["--dest", scheme + lake.source.path + suffix])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("overlaps the source"), "\(outcome.errors)")
        #expect(try SmallLake.files(under: lake.root) == before)
    }

    @Test("a destination beside the source may begin with its name")
    func beside() throws {
        let outcome = try BackfillTool.run(["plan"] + lake.options() + ["--dest", lake.source.path + "-2"])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test("without a subcommand and a terminal there is usage and 2")
    func noSubcommand() throws {
        let outcome = try BackfillTool.run([])
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("SUBCOMMANDS"))
        #expect(try BackfillTool.run(["polish"]).status == 2)
    }

    @Test("help and version are no errors", arguments: ["--help", "--version"])
    func help(flag: String) throws {
        let outcome = try BackfillTool.run([flag])
        #expect(outcome.status == 0)
        #expect(!outcome.output.isEmpty && outcome.errors.isEmpty)
    }
}
