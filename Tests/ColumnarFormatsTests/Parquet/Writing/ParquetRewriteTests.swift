import Codecs
import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// What is read of others' files is written as Parquet, and others read the same values.
@Suite struct ParquetRewriteTests {
    /// Options that take turns.
    static let options: [[String: String]] = [
        [:], ["page-version": "2"], ["page-rows": "3", "dictionary-bytes": "0"],
        ["page-version": "2", "page-bytes": "64", "dictionary-bytes": "200", "integers": "delta", "strings": "delta"],
    ]

    static func written(_ batches: [RecordBatch], _ schema: Schema, _ number: Int) throws -> [UInt8] {
        let sink = try Parquet().configured(options[number % options.count])
        let codec: (any Codec)? = number % 3 == 0 ? nil : Zstandard()
        return try ParquetFixture.written(batches, schema, sink, codec: codec)
    }

    @Test(.needsConformance("parquet"), .needsPython) func parquetFiles() throws {
        let directory = try TemporaryDirectory()
        var names: [String] = []
        for name in ParquetConformanceTests.files where ParquetConformanceTests.refused[name] == nil {
            let reader = try ParquetReading.reader(try ParquetReading.bytes(Requirement.conformance(name)))
            for turn in 0..<2 {
                let number = names.count
                let file = try Self.written(try reader.readBatches(), reader.schema, number + turn)
                try directory.write(file, to: "\(number).parquet")
                names.append(name)
            }
        }
        let printed = try Python.run(
            ParquetPython.check + #"""

                folder, root, names = sys.argv[1], sys.argv[2], sys.argv[3:]
                problems = []
                for number, name in enumerate(names):
                    expected = dump_file(f"{root}/{name}")
                    if "error" in expected: continue
                    with open(f"{folder}/{number}.json", "w") as out: json.dump(expected["columns"], out)
                    problems += [f"{name}: {p}" for p in check(folder, str(number), False)]
                    a, b = pq.read_metadata(f"{root}/{name}"), pq.read_metadata(f"{folder}/{number}.parquet")
                    # One file's footer says 0.
                    rows = sum(a.row_group(i).num_rows for i in range(a.num_row_groups))
                    if rows != b.num_rows: problems.append(f"{name}: {b.num_rows} of {rows} rows")
                print(json.dumps({"problems": problems, "compared": compared}))
                """#, [directory.url.path, Requirement.conformance("").path] + names)
        let findings = try JSONDecoder().decode(ParquetPython.Findings.self, from: Data(printed.utf8))
        for problem in findings.problems { Issue.record("\(problem)") }
        #expect(findings.compared["pyarrow"] ?? 0 > names.count)
        #expect(findings.compared["duckdb"] ?? 0 > 100 && findings.compared["polars"] ?? 0 > 100)
    }

    /// The columns of Arrow's integration data that Parquet does not hold, with the code of their refusal.
    static let refusedColumns: [String: S3DBError.Code] = [
        "generated_union dense_union<f1: int16=10, f2: binary=20>": .unsupported,
        "generated_union sparse_union<f1: float32 not null=5, f2: bool=7>": .unsupported,
        "generated_union sparse_union<f1: int32=5, f2: utf8=7>": .unsupported,
        "generated_union dense_union<f1: uint8 not null=42, f2: uint16=43, f3: null=44>": .unsupported,
        // Negative ones.
        "generated_interval month_interval": .valueMisfit,
        "generated_interval day_time_interval": .valueMisfit,
        // Milliseconds that are no whole days.
        "generated_datetime date64": .valueMisfit,
    ]

    @Test(.needsConformance("arrow"), .needsPython) func arrowStreams() throws {
        let directory = try TemporaryDirectory()
        var count = 0
        var refused: [String: S3DBError.Code] = [:]
        for name in ArrowConformanceTests.cases {
            let reader = try ArrowReader(
                try ArrowConformanceTests.file(name + ".stream"), codecs: [LZ4(), Zstandard()])
            let batches = try reader.batches()
            for (index, field) in reader.schema.fields.enumerated() {
                let schema = Schema(anyNames: [field])
                let columns = try batches.map {
                    try RecordBatch(schema: schema, columns: [$0.columns[index]], rowCount: $0.rowCount)
                }
                do {
                    try directory.write(try Self.written(columns, schema, count), to: "\(count).parquet")
                } catch let error as S3DBError {
                    refused["\(name.split(separator: "/").last ?? "") \(field.type)"] = error.code
                    #expect(error.location.column == field.name)
                    continue
                }
                let texts = columns.flatMap { CanonicalText.values(of: $0.columns[0], isStored: true) }
                try directory.write(try JSONEncoder().encode([texts]), to: "\(count).json")
                count += 1
            }
        }
        #expect(refused == Self.refusedColumns)
        let printed = try Python.run(
            ParquetPython.checkAll, [directory.url.path, "integration"] + (0..<count).map(String.init))
        let findings = try JSONDecoder().decode(ParquetPython.Findings.self, from: Data(printed.utf8))
        for problem in findings.problems { Issue.record("\(problem)") }
        #expect(findings.compared["pyarrow"] == count)
    }

    @Test(.needsConformance("arrow"), .needsPython) func wholeTables() throws {
        let directory = try TemporaryDirectory()
        var names: [String] = []
        for name in ArrowConformanceTests.cases {
            let reader = try ArrowReader(
                try ArrowConformanceTests.file(name + ".stream"), codecs: [LZ4(), Zstandard()])
            let batches = try reader.batches()
            guard let file = try? Self.written(batches, reader.schema, names.count) else { continue }
            let texts = reader.schema.fields.indices.map { index in
                batches.flatMap { CanonicalText.values(of: $0.columns[index], isStored: true) }
            }
            try directory.write(file, to: "\(names.count).parquet")
            try directory.write(try JSONEncoder().encode(texts), to: "\(names.count).json")
            names.append(name)
        }
        #expect(names.count >= 25)
        let printed = try Python.run(
            ParquetPython.checkAll, [directory.url.path, "integration"] + names.indices.map(String.init))
        let findings = try JSONDecoder().decode(ParquetPython.Findings.self, from: Data(printed.utf8))
        for problem in findings.problems { Issue.record("\(problem), \(names)") }
    }
}
