import Foundation
import S3DB
import TestSupport
import Testing

@Suite(.needsPython) struct BackfillPromptsTests {
    let lake: SmallLake

    init() throws {
        lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: Days.from2020(3))
        try lake.fill("caiso/dayahead_price", days: [Days.first])
    }

    /// Runs the program on a pseudo-terminal: waits for each question's text, then types the answer.
    ///
    /// - Returns: What the terminal showed, the last line the exit status.
    private func talk(_ answers: [(question: String, answer: String)], arguments: [String] = []) throws -> String {
        let script = """
            import json, os, pty, select, sys, time
            binary, arguments, steps = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
            environment = {k: v for k, v in os.environ.items() if not k.startswith("S3DB_")}
            pid, terminal = pty.fork()
            if pid == 0:
                os.execve(binary, [binary] + arguments, environment)
            shown, seen, deadline = b"", 0, time.time() + 60
            def read():
                global shown
                ready, _, _ = select.select([terminal], [], [], 1)
                if not ready: return True
                try: more = os.read(terminal, 65536)
                except OSError: return False
                shown += more
                return bool(more)
            for question, answer in steps:
                while shown.find(question.encode(), seen) < 0:
                    if time.time() > deadline or not read():
                        sys.exit("no question %r in:\\n%s" % (question, shown[seen:].decode(errors="replace")))
                seen = shown.find(question.encode(), seen) + len(question)
                os.write(terminal, answer.encode())
            while time.time() < deadline and read(): pass
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            sys.stdout.write(shown.decode(errors="replace") + "\\nexit %d" % status)
            """
        let steps = JSONValue.array(
            answers.map { .array([.string($0.question), .string($0.answer)]) })
        return try Python.run(
            script,
            [BackfillTool.path, JSONValue.array(arguments.map { .string($0) }).serialized(), steps.serialized()]
        ).replacing("\r\n", with: "\n")
    }

    @Test("all questions in their order, wrong answers asked again, then the plan, the run and the command")
    func walk() throws {
        let prefix = "\(lake.destination.path)/athena/parquet/zst_lv5/day/"
        let shown = try talk([
            ("Source", "/no/such/directory\n"), ("there is no dataset", "\(lake.source.path)\n"),
            ("Destination root", "\(lake.source.path)/miso\n"), ("overlaps the source", "\(lake.destination.path)\n"),
            ("Layout [dataclient]", "hive\n"), ("there is no \"hive\"", "athena\n"), ("Format [parquet]", "\n"),
            ("Codec [zst]", "zts\n"), ("The nearest is zst", "\n"), ("Level, -131072 to 22 [3]", "99\n"),
            ("out of range", "5\n"), ("Partition [day]", "2\n"), ("Destination prefix [\(prefix)]", "\n"),
            ("2) miso", ""), ("Collections, several or all [all]", "1, miso\n"),
            ("Datasets, several or all [all]", "miso/realtime_price\n"), ("Days [all]", "range\n"),
            ("First day", "2020-01-32\n"), ("is not a date", "2020-01-02\n"), ("Last day", "2020-01-01\n"),
            ("comes before", "2020-01-03\n"), ("2 missing", ""), ("Run this plan (yes/no) [yes]", "maybe\n"),
            ("answer yes or no", "yes\n"), ("The same again", ""),
        ])
        #expect(shown.hasSuffix("exit 0"), "\(shown)")
        #expect(shown.contains("jobs  ") && shown.contains("ETA"), "progress was drawn")
        let command = try #require(shown.split(separator: "\n").last { $0.contains("backfill run --source") })
        let words = command.split(separator: " ").map(String.init)
        #expect(
            Array(words.dropFirst(2)) == [
                "--source", lake.source.path, "--dest", prefix, "--dataset", "miso/realtime_price", "--format",
                "parquet", "--codec", "zst", "--level", "5", "--layout", "athena", "--partition", "day", "--from",
                "2020-01-02", "--to", "2020-01-03",
            ])
        let status = try BackfillTool.run(["status", "--json"] + words.dropFirst(2)).json()
        #expect(status["counts"]?["current"]?.intValue == 2)
        #expect(status["counts"]?["missing"]?.intValue == 0)
    }

    @Test("defaults all the way make day files for DataClient.jl, and no to the plan changes nothing")
    func defaults() throws {
        let shown = try talk([
            ("Source", "\(lake.source.path)\n"), ("Destination root", "\(lake.destination.path)\n"), ("Layout", "\n"),
            ("Format [arrow]", "\n"), ("Codec", "\n"), ("Level", "\n"), ("Partition", "\n"),
            ("/dataclient/arrow/zst_lv3/day/]", "\n"), ("Collections", "\n"), ("Datasets", "\n"),
            ("Days", "latest\n"), ("How many", "2\n"), ("3 missing", ""), ("Run this plan", "no\n"),
        ])
        #expect(shown.hasSuffix("exit 0"), "\(shown)")
        #expect(shown.contains("--all") && shown.contains("--latest 2"))
        #expect(!FileManager.default.fileExists(atPath: lake.destination.path))
    }

    @Test("Ctrl-D leaves cleanly", arguments: [0, 1, 2, 5])
    func endOfInput(count: Int) throws {
        let questions = [
            ("Source", "\(lake.source.path)\n"), ("Destination root", "\(lake.destination.path)\n"), ("Layout", "\n"),
            ("Format", "\n"), ("Codec", "\n"), ("Level", "\n"),
        ]
        let next = questions[count].0
        let shown = try talk(questions.prefix(count).map { ($0.0, $0.1) } + [(next, "\u{4}")])
        #expect(shown.hasSuffix("exit 0"), "\(shown)")
        #expect(shown.contains("Nothing was changed."))
        #expect(!FileManager.default.fileExists(atPath: lake.destination.path))
    }

    @Test("a run on a terminal draws one line and ends with the table")
    func progress() throws {
        let shown = try talk([("total", "")], arguments: ["run"] + lake.options())
        #expect(shown.hasSuffix("exit 0"), "\(shown)")
        #expect(shown.contains("\r\u{1B}[2K"))
        #expect(shown.contains("/4 jobs  "))
        #expect(!shown.contains("written    "))
    }
}
