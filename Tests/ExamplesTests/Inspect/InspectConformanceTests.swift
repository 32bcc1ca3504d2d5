import Foundation
import S3DB
import TestSupport
import Testing

/// `inspect` over the files that other projects test their readers with.
@Suite struct InspectConformanceTests {
    /// A file whose pages inflate to more than the gibibyte that is allowed.
    private static let hugePages = "large_string_map.brotli.parquet"

    /// What the other commands show is in those of every run.
    static let commands =
        [["summary"], ["pages"], ["cat", "--csv"]] + (Requirement.isFull ? [["schema"], ["chunks"], ["head"]] : [])

    @Test(
        "each file is shown, or refused with what is wrong and where",
        .needsConformance("parquet"), .needsConformance("arrow"), .needsConformance("duckdb"), arguments: commands)
    func all(command: [String]) throws {
        let files =
            InspectTool.conformanceFiles("parquet", endings: [".parquet"])
            + InspectTool.conformanceFiles("duckdb", endings: [".parquet"])
            + InspectTool.conformanceFiles("arrow", endings: [".stream", ".arrow_file", ".arrow"])
        try #require(files.count > 120)
        var shown = 0
        for file in files {
            let outcome = try InspectTool.run(command + [file.path])
            let name = "\(command) \(file.lastPathComponent): \(outcome.errors)"
            switch outcome.status {
            case 0:
                #expect(outcome.errors.isEmpty, "\(name)")
                shown += 1
            case 1, 2:
                #expect(
                    outcome.errors.hasPrefix("inspect: ") && outcome.errors.contains(file.lastPathComponent), "\(name)")
                #expect(outcome.errors.contains("("), "\(name)")
            default: Issue.record("\(name): status \(outcome.status)")
            }
        }
        #expect(shown > 100)
    }

    @Test(
        "rows have the values that pyarrow reads", .needsPython, .needsConformance("parquet"),
        .needsConformance("arrow"))
    func rows() throws {
        let directory = try TemporaryDirectory()
        let files =
            InspectTool.conformanceFiles("parquet/data", endings: [".parquet"])
            + InspectTool.conformanceFiles("arrow", endings: [".stream", ".arrow_file"])
        var arguments: [String] = []
        for (number, file) in files.enumerated() where file.lastPathComponent != Self.hugePages {
            let rows = try InspectTool.run(["cat", "--json", file.path])
            if rows.status != 0 { continue }
            arguments += [file.path, try directory.write(Array(rows.output.utf8), to: "\(number)").path]
        }
        try #require(arguments.count > 200)
        let printed = try Python.run(try InspectTool.script("inspect_rows.py"), arguments)
        let lines = printed.split(separator: "\n").map(String.init)
        #expect(lines.filter { !$0.hasPrefix("unread ") } == [])
        // Intervals of months, for which pyarrow has no class, and a map whose keys may be null.
        #expect(lines.allSatisfy { $0.contains("interval") || $0.contains("incorrect_map_schema") }, "\(lines)")
    }

    @Test("figures are those of pyarrow's metadata", .needsPython, .needsConformance("parquet"))
    func metadata() throws {
        let files = InspectTool.conformanceFiles("parquet/data", endings: [".parquet"])
        let printed = try Python.run(try InspectTool.script("inspect_metadata.py"), files.map(\.path))
        let lines = printed.split(separator: "\n")
        try #require(lines.count == files.count)
        for (file, line) in zip(files, lines) {
            let expected = try JSONValue.parse(String(line).utf8Span.span.bytes)
            guard let groups = expected["groups"]?.arrayValue else { continue }
            let summary = try InspectTool.run(["--json", file.path]).json()
            let name = Comment(rawValue: file.lastPathComponent)
            #expect(summary["rows"] == expected["rows"] && summary["groups"]?.intValue == groups.count, name)
            #expect(summary["created_by"] == expected["created_by"] || expected["created_by"]?.stringValue == "", name)
            #expect(summary["columns"]?.arrayValue?.count == expected["columns"]?.intValue, name)
            #expect(
                summary["row_groups"]?.arrayValue?.map { $0["rows"] } == groups.map { $0["rows"] }, name)
            let chunks = try InspectTool.run(["chunks", "--json", file.path]).json()["chunks"]?.arrayValue ?? []
            let wanted = groups.flatMap { $0["chunks"]?.arrayValue ?? [] }
            try #require(chunks.count == wanted.count, name)
            for (found, expected) in zip(chunks, wanted) { expectSame(found, expected, name) }
        }
    }

    private func expectSame(_ found: JSONValue, _ expected: JSONValue, _ file: Comment) {
        for key in ["bytes", "uncompressed_bytes", "values"] { #expect(found[key] == expected[key], file) }
        #expect(found["column"] == expected["name"], file)
        let encodings = Set((found["encodings"]?.arrayValue ?? []).compactMap(\.stringValue))
        #expect(encodings == Set((expected["encodings"]?.arrayValue ?? []).compactMap(\.stringValue)), file)
        let compression = expected["compression"]?.stringValue
        // pyarrow calls the newer form of LZ4 so, and has no name for the older ones.
        let names = ["UNCOMPRESSED": nil, "LZ4": "LZ4_RAW", "UNKNOWN": "LZ4"]
        #expect(found["compression"]?.stringValue == names[compression ?? ""] ?? compression, file)
        let indexes = found["indexes"]
        #expect((indexes?["column-index"] != nil) == expected["column_index"]?.boolValue, file)
        #expect((indexes?["offset-index"] != nil) == expected["offset_index"]?.boolValue, file)
        let statistics = expected["statistics"]
        if let nulls = statistics?["nulls"], nulls != .null { #expect(found["nulls"] == nulls, file) }
        guard let bounds = statistics?["bounds"]?.arrayValue, bounds.count == 2 else { return }
        for (key, bound) in zip(["minimum", "maximum"], bounds) {
            // Dates, times and decimals are compared as rows are.
            if bound["other"] == nil { expectSame(bound: found[key], bound, file) }
        }
    }

    private func expectSame(bound found: JSONValue?, _ expected: JSONValue, _ file: Comment) {
        if let a = found?.doubleValue, let b = expected.doubleValue {
            // Floats of 32 and 16 bits have shorter texts here.
            #expect(a == b || Float(a) == Float(b) || Float16(a) == Float16(b), file)
        } else {
            #expect(found == expected, file)
        }
    }
}
