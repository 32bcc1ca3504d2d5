import Codecs
import S3DBCore
import TestSupport
import Testing

@testable import ColumnarFormats

/// Rows that are counted without reading values.
@Suite("Rows of files")
struct RowCounterTests {
    enum Format: CaseIterable {
        case arrow, arrowDictionary, arrowCompressed, arrowFile, parquet

        var counter: (any RowCounter)? {
            self == .parquet ? Parquet().makeRowCounter() : ArrowStream().makeRowCounter()
        }

        func file(_ batches: [RecordBatch]) throws -> [UInt8] {
            let schema = try RowCounterTests.schema()
            let limits = CuttingLimits(sectionRowCount: 250)
            switch self {
            case .parquet:
                var options = ParquetOptions()
                options.rowGroupRowLimit = 100
                return try bytes(FileConfiguration(Parquet(options), schema: schema, limits: limits), batches)
            case .arrow: return try bytes(FileConfiguration(ArrowStream(), schema: schema, limits: limits), batches)
            case .arrowFile:
                // What stands between the stream's end and the last bytes is not looked at.
                return Array("ARROW1\0\0".utf8) + (try Format.arrow.file(batches)) + Array("footer ARROW1".utf8)
            case .arrowCompressed:
                return try bytes(
                    FileConfiguration(ArrowStream(), schema: schema, codec: Zstandard(), limits: limits), batches)
            case .arrowDictionary:
                let sink = ArrowStream(ArrowOptions(strings: .dictionary, recordBatchRowCount: 70))
                return try bytes(FileConfiguration(sink, schema: schema, limits: limits), batches)
            }
        }

        private func bytes(_ file: FileConfiguration<some ColumnarSink>, _ batches: [RecordBatch]) throws -> [UInt8] {
            var writer = try FileWriter(file)
            for batch in batches { try writer.append(batch) }
            try writer.finish()
            return Array(writer.takeBytes())
        }
    }

    static func schema() throws -> Schema {
        try Schema([Field("a", .int64, isNullable: false), Field("b", .utf8)])
    }

    private static func batches(_ rowCount: Int) throws -> [RecordBatch] {
        let schema = try schema()
        return try stride(from: 0, to: rowCount, by: 80).map { start in
            let values = (start..<min(start + 80, rowCount)).map(Int64.init)
            let texts: [String?] = values.map { $0 % 3 == 0 ? nil : "n\($0 % 7)" }
            return try RecordBatch(
                schema: schema, columns: [AnyColumn(values), AnyColumn(texts, as: .dictionary)],
                rowCount: values.count)
        }
    }

    private static func count(_ bytes: some Collection<UInt8>, _ format: Format, by step: Int) throws -> Int? {
        let counter = try #require(format.counter)
        let bytes = Array(bytes)
        for start in stride(from: 0, to: bytes.count, by: step) {
            try counter.take(bytes.span.bytes.extracting(start..<min(start + step, bytes.count)))
        }
        return try counter.finish()
    }

    @Test("are counted however the bytes are cut", arguments: Format.allCases, [0, 1, 80, 1000])
    func whole(format: Format, rowCount: Int) throws {
        let file = try format.file(try Self.batches(rowCount))
        for step in [1, 7, 64, 1000, file.count] { #expect(try Self.count(file, format, by: step) == rowCount) }
    }

    @Test("a file that is cut short or goes on is refused", arguments: Format.allCases)
    func cut(format: Format) throws {
        let file = try format.file(try Self.batches(160))
        for count in 0..<file.count {
            #expect(throws: S3DBError.self, "\(count)") { try Self.count(file.prefix(count), format, by: 100) }
        }
        #expect(throws: S3DBError.self) { try Self.count(file + [0], format, by: 100) }
    }

    @Test("damage is an error or another number, never a trap", arguments: Format.allCases)
    func damage(format: Format) throws {
        var random = SeededGenerator.fresh()
        let file = try format.file(try Self.batches(160))
        for _ in 0..<(Requirement.isFull ? 20_000 : 1000) {
            var damaged = file
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let position = Int.random(in: 0..<file.count, using: &random)
                damaged[position] =
                    [0, 0xFF, 0x7F, UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random) ?? 0
            }
            _ = try? Self.count(damaged, format, by: 1000)
        }
    }

    @Test("row groups are found from the end, with their bytes")
    func rowGroups() throws {
        let file = try Format.parquet.file(try Self.batches(560))
        var tail = 0
        while true {
            let bytes = Array(file.suffix(tail))
            switch try Parquet().findRows(tail: bytes.span.bytes, fileByteCount: file.count) {
            case .needsTail(let count):
                #expect(count > tail && count <= file.count)
                tail = count
            case .unknown: Issue.record("unknown")
            case .found(let groups):
                // Sections end at 320 rows, where a batch ends, and row groups at 100.
                #expect(groups.map(\.rowCount) == [100, 100, 100, 20, 100, 100, 40])
                #expect(groups.first?.content.lowerBound == 4)
                for (a, b) in zip(groups, groups.dropFirst()) {
                    #expect(a.content.upperBound == b.content.lowerBound)
                }
                return
            }
        }
    }
}
