import Codecs
import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// What pyarrow wrote into a stream or file.
struct DumpedTable: Decodable {
    struct Batch: Decodable {
        let rowCount: Int
        let columns: [[String]]
    }

    let seed: String
    let batches: [Batch]
}

/// Random tables of pyarrow, read here; and what is written from them, read by pyarrow.
@Suite("Arrow tables of pyarrow", .needsPython) struct ArrowRandomTableTests {
    static let caseCount = Requirement.isFull ? 1000 : 60

    @Test("random schemas and values, there and back")
    func randomTables() throws {
        let directory = try TemporaryDirectory()
        let seed = SeededGenerator.fresh().seed >> 12
        try Python.run(
            ArrowPython.texts + "\n" + ArrowPython.cases + """

                directory, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
                for number in range(count): case(seed + number, directory, number)
                """, [directory.url.path, "\(seed)", "\(Self.caseCount)"])
        for number in 0..<Self.caseCount {
            let bytes = Buffer(try Data(contentsOf: directory.url.appending(path: "\(number).arrow")))
            let dump = try JSONDecoder().decode(
                DumpedTable.self, from: try Data(contentsOf: directory.url.appending(path: "\(number).json")))
            let reader = try ArrowReader(bytes, codecs: [LZ4(), Zstandard()])
            let batches = try reader.batches()
            try #require(batches.count == dump.batches.count, "seed \(dump.seed)")
            for (batch, expected) in zip(batches, dump.batches) {
                #expect(batch.rowCount == expected.rowCount, "seed \(dump.seed)")
                for (column, values) in zip(batch.columns, expected.columns) {
                    #expect(ColumnText.values(of: column) == values, "seed \(dump.seed), \(column.type)")
                }
            }
            try Self.rewrite(
                reader, batches, to: directory, name: "\(number)", batchRowCount: number % 2 == 0 ? 65_536 : 8)
        }
        let output = try Python.run(
            ArrowPython.texts + """

                directory, count = sys.argv[1], int(sys.argv[2])
                for number in range(count):
                    for container in ("stream", "file"):
                        same(f"{directory}/{number}.arrow", f"{directory}/{number}.{container}", (number, container))
                print("same", count)
                """, [directory.url.path, "\(Self.caseCount)"])
        #expect(output == "same \(Self.caseCount)\n", "seed \(seed)")
    }

    @Test("what is written from Arrow's integration files", .needsConformance("arrow"))
    func integrationFiles() throws {
        let directory = try TemporaryDirectory()
        var pairs: [String] = []
        for (number, name) in ArrowConformanceTests.cases.enumerated() {
            let reader = try ArrowReader(
                try ArrowConformanceTests.file(name + ".stream"), codecs: [LZ4(), Zstandard()])
            try Self.rewrite(reader, try reader.batches(), to: directory, name: "\(number)", batchRowCount: 65_536)
            pairs.append(ArrowConformanceTests.folder.appending(path: name + ".stream").path)
        }
        let output = try Python.run(
            ArrowPython.texts + """

                directory, paths = sys.argv[1], sys.argv[2:]
                for number, path in enumerate(paths):
                    for container in ("stream", "file"): same(path, f"{directory}/{number}.{container}", (path, container))
                print("same", len(paths))
                """, [directory.url.path] + pairs)
        #expect(output == "same \(pairs.count)\n")
    }

    /// Writes a table as a stream of sections, and as a file of one.
    static func rewrite(
        _ reader: ArrowReader, _ batches: [RecordBatch], to directory: TemporaryDirectory, name: String,
        batchRowCount: Int
    ) throws {
        let codecs: [(any Codec)?] = [nil, LZ4(), Zstandard()]
        for container in ArrowContainer.allCases {
            let sink = ArrowStream(ArrowOptions(recordBatchRowCount: batchRowCount, container: container))
            var file = try FileWriter(
                FileConfiguration(
                    sink, schema: reader.schema, codec: codecs[name.utf8.count % 3], metadata: reader.metadata,
                    limits: CuttingLimits(sectionRowCount: container == .stream ? 10 : 1 << 20)))
            var output = BufferBuilder()
            for batch in batches {
                try file.append(batch)
                output.append(file.takeBytes().bytes)
            }
            try file.finish()
            output.append(file.takeBytes().bytes)
            try directory.write(output.freeze(), to: "\(name).\(container)")
        }
    }
}
