import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// What pyarrow writes at random is read as pyarrow reads it.
@Suite struct ParquetRandomReadTests {
    @Test(.needsPython) func randomFiles() throws {
        var random = SeededGenerator.fresh()
        let count = Requirement.isFull ? 1000 : 60
        let directory = try TemporaryDirectory()
        let seed = random.seed % 1_000_000_007
        let printed = try Python.run(RandomParquetFiles.python, [directory.url.path, "\(seed)", "\(count)"])
        let reference = try JSONDecoder().decode([String: ReferenceRead].self, from: Data(printed.utf8))
        #expect(reference.count == count)
        for (name, expected) in reference.sorted(by: { Int($0.key) ?? 0 < Int($1.key) ?? 0 }) {
            let comment = "case \(name) of seed \(random.seed)"
            let columns = try #require(expected.columns, "\(comment): \(expected.error ?? "")")
            let bytes = try ParquetReading.bytes(directory.url.appending(path: "\(name).parquet"))
            let batchRowCount = [1, 10, 100, 1 << 16][Int(random.next() % 4)]
            let keepsDictionaries = random.next() % 2 == 0
            do {
                let read = try ParquetReading.columns(bytes) {
                    $0.batchRowCount = batchRowCount
                    $0.keepsDictionaries = keepsDictionaries
                }
                ParquetReading.compare(read, columns, comment)
            } catch {
                Issue.record("\(comment): \(error)")
            }
        }
    }
}
