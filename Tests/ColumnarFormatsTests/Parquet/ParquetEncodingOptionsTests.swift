import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Encodings, pages and filters that are written where they are asked for.
@Suite struct ParquetEncodingOptionsTests {
    static let options: [[String: String]] = [
        ["integers": "delta", "floats": "split", "strings": "delta"],
        ["integers": "split", "strings": "delta-length"],
        ["page-version": "2"],
        ["page-version": "2", "integers": "delta", "floats": "split", "strings": "delta", "page-rows": "70"],
        ["bloom-filter-millionths": "10000", "page-version": "2"],
    ]

    @Test(.needsPython, arguments: options, ["none", "zst"]) func othersReadTheSameValues(
        _ options: [String: String], _ codec: String
    ) throws {
        let directory = try TemporaryDirectory()
        let innerCodec: (any Codec)? = try codec == "none" ? nil : ParquetReading.codecs.named(codec)
        for dictionaryByteLimit in ["0", "1MiB"] {
            var all = options
            all["dictionary-bytes"] = dictionaryByteLimit
            let sink = try Parquet().configured(all)
            for count in [0, 1, 9, 65, 400] {
                let batch = try ParquetTable.batch(0..<count, of: count)
                let file = try ParquetFixture.file([batch], sink, codec: innerCodec)
                try directory.write(file, to: "d\(dictionaryByteLimit)-\(count).parquet")
                ParquetReading.compare(
                    try ParquetReading.columns(Buffer(file)), batch.columns.map { CanonicalText.values(of: $0) },
                    "\(all), \(count) rows")
            }
        }
        let printed = try Python.run(ParquetTable.python, [directory.url.path])
        #expect(printed == "10\n")
    }

    @Test(.needsPython) func metadataNamesTheEncodings() throws {
        let sink = try Parquet().configured([
            "integers": "delta", "floats": "split", "strings": "delta", "dictionary-bytes": "0", "page-version": "2",
        ])
        let file = try ParquetFixture.file([ParquetTable.batch(0..<100, of: 100)], sink)
        let printed = try ParquetFixture.inspect(
            file,
            """
            group = pq.read_metadata(path).row_group(0)
            names = ["int8_none", "int64_none", "uint32_none", "float32_none", "float64_none", "utf8_none", "bool_none"]
            columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
            for name in names: print(name, *sorted(set(columns[name].encodings)))
            """)
        #expect(
            printed == """
                int8_none DELTA_BINARY_PACKED RLE
                int64_none DELTA_BINARY_PACKED RLE
                uint32_none DELTA_BINARY_PACKED RLE
                float32_none BYTE_STREAM_SPLIT RLE
                float64_none BYTE_STREAM_SPLIT RLE
                utf8_none DELTA_BYTE_ARRAY RLE
                bool_none PLAIN RLE

                """)
    }

    /// DuckDB looks values up that are there, and others.
    @Test(.needsPython, arguments: ["0", "1MiB"]) func filtersAreThoseThatDuckDBReads(_ limit: String) async throws {
        let count = 5000
        let batch = try RecordBatch([
            NamedColumn("number", (0..<count).map { Int64($0) * 7919 }),
            NamedColumn("text", (0..<count).map { "t\($0)" }),
            NamedColumn("small", (0..<count).map { Int32($0) }),
            NamedColumn("half", (0..<count).map { Double($0) + 0.25 }),
        ])
        let sink = try Parquet().configured(["bloom-filter-millionths": "10000", "dictionary-bytes": limit])
        let file = try ParquetFixture.file([batch], sink)
        let printed = try ParquetFixture.inspect(
            file,
            """
            import duckdb
            def probe(column, value):
                rows = duckdb.sql(f"select bloom_filter_excludes from parquet_bloom_probe('{path}', '{column}', {value})")
                return rows.fetchall()[0][0]
            tests = {"number": (lambda i: i * 7919, lambda i: i * 7919 + 1), "text": (lambda i: f"'t{i}'", lambda i: f"'u{i}'"),
                     "half": (lambda i: f"{i + 0.25}::double", lambda i: f"{i + 0.5}::double")}
            for column, (inside, outside) in tests.items():
                lost = sum(probe(column, inside(i)) for i in range(0, 5000, 100))
                false = sum(not probe(column, outside(i)) for i in range(100))
                print(column, lost, false <= 4)
            """)
        #expect(printed == "number 0 True\ntext 0 True\nhalf 0 True\n")
        let reader = try ParquetReading.reader(Buffer(file))
        for (column, name) in ["number", "text", "small", "half"].enumerated() {
            let filter = try #require(try await reader.bloomFilter(rowGroup: 0, column: column), "\(name)")
            #expect(filter.byteCount < 32 << 10)
            let values = batch.columns[column]
            #expect(values.count == count)
        }
        let filter = try #require(try await reader.bloomFilter(rowGroup: 0, column: 1))
        #expect((0..<count).allSatisfy { filter.mayContain(Array("t\($0)".utf8)) })
        #expect((0..<count).count(where: { filter.mayContain(Array("v\($0)".utf8)) }) <= count / 50)
    }

    @Test func readersThatDoNotKnowThemAreSpared() throws {
        let delta = try Parquet().configured(["integers": "delta"])
        let split = try Parquet().configured(["floats": "split"])
        let filters = try Parquet().configured(["bloom-filter-millionths": "10000"])
        for reader in [nil, ReaderProfile.athena, .julia] {
            #expect(throws: S3DBError.self) { try delta.check(for: reader) }
            #expect(throws: S3DBError.self) { try split.check(for: reader) }
            #expect(try filters.check(for: reader) == [])
            #expect(try Parquet().check(for: reader) == [])
        }
        #expect(try delta.check(for: .spark) == [] && split.check(for: .modern) == [])
        #expect(throws: S3DBError.self) { try split.check(for: .spark) }
    }

    @Test func canonicalTextNamesWhatIsAskedFor() throws {
        let sink = try Parquet().configured(["integers": "delta", "page-version": "2", "strings": "delta-length"])
        #expect(
            sink.canonicalOptions.hasSuffix(" statistics-bytes=64 page-version=2 integers=delta strings=delta-length"))
        for wrong in [["integers": "deltas"], ["page-version": "3"], ["bloom-filter-millionths": "1000000"]] {
            let error = #expect(throws: S3DBError.self) { try Parquet().configured(wrong) }
            #expect(error?.code == .invalidSpec)
        }
    }
}
