import Foundation
import S3DB
import TestSupport
import Testing

/// `backfill verify` over trees that are good and trees that are not, and the commands that it prints.
@Suite struct BackfillVerifyTests {
    private static let dataset = "miso/realtime_price"
    /// Two days each of two months.
    private static let days = [0, 1, 31, 32].compactMap { UTCDay(number: Days.first.number + $0) }

    static let specs = [
        SpecWords(format: "parquet", codec: "zst", layout: "athena", partition: "day"),
        SpecWords(format: "parquet", codec: "sz", layout: "athena", partition: "month"),
        SpecWords(format: "arrow", codec: "zst", layout: "dataclient", partition: "day"),
        SpecWords(format: "arrow", codec: "none", layout: "dataclient", partition: "month"),
        SpecWords(format: "parquet", codec: "gz", layout: "dataclient", partition: "month"),
        SpecWords(format: "arrow", codec: "lz4", layout: "dataclient", partition: "hour"),
    ]

    private let lake: SmallLake

    init() throws {
        lake = try SmallLake()
        try lake.fill(Self.dataset, days: Self.days, rowCount: 96)
    }

    private func options(_ spec: SpecWords) -> [String] {
        lake.options(
            ["--dataset", Self.dataset], layout: spec.layout, format: spec.format, codec: spec.codec,
            partition: spec.partition)
    }

    /// The outputs, in order.
    private func outputs() throws -> [URL] {
        try SmallLake.files(under: lake.destination).filter { !$0.value.isEmpty && !$0.key.hasSuffix(".json") }
            .keys.sorted().map { lake.destination.appending(path: $0) }
    }

    /// What can happen to a tree.
    enum Damage: String, CaseIterable {
        case missingDay, missingFile, staleDay, goneDay, swappedFiles, truncatedFile, extraRow, otherFile

        /// The kinds of findings that it leads to.
        func kinds(_ partition: String) -> [String] {
            let isMonth = partition == "month"
            return switch self {
            case .missingDay: [isMonth ? "missing-source" : "missing-partition"]
            case .missingFile: ["missing-partition"]
            case .staleDay: ["stale-source"]
            case .goneDay: [isMonth ? "source-gone" : "orphaned"]
            case .swappedFiles: ["missing-source", "source-gone"]
            case .truncatedFile, .otherFile: ["damaged-file"]
            case .extraRow: ["wrong-row-count"]
            }
        }
    }

    private func damage(_ damage: Damage, _ spec: SpecWords) throws {
        let outputs = try outputs()
        switch damage {
        case .missingDay:
            let next = try #require(UTCDay(number: Days.first.number + 5))
            try lake.fill(Self.dataset, days: [next], rowCount: 96)
        case .missingFile: try FileManager.default.removeItem(at: outputs[1])
        case .staleDay: try lake.fill(Self.dataset, days: [Self.days[1]], rowCount: 96, offset: 7)
        case .goneDay: try lake.remove(Self.dataset, Self.days[1])
        case .swappedFiles:
            let (first, last) = (try Data(contentsOf: outputs[0]), try Data(contentsOf: outputs[outputs.count - 1]))
            try last.write(to: outputs[0])
            try first.write(to: outputs[outputs.count - 1])
        case .truncatedFile:
            let whole = try Data(contentsOf: outputs[1])
            try whole.prefix(whole.count * 9 / 10).write(to: outputs[1])
        case .extraRow: try addRow(to: outputs[1], spec)
        case .otherFile: try Data("something else".utf8).write(to: outputs[1])
        }
    }

    /// Has pyarrow write a file again with its last row twice, and all that it says of itself.
    private func addRow(to file: URL, _ spec: SpecWords) throws {
        let script = try String(
            contentsOf: Requirement.root.appending(path: "Tests/Interop/add_row.py"), encoding: .utf8)
        try Python.run(script, [file.path, spec.format, spec.codec, spec.layout])
    }

    @Test("what is wrong is found, and set right by the commands that are printed", .needsPython, arguments: specs)
    func damageIsFoundAndRepaired(spec: SpecWords) throws {
        let options = options(spec)
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        for damage in Damage.allCases {
            // pyarrow does not write such files whole.
            if damage == .extraRow && spec.format == "parquet" && spec.layout == "dataclient" { continue }
            try self.damage(damage, spec)
            let found = try BackfillTool.run(["verify", "--json"] + options)
            #expect(found.status == 1, "\(damage): \(found.errors)")
            let document = try found.json()
            #expect(document.findingKinds == damage.kinds(spec.partition), "\(damage): \(found.output)")
            #expect(document["holds"]?.boolValue == false)
            let text = try BackfillTool.run(["verify"] + options)
            #expect(text.status == 1)
            #expect(!document.repairs.isEmpty)
            for command in document.repairs {
                #expect(text.output.contains("  \(command.text)\n"))
                let repair = try command.run()
                #expect(repair.status == 0, "\(damage): \(command.text): \(repair.output)\(repair.errors)")
            }
            let again = try BackfillTool.run(["verify", "--json"] + options)
            #expect(again.status == 0, "\(damage): \(again.output)\(again.errors)")
            #expect(try again.json()["holds"]?.boolValue == true)
        }
    }

    @Test("a flipped byte is found by reading values, and set right", arguments: specs)
    func flippedByte(spec: SpecWords) throws {
        let options = options(spec)
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        #expect(try BackfillTool.run(["verify", "--deep"] + options).status == 0)
        let file = try outputs()[1]
        var bytes = try Data(contentsOf: file)
        // In the first page, or in the middle.
        bytes[spec.layout == "athena" ? 60 : bytes.count / 2] ^= 4
        try bytes.write(to: file)
        let found = try BackfillTool.run(["verify", "--deep", "--json"] + options)
        #expect(found.status == 1)
        let document = try found.json()
        #expect(!document.findings.isEmpty, "\(found.output)")
        for command in document.repairs {
            let repair = try command.run()
            #expect(repair.status == 0, "\(repair.output)\(repair.errors)")
        }
        let again = try BackfillTool.run(["verify", "--deep"] + options)
        #expect(again.status == 0, "\(again.output)\(again.errors)")
    }

    @Test("a good tree holds, in words too, and each section can be listed", arguments: specs)
    func goodTree(spec: SpecWords) throws {
        let options = options(spec)
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        let outcome = try BackfillTool.run(["verify", "--sections"] + options)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.hasSuffix("All outputs hold what their sources ask for.\n"))
        #expect(outcome.output.contains("384"), "\(outcome.output)")
        let json = try BackfillTool.run(["verify", "--json", "--sections"] + options).json()
        #expect(json["total"]?["rows"]?.intValue == 384)
        let sections = (json["outputs"]?.arrayValue ?? []).flatMap { $0["section_list"]?.arrayValue ?? [] }
        #expect(sections.allSatisfy { $0["state"]?.stringValue == "current" })
        #expect(sections.reduce(0) { $0 + ($1["rows"]?.intValue ?? 0) } == 384)
        #expect(spec.partition == "hour" || sections.count == Self.days.count)
    }

    @Test("several things at once take several commands, in an order that works, whatever the environment says")
    func severalAtOnce() throws {
        let spec = Self.specs[0]
        #expect(try BackfillTool.run(["run"] + options(spec)).status == 0)
        let outputs = try outputs()
        try Data("something else".utf8).write(to: outputs[0])
        try Data("something else".utf8).write(to: outputs[3])
        try lake.remove(Self.dataset, Self.days[1])
        try lake.fill(Self.dataset, days: [Self.days[2]], rowCount: 10)
        let environment = ["S3DB_OVERWRITE": "never", "S3DB_JOBS": "1"]
        let found = try BackfillTool.run(["verify", "--json"] + options(spec), environment: environment).json()
        #expect(found.findingKinds == ["damaged-file", "orphaned", "stale-source"])
        #expect(found.repairs.count == 3)
        let first = try #require(found.repairs.first?.text)
        #expect(first.hasSuffix("--from 2020-01-01 --to 2020-01-01 --overwrite always"), "\(first)")
        #expect(found.repairs.last?.text.hasSuffix("--overwrite if-stale --prune") == true)
        for command in found.repairs {
            let repair = try command.run(environment: environment)
            #expect(repair.status == 0, "\(repair.output)\(repair.errors)")
        }
        #expect(try BackfillTool.run(["verify"] + options(spec)).status == 0)
    }

    @Test("what nobody asked for is named and left to a person; what cannot be looked at is a failure")
    func leftToPeople() throws {
        let options = options(Self.specs[0])
        #expect(try BackfillTool.run(["run"] + options).status == 0)
        let stray = try outputs()[0].deletingLastPathComponent().appending(path: "part-0.parquet")
        try Data([1]).write(to: stray)
        let outcome = try BackfillTool.run(["verify"] + options)
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("unexpected-object") && outcome.output.contains("part-0.parquet"))
        #expect(outcome.output.contains("remove them by hand") && !outcome.output.contains("backfill run"))
        try FileManager.default.removeItem(at: stray)
        #expect(try BackfillTool.run(["verify"] + options).status == 0)
        try lake.describe(Self.dataset, "{")
        let failed = try BackfillTool.run(["verify", "--json"] + options)
        #expect(failed.status == 1)
        #expect(try failed.json()["failures"]?.arrayValue?.first?["code"]?.stringValue == "invalid-metadata")
        #expect(try BackfillTool.run(["verify"] + options + ["--dataset", "no/such"]).status == 2)
    }
}
