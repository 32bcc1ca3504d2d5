import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Others' Parquet files: https://github.com/apache/parquet-testing and DuckDB's broken ones.
@Suite struct ParquetConformanceTests {
    /// The files that are not read, by their path, each with the code of its refusal.
    static let refused: [String: S3DBError.Code] = {
        var refused: [String: S3DBError.Code] = [
            // Their pages do not have the checksums that they tell.
            "parquet/data/datapage_v1-corrupt-checksum.parquet": .checksumMismatch,
            "parquet/data/rle-dict-uncompressed-corrupt-checksum.parquet": .checksumMismatch,
            // A page of more than 2 GiB, beyond the limit, which pyarrow does not read either.
            "parquet/data/large_string_map.brotli.parquet": .limitExceeded,

            // Columns of one row group have different numbers of rows.
            "parquet/bad_data/ARROW-GH-41317.parquet": .corruptFile,
            // Fewer levels than the page claims.
            "parquet/bad_data/ARROW-GH-41321.parquet": .corruptFile,
            // The first row begins in its middle.
            "parquet/bad_data/ARROW-GH-45185.parquet": .corruptFile,
            // A required column with fewer values than rows.
            "parquet/bad_data/ARROW-GH-47662.parquet": .corruptFile,
            // A dictionary of a negative number of values.
            "parquet/bad_data/ARROW-RS-GH-6229-DICTHEADER.parquet": .corruptFile,
            // Fewer repetition levels than the page claims.
            "parquet/bad_data/ARROW-RS-GH-6229-LEVELS.parquet": .corruptFile,
            // A physical type that there is not.
            "parquet/bad_data/PARQUET-1481.parquet": .corruptFile,

            "duckdb/data/parquet-testing/invalid.parquet": .invalidUTF8,
            "duckdb/data/parquet-testing/invalid_utf8_dba.parquet": .invalidUTF8,
            // A page that is longer than its chunk.
            "duckdb/data/parquet-testing/page_size_corruption.parquet": .corruptFile,
        ]
        for number in 1...8 { refused["duckdb/data/parquet-testing/afl/\(number).parquet"] = .corruptFile }
        let broken: [String: S3DBError.Code] = [
            // Annotations of other physical types.
            "broken_bigint": .corruptFile, "broken_date": .corruptFile, "broken_int": .corruptFile,
            "broken_smallint": .corruptFile, "broken_timestamp": .corruptFile, "broken_timestamp_ms": .corruptFile,
            "broken_tinyint": .corruptFile, "broken_ubigint": .corruptFile, "broken_uinteger": .corruptFile,
            "broken_usmallint": .corruptFile, "broken_utinyint": .corruptFile,
            // Schemas with too many elements, or a negative number of children.
            "duckdb_fuzzer_4384": .corruptFile, "fuzzer4360": .corruptFile,
            // Metadata and page headers that are no Thrift.
            "fuzzer4362": .corruptFile, "fuzzer4381": .corruptFile,
            // Differences in blocks of one.
            "internal_6129": .corruptFile,
            // Row groups with columns that the schema does not have.
            "internal_6165": .corruptFile,
            // Negative numbers of bytes.
            "issue22325_datapage_v2_neg_compressed_bytes": .corruptFile,
            "issue22325_datapage_v2_negative_def_levels": .corruptFile,
            // No compressed bytes where there must be some.
            "issue22325_datapage_v2_zero_compressed_size": .corruptStream,
        ]
        for (name, code) in broken { refused["duckdb/data/parquet-testing/broken/\(name).parquet"] = code }
        return refused
    }()

    /// The files that pyarrow does not read, and we do; what else reads them is the judge.
    static let readByUsOnly: Set<String> = [
        // Keys of maps are not said to be required; none is null.
        "parquet/data/incorrect_map_schema.parquet"
    ]

    static let folders = ["parquet/data", "parquet/bad_data", "duckdb/data"]

    /// All Parquet files below the folders.
    static let files: [String] = folders.flatMap { folder in
        let root = Requirement.conformance(folder)
        let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".parquet") }.map { "\(folder)/\($0)" }.sorted()
    }

    /// What pyarrow reads of them, by one process.
    static let reference: Result<[String: ReferenceRead], any Error> = Result {
        let script =
            CanonicalText.python + #"""

                root = sys.argv[1]
                print(json.dumps({name: dump_file(f"{root}/{name}") for name in sys.argv[2:]}))
                """#
        let printed = try Python.run(script, [Requirement.conformance("").path] + files)
        return try JSONDecoder().decode([String: ReferenceRead].self, from: Data(printed.utf8))
    }

    @Test(.needsConformance("parquet"), .needsPython, arguments: files) func valuesAreThoseOfPyarrow(
        _ name: String
    ) throws {
        let reference = try #require(try Self.reference.get()[name])
        let bytes = try ParquetReading.bytes(Requirement.conformance(name))
        if let code = Self.refused[name] {
            let error = #expect(throws: S3DBError.self) { _ = try ParquetReading.columns(bytes) }
            #expect(error?.code == code, "\(name): \(error.map { "\($0)" } ?? "read")")
            return
        }
        if Self.readByUsOnly.contains(name) {
            #expect(reference.error != nil, "\(name) is read by pyarrow now")
            _ = try ParquetReading.columns(bytes)
            return
        }
        let expected = try #require(reference.columns, "\(name): pyarrow says \(reference.error ?? "")")
        do {
            ParquetReading.compare(try ParquetReading.columns(bytes), expected, name)
        } catch {
            Issue.record("\(name): \(error)")
            return
        }
        // Batches that end within pages, and plain columns, hold the same values.
        let small = try ParquetReading.columns(bytes) {
            $0.batchRowCount = 7
            $0.keepsDictionaries = false
        }
        ParquetReading.compare(small, expected, "\(name) in small batches")
    }

    @Test(.needsConformance("parquet"), arguments: refused.keys.filter { $0.contains("corrupt-checksum") }.sorted())
    func checksumsAreNotComparedWhereTheyAreNotAskedFor(_ name: String) throws {
        let bytes = try ParquetReading.bytes(Requirement.conformance(name))
        let columns = try ParquetReading.columns(bytes) { $0.checksPages = false }
        #expect(columns.allSatisfy { !$0.isEmpty })
    }

    static let tables = [
        "delta_binary_packed", "delta_byte_array", "delta_encoding_optional_column", "delta_encoding_required_column",
    ]

    @Test(.needsConformance("parquet"), .needsPython, arguments: tables) func valuesAreThoseOfTheTables(
        _ name: String
    ) throws {
        let folder = Requirement.conformance("parquet/data")
        let script = """
            import csv, json, sys
            rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8")))
            print(json.dumps([list(column) for column in zip(*rows)]))
            """
        let printed = try Python.run(script, [folder.appending(path: "\(name)_expect.csv").path])
        let expected = try JSONDecoder().decode([[String]].self, from: Data(printed.utf8))
        let reader = try ParquetReading.reader(try ParquetReading.bytes(folder.appending(path: "\(name).parquet")))
        let batches = try reader.readBatches()
        #expect(expected.count == reader.schema.fields.count)
        for (index, column) in expected.enumerated() {
            let read = batches.flatMap { ColumnText.values(of: $0.columns[index]) }.map { text in
                text == "null" ? "" : text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
            }
            #expect(read == Array(column.dropFirst()), "\(name), \(column.first ?? "")")
        }
    }
}
