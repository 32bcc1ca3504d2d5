import Foundation
import S3DB
import TestSupport
import Testing

/// Months that are kept current by processes of their own.
@Suite struct BackfillUpdateTests {
    private static let dataset = "miso/realtime_price"

    /// Options that make the lake's months at a place.
    private static func options(_ lake: SmallLake, to destination: String? = nil) -> [String] {
        let options = lake.options(["--dataset", dataset], format: "parquet", codec: "zst", partition: "month")
        guard let destination, let index = options.firstIndex(of: "--dest") else { return options }
        var other = options
        other[index + 1] = lake.root.appending(path: destination).path
        return other
    }

    /// Whether the lake's outputs are what a run without any before makes.
    private static func isFresh(_ lake: SmallLake) throws -> Bool {
        #expect(try BackfillTool.run(["run"] + options(lake, to: "fresh")).status == 0)
        return try SmallLake.files(under: lake.destination)
            == SmallLake.files(under: lake.root.appending(path: "fresh"))
    }

    @Test("a changed day moves alone, and the month is then what a fresh run makes")
    func oneDayMoves() throws {
        let lake = try SmallLake()
        try lake.fill(Self.dataset, days: Days.from2020(20), rowCount: 500)
        let options = Self.options(lake)
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        try lake.fill(Self.dataset, days: [Days.second], rowCount: 400, offset: 5)
        let run = try BackfillTool.run(["run", "--json"] + options)
        #expect(run.status == 0, "\(run.errors)")
        let result = try #require(try run.jsonLines().first)
        #expect(result["kept_sections"]?.intValue == 19)
        #expect(result["rebuilt"] == nil)
        let cost = try #require(result["cost"])
        let (copied, sent) = (cost["copied_bytes"]?.intValue ?? 0, cost["sent_bytes"]?.intValue ?? 0)
        #expect(copied > 0 && copied + sent == result["bytes"]?.intValue)
        #expect(try Self.isFresh(lake))
    }

    @Test("status counts sections in each state, and a run moves those that are not current; a day without source goes")
    func sections() throws {
        let lake = try SmallLake()
        let days = Days.from2020(21)
        try lake.fill(Self.dataset, days: Array(days.prefix(20)), rowCount: 100)
        let options = Self.options(lake)
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        try lake.fill(Self.dataset, days: [days[1], days[20]], rowCount: 50, offset: 5)
        try lake.remove(Self.dataset, days[4])
        let expected: JSONValue = ["current": 18, "stale": 1, "missing": 1, "gone": 1]
        let status = try BackfillTool.run(["status", "--json"] + options).json()
        #expect(status["sections"] == expected)
        #expect(status["datasets"]?.arrayValue?.first?["sections"] == expected)
        #expect(status["stale"]?.arrayValue?.map { $0["sections"] } == [expected])
        let plan = try BackfillTool.run(["plan", "--json"] + options).json()
        #expect(plan["outputs"]?.arrayValue?.map { $0["sections"] } == [expected])
        let text = try BackfillTool.run(["status"] + options).output
        #expect(text.contains("1577836800.parquet: 18 current, 1 stale, 1 missing, 1 gone"), "\(text)")

        let run = try BackfillTool.run(["run", "--json", "--prune"] + options)
        #expect(run.status == 0, "\(run.errors)")
        let result = try #require(try run.jsonLines().first)
        #expect(result["kept_sections"]?.intValue == 18 && result["rows"]?.intValue == 18 * 100 + 2 * 50)
        #expect(try Self.isFresh(lake))
        let after = try BackfillTool.run(["status", "--json"] + options).json()["sections"]
        #expect(after == ["current": 20, "stale": 0, "missing": 0, "gone": 0])

        for day in days { try lake.remove(Self.dataset, day) }
        let orphaned = try BackfillTool.run(["status", "--json"] + options).json()
        #expect(orphaned["sections"] == ["current": 0, "stale": 0, "missing": 0, "gone": 20])
        let prune = try BackfillTool.run(["run", "--json", "--prune"] + options)
        #expect(try prune.jsonLines().last?["removed"]?.intValue == 1)
        #expect(try SmallLake.files(under: lake.destination).keys.allSatisfy { !$0.hasSuffix(".parquet") })
    }

    @Test("sections that join weeks are made by their option")
    func weeks() throws {
        let lake = try SmallLake()
        try lake.fill(Self.dataset, days: Days.from2020(31))
        let plan = try BackfillTool.run(["plan", "--json"] + Self.options(lake)).json()
        let warnings = plan["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(warnings.contains { $0.contains("--span month") })
        let run = try BackfillTool.run(["run", "--json", "--span", "week"] + Self.options(lake))
        #expect(try run.jsonLines().first?["sections"]?.intValue == 5)
        let refused = try BackfillTool.run(["plan", "--span", "week"] + lake.options(partition: "day"))
        #expect(refused.status == 2)
    }

    /// Processes that are killed leave nothing that a later run cannot bring to the same end.
    @Test("two processes that update one month, and are killed at any moment, lose nothing")
    func killedProcesses() throws {
        var generator = SeededGenerator.fresh()
        let lake = try SmallLake()
        try lake.fill(Self.dataset, days: Days.from2020(12), rowCount: 300)
        let options = Self.options(lake)
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        for round in 0..<(Requirement.isFull ? 100 : 12) {
            let day = try #require(Days.from2020(12).randomElement(using: &generator))
            try lake.fill(
                Self.dataset, days: [day], rowCount: Int.random(in: 1...600, using: &generator), offset: round)
            let processes = try (0..<2).map { _ in
                let process = Process()
                process.executableURL = URL(filePath: BackfillTool.path)
                process.arguments = ["run"] + options
                process.environment = BackfillTool.environment()
                process.standardInput = FileHandle.nullDevice
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
                return process
            }
            for process in processes {
                Thread.sleep(forTimeInterval: Double.random(in: 0...0.15, using: &generator))
                kill(process.processIdentifier, SIGKILL)
            }
            for process in processes { process.waitUntilExit() }
            // What stands is whole: one of the states before, never something of unknown origin.
            let counts = try BackfillTool.run(["status", "--json"] + options).json()["counts"]
            #expect(counts?["foreign"]?.intValue == 0 && counts?["missing"]?.intValue == 0, "seed \(generator.seed)")
        }
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        #expect(try Self.isFresh(lake), "seed \(generator.seed)")
    }
}
