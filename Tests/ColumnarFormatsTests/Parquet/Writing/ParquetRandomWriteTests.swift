import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// What is written at random is read by others as it is.
@Suite struct ParquetRandomWriteTests {
    static let caseCount = Requirement.isFull ? 1000 : 60

    @Test(.needsPython) func randomTables() throws {
        var random = SeededGenerator.fresh()
        let directory = try TemporaryDirectory()
        for number in 0..<Self.caseCount {
            let seed = random.next()
            var table = RandomTable(SeededGenerator(seed: seed))
            let (schema, batches) = try table.make()
            let (sink, codec) = (try table.options(), try table.codec())
            let comment = "case \(number), seed \(seed): \(sink.canonicalOptions), \(schema.fields)"
            let file = try ParquetFixture.written(batches, schema, sink, codec: codec)
            let expected = schema.fields.indices.map { index in
                batches.flatMap { CanonicalText.values(of: $0.columns[index], isStored: true) }
            }
            let read = try ParquetReading.columns(Buffer(file)) { $0.batchRowCount = 1 + Int(seed % 100) }
            ParquetReading.compare(read, expected, comment)
            try directory.write(file, to: "\(number).parquet")
            try directory.write(try JSONEncoder().encode(expected), to: "\(number).json")
        }
        let printed = try Python.run(
            ParquetPython.checkAll, [directory.url.path, "unique"] + (0..<Self.caseCount).map(String.init))
        let findings = try JSONDecoder().decode(ParquetPython.Findings.self, from: Data(printed.utf8))
        for problem in findings.problems.prefix(20) { Issue.record("\(problem), of seed \(random.seed)") }
        #expect(findings.problems.count == 0)
        for reader in ["pyarrow", "duckdb", "polars"] {
            #expect(findings.compared[reader] ?? 0 > Self.caseCount / 20, "\(reader)")
        }
    }
}
