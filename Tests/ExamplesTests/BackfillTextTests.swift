import DriverKit
import S3DB
import Testing

@testable import backfill

@Suite struct BackfillTextTests {
    @Test(
        "sizes are read",
        arguments: [
            ("1", 1), ("256MiB", 256 << 20), ("1GiB", 1 << 30), ("1 gib", 1 << 30), ("500MB", 500_000_000), ("7b", 7),
            ("0", nil), ("", nil), ("MiB", nil), ("1.5GiB", nil), ("-1", nil), ("1XiB", nil),
            ("9223372036854775807KiB", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func parse(text: String, byteCount: Int?) {
        #expect(ByteText.parse(text) == byteCount)
    }

    @Test(
        "sizes are written",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1_048_575, "1.0 MiB"),
            (5 << 30, "5.0 GiB"),
        ])
    func size(byteCount: Int, text: String) {
        #expect(ByteText.size(byteCount) == text)
    }

    @Test(
        "numbers have separators",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (100_000, "100,000")])
    func number(value: Int, text: String) {
        #expect(ByteText.number(value) == text)
    }

    @Test("times have hours where there are some", arguments: [(7.4, "0:07"), (61, "1:01"), (11_565, "3:12:45")])
    func duration(seconds: Double, text: String) {
        #expect(ByteText.duration(seconds: seconds) == text)
    }

    @Test("columns are aligned")
    func table() {
        var table = TextTable([("name", .left), ("count", .right)])
        table.append(["größer", "1,000"])
        table.append(["b", "7"])
        table.setFooter(["total", "1,007"])
        #expect(
            table.text == """
                name    count
                ------  -----
                größer  1,000
                b           7
                ------  -----
                total   1,007

                """)
    }

    @Test("words are quoted for the shell where they must be")
    func quoting() {
        #expect(EquivalentCommand.quoted("/data/x-1_y.csv") == "/data/x-1_y.csv")
        #expect(EquivalentCommand.quoted("miso/*") == "'miso/*'")
        #expect(EquivalentCommand.quoted("it's") == "'it'\\''s'")
        #expect(EquivalentCommand.quoted("") == "''")
    }

    @Test("progress tells what is done and what is left")
    func progress() {
        var progress = ConversionProgress()
        #expect(
            ProgressLine.text(progress, jobCount: 4, sourceByteCount: 4_000_000, isWhole: true, seconds: 1)
                == "0/4 jobs  0 files  0 rows  0.0 MB/s  ETA -  0 failed")
        progress.jobCount = 1
        progress.outputCount = 1
        progress.rowCount = 12_345
        progress.sourceByteCount = 1_000_000
        #expect(
            ProgressLine.text(progress, jobCount: 4, sourceByteCount: 4_000_000, isWhole: true, seconds: 2)
                == "1/4 jobs  1 files  12,345 rows  0.5 MB/s  ETA 0:06  0 failed")
        #expect(
            ProgressLine.text(progress, jobCount: 4, sourceByteCount: 4_000_000, isWhole: false, seconds: 2)
                == "1/4+ jobs  1 files  12,345 rows  0.5 MB/s  ETA -  0 failed")
    }
}
