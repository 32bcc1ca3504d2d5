@testable import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// What the reader does beside giving values.
@Suite struct ParquetReaderTests {
    private func own(_ rowCount: Int, _ change: (inout ParquetOptions) -> Void = { _ in }) throws -> Buffer {
        Buffer(
            try ParquetFixture.file([ParquetTable.batch(0..<rowCount, of: rowCount)], ParquetFixture.options(change)))
    }

    @Test(arguments: [0, 1, 7, 8, 9, 63, 64, 65, 1000]) func ownFiles(_ rowCount: Int) throws {
        let batch = try ParquetTable.batch(0..<rowCount, of: rowCount)
        let expected = batch.columns.map { CanonicalText.values(of: $0) }
        for pageRowLimit in [1 << 18, 64, 10] {
            let file = try own(rowCount) {
                $0.pageRowLimit = pageRowLimit
                $0.dictionaryByteLimit = pageRowLimit == 64 ? 200 : 1 << 20
            }
            let reader = try ParquetReading.reader(file) { $0.batchRowCount = 100 }
            #expect(reader.schema.fields.map(\.type) == batch.schema.fields.map(\.type))
            #expect(reader.schema.fields.map(\.isNullable) == batch.schema.fields.map(\.isNullable))
            ParquetReading.compare(
                CanonicalText.columns(of: try reader.readBatches(), schema: reader.schema), expected,
                "\(rowCount) rows in pages of \(pageRowLimit)")
        }
    }

    @Test func dictionariesAreKept() throws {
        let batch = try RecordBatch([
            NamedColumn("node", (0..<500).map { "node \($0 % 5)" }, as: .dictionary),
            NamedColumn("distinct", (0..<500).map { "value number \($0)" }),
        ])
        let file = Buffer(
            try ParquetFixture.file([batch], ParquetFixture.options { $0.dictionaryByteLimit = 100 }))
        let read = try ParquetReading.reader(file).readBatches()[0]
        guard case .dictionary(_, let dictionary) = read.columns[0].storage else {
            Issue.record("the dictionary is lost")
            return
        }
        #expect(dictionary.values.count == 5)
        #expect(CanonicalText.values(of: read.columns[0]) == CanonicalText.values(of: batch.columns[0]))
        guard case .variableLength = read.columns[1].storage else {
            Issue.record("a plain column has a dictionary")
            return
        }
    }

    @Test func fromAStoreInParallel() async throws {
        let file = try own(5000) {
            $0.rowGroupRowLimit = 4096
            $0.pageRowLimit = 500
        }
        let store = MemoryStore()
        let key = try ObjectKey("file.parquet")
        _ = try await store.put(key, [file], if: .none)
        let reader = try await ParquetReader(StoredObject(key, in: store), codecs: ParquetReading.codecs)
        var batches: [RecordBatch] = []
        for try await batch in reader.batches { batches.append(batch) }
        #expect(batches.map(\.rowCount) == [4096, 904])
        let expected = try ParquetReading.columns(file)
        ParquetReading.compare(CanonicalText.columns(of: batches, schema: reader.schema), expected, "from a store")
    }

    /// The example of the README.
    @Test func pricesAboveALimit() async throws {
        let batch = try RecordBatch([
            NamedColumn("node_name", (0..<5000).map { "node \($0 % 50)" }, as: .dictionary),
            NamedColumn("lmp", (0..<5000).map { $0 % 10 == 0 ? nil : Double($0) / 8 }),
            NamedColumn("mcc", (0..<5000).map { Double($0) }),
        ])
        let store = MemoryStore()
        let file = Buffer(try ParquetFixture.file([batch], ParquetFixture.options { $0.pageRowLimit = 500 }))
        _ = try await store.put(ObjectKey("month.parquet"), [file], if: .none)

        let object = try await StoredObject(ObjectKey("month.parquet"), in: store)
        var options = ParquetReadOptions()
        options.columns = ["node_name", "lmp"]
        options.predicates = [ParquetPredicate("lmp", .isAbove(500, orEqual: false))]
        let reader = try await ParquetReader(object, codecs: ParquetReading.codecs, options: options)
        var found: [String] = []
        var rowCount = 0
        for try await batch in reader.batches {
            let nodes: Column<String> = try batch["node_name"]
            let prices: Column<Double?> = try batch["lmp"]
            rowCount += batch.rowCount
            for (node, price) in zip(nodes, prices) {
                if let price, price > 500 { found.append("\(node) \(price)") }
            }
        }
        #expect(rowCount == 1000)
        #expect(
            found
                == (4001..<5000).filter { $0 % 10 != 0 }.map { "node \($0 % 50) \(Double($0) / 8)" })
    }

    @Test func columnsAreChosen() throws {
        let file = try own(20)
        let reader = try ParquetReading.reader(file) { $0.columns = ["utf8_none", "bool_required"] }
        #expect(reader.schema.fields.map(\.name) == ["bool_required", "utf8_none"])
        #expect(try reader.readBatches()[0].columns.count == 2)
        let error = #expect(throws: S3DBError.self) { try ParquetReading.reader(file) { $0.columns = ["utf8"] } }
        #expect(error?.code == .missingColumn)
        #expect(try ParquetReading.reader(file) { $0.columns = [] }.readBatches()[0].rowCount == 20)
    }

    @Test(.needsConformance("parquet")) func partsOfNestedColumnsAreChosen() throws {
        let file = Requirement.conformance("parquet/data").appending(path: "nullable.impala.parquet")
        let bytes = try ParquetReading.bytes(file)
        let reader = try ParquetReading.reader(bytes) { $0.columns = ["nested_struct.A", "int_map.map.value"] }
        #expect(reader.schema.fields.map(\.name) == ["int_map", "nested_struct"])
        guard case .structure(let fields) = reader.schema.fields[1].type, case .list = reader.schema.fields[0].type
        else {
            Issue.record("\(reader.schema)")
            return
        }
        #expect(fields.map(\.name) == ["A"])
        #expect(try reader.readBatches().reduce(0) { $0 + $1.rowCount } == 7)
    }

    @Test func rowGroupsAreChosen() throws {
        let file = try own(5000) { $0.rowGroupRowLimit = 4096 }
        #expect(try ParquetReading.reader(file) { $0.rowGroups = [1] }.readBatches().map(\.rowCount) == [904])
        let error = #expect(throws: S3DBError.self) { try ParquetReading.reader(file) { $0.rowGroups = [2] } }
        #expect(error?.code == .invalidArgument)
    }

    @Test func unknownCompressionsAreRefusedByName() throws {
        let batch = try RecordBatch([NamedColumn("a", [1, 2, 3] as [Int64])])
        let file = Buffer(try ParquetFixture.file([batch], codec: ParquetReading.codecs.named("zst")))
        let reader = try ParquetReader(inMemory: file, codecs: Registry().codecs)
        let error = #expect(throws: S3DBError.self) { try reader.readBatches() }
        #expect(error?.code == .unsupported && error?.message.contains("ZSTD") == true)
        let lzo = #expect(throws: S3DBError.self) { _ = try PageDecompressor(.lzo, ParquetReading.codecs, .init()) }
        #expect(lzo?.code == .unsupported && lzo?.message.contains("LZO") == true)
    }

    @Test(.needsPython) func encryptedFilesAreRefused() throws {
        let directory = try TemporaryDirectory()
        for (name, plaintextFooter) in [("a", "False"), ("b", "True")] {
            let path = directory.url.appending(path: "\(name).parquet").path
            try Python.run(
                """
                import sys, base64, datetime, pyarrow as pa, pyarrow.parquet as pq, pyarrow.parquet.encryption as pe
                class Client(pe.KmsClient):
                    def __init__(self, config): pe.KmsClient.__init__(self)
                    def wrap_key(self, key, name): return base64.b64encode(name.encode() + b" " + key)
                    def unwrap_key(self, key, name): return base64.b64decode(key)[len(name) + 1:]
                factory = pe.CryptoFactory(lambda config: Client(config))
                config = pe.EncryptionConfiguration(
                    footer_key="footer", column_keys={"column": ["a"]}, plaintext_footer=\(plaintextFooter))
                properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), config)
                table = pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"]})
                with pq.ParquetWriter(sys.argv[1], table.schema, encryption_properties=properties) as writer:
                    writer.write_table(table)
                """, [path])
            let error = #expect(throws: S3DBError.self) {
                try ParquetReading.reader(try ParquetReading.bytes(URL(filePath: path)))
            }
            #expect(error?.code == .unsupported && error?.message.contains("encrypted") == true)
        }
    }

    @Test(.needsPython) func metadataIsThatOfPyarrow() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.url.appending(path: "file.parquet").path
        let printed = try Python.run(
            """
            import sys, json, pyarrow as pa, pyarrow.parquet as pq
            n = 1000
            table = pa.table({"a": pa.array(range(n), pa.int32()), "b": [f"t{i % 9}" for i in range(n)]})
            table = table.replace_schema_metadata({"who": "we"})
            pq.write_table(table, sys.argv[1], row_group_size=600, write_page_index=True, compression="zstd",
                           sorting_columns=[pq.SortingColumn(0)], data_page_size=500,
                           write_batch_size=50)
            m = pq.read_metadata(sys.argv[1])
            lines = [[m.num_rows, m.num_row_groups, m.created_by]] + [
                [c.path_in_schema, c.compression, c.num_values, c.total_compressed_size, c.total_uncompressed_size,
                 c.data_page_offset, c.dictionary_page_offset or 0, c.statistics.null_count] + sorted(set(c.encodings))
                for g in range(2) for c in [m.row_group(g).column(i) for i in range(2)]]
            print(json.dumps([" ".join(map(str, line)) for line in lines]))
            """, [path])
        let bytes = try ParquetReading.bytes(URL(filePath: path))
        let reader = try ParquetReading.reader(bytes)
        let metadata = reader.metadata
        var lines = ["\(metadata.rowCount) \(metadata.rowGroups.count) \(metadata.createdBy ?? "")"]
        for chunk in metadata.rowGroups.flatMap(\.columns) {
            let numbers = [
                chunk.valueCount, chunk.byteCount, chunk.contentByteCount, chunk.dataPageOffset,
                chunk.dictionaryPageOffset ?? 0, chunk.statistics.nullCount ?? -1,
            ]
            let texts =
                [chunk.path.joined(separator: "."), chunk.compression.description] + numbers.map(String.init)
                + Set(chunk.encodings).map(\.description).sorted()
            lines.append(texts.joined(separator: " "))
        }
        #expect(lines == (try JSONDecoder().decode([String].self, from: Data(printed.utf8))))
        #expect(metadata.keyValues.contains(MetadataEntry("who", "we")))
        #expect(metadata.rowGroups[0].sortingColumns == [.init(column: 0, isDescending: false, nullsFirst: false)])
        #expect(metadata.schema.leaves.map(\.name) == ["a", "b"])
        // Pages are where the index says.
        let index = try #require(try await reader.offsetIndex(rowGroup: 1, column: 0))
        let bounds = try #require(try await reader.columnIndex(rowGroup: 1, column: 0))
        let pages = try await reader.pages(rowGroup: 1, column: 0).filter { $0.header.kind == .data }
        #expect(pages.count > 1 && index.pages.map(\.offset) == pages.map(\.offset))
        #expect(bounds.minimums.first == [88, 2, 0, 0] && bounds.boundaryOrder == 1)
        #expect(try await reader.bloomFilter(rowGroup: 0, column: 0) == nil)
    }

    @Test(.needsConformance("parquet")) func whatChunksTell() throws {
        func metadata(_ name: String) throws -> ParquetMetadata {
            let file = Requirement.conformance("parquet/data").appending(path: "\(name).parquet")
            return try ParquetReading.reader(try ParquetReading.bytes(file)).metadata
        }
        let chunk = try metadata("column_chunk_key_value_metadata").rowGroups[0].columns[0]
        #expect(chunk.keyValues == [MetadataEntry("foo", "bar"), MetadataEntry("thisiskeywithoutvalue", "")])
        let sorted = try metadata("sort_columns").rowGroups[0].sortingColumns
        #expect(
            sorted == [
                .init(column: 0, isDescending: true, nullsFirst: true),
                .init(column: 1, isDescending: false, nullsFirst: false),
            ])
        let exact = try metadata("binary_truncated_min_max").rowGroups[0].columns.map(\.statistics)
        #expect(exact.map(\.isMinimumExact) == [false, false, false, false, true, true])
        #expect(exact.map(\.isMaximumExact) == [false, false, true, true, true, true])
        #expect(try metadata("floating_orders_nan_count").columnOrders.contains(.ieee754))
        #expect(
            try metadata("unknown-logical-type").schema.leaves.contains {
                if case .other = $0.node.logicalType { true } else { false }
            })
    }

    @Test(.needsPython) func manyRowGroupsAndListsAcrossPages() throws {
        let directory = try TemporaryDirectory()
        let path = directory.url.appending(path: "file.parquet").path
        let script =
            CanonicalText.python + """

                table = pa.table({"l": pa.array([[i] * (i % 300) for i in range(2000)], pa.list_(pa.int64()))})
                pq.write_table(table, sys.argv[1], data_page_size=1000, row_group_size=700, data_page_version="1.0")
                print(json.dumps(dump_file(sys.argv[1])))
                """
        let printed = try Python.run(script, [path])
        let expected = try JSONDecoder().decode(ReferenceRead.self, from: Data(printed.utf8)).columns ?? []
        let bytes = try ParquetReading.bytes(URL(filePath: path))
        for batchRowCount in [1, 13, 1 << 16] {
            ParquetReading.compare(
                try ParquetReading.columns(bytes) { $0.batchRowCount = batchRowCount }, expected, "\(batchRowCount)")
        }
    }

    @Test func nonsenseIsRefused() throws {
        for bytes in [[], Array("PAR1".utf8), Array("PAR1PAR1PAR1".utf8), [UInt8](repeating: 0, count: 100)] {
            let error = #expect(throws: S3DBError.self) { try ParquetReading.reader(Buffer(bytes)) }
            #expect(error?.code == .corruptFile)
        }
    }
}
