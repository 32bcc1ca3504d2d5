import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Others read what is written, value by value.
@Suite struct ParquetReadersTests {
    private func check(_ files: [String: [UInt8]]) throws {
        let directory = try TemporaryDirectory()
        for (name, bytes) in files { try directory.write(bytes, to: name) }
        let printed = try Python.run(ParquetTable.python, [directory.url.path])
        #expect(printed == "\(files.count)\n")
    }

    private func batches(of rowCount: Int, by step: Int) throws -> [RecordBatch] {
        try stride(from: 0, to: rowCount, by: step).map {
            try ParquetTable.batch($0..<min($0 + step, rowCount), of: rowCount)
        }
    }

    @Test(.needsPython) func lengthsAroundTheBoundariesOfBytesAndWords() throws {
        var files: [String: [UInt8]] = [:]
        for count in [0, 1, 7, 8, 9, 63, 64, 65] {
            files["one-\(count).parquet"] = try ParquetFixture.file([ParquetTable.batch(0..<count, of: count)])
        }
        try check(files)
    }

    @Test(.needsPython) func severalBatchesPagesAndRowGroups() throws {
        let small = ParquetFixture.options {
            $0.pageRowLimit = 100
            $0.rowGroupRowLimit = 700
        }
        let tight = ParquetFixture.options {
            $0.pageByteLimit = 300
            $0.dictionaryByteLimit = 600
        }
        let plain = ParquetFixture.options { $0.dictionaryByteLimit = 0 }
        let bytes = ParquetFixture.options { $0.rowGroupByteLimit = 1 }
        try check([
            "small-1500.parquet": try ParquetFixture.file(batches(of: 1500, by: 337), small),
            "tight-1000.parquet": try ParquetFixture.file(batches(of: 1000, by: 1000), tight),
            "plain-500.parquet": try ParquetFixture.file(batches(of: 500, by: 63), plain),
            "bytes-5000.parquet": try ParquetFixture.file(batches(of: 5000, by: 5000), bytes),
        ])
    }
}
