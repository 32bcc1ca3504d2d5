import Codecs
import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Reading in tests.
enum ParquetReading {
    static let codecs: Registry.Plugins<any Codec> = {
        var registry = Registry()
        do {
            try registry.registerCodecs()
        } catch {
            Issue.record(error)
        }
        return registry.codecs
    }()

    static func bytes(_ url: URL) throws -> Buffer {
        Buffer(try Data(contentsOf: url))
    }

    static func reader(
        _ bytes: Buffer, _ change: (inout ParquetReadOptions) -> Void = { _ in }
    ) throws -> ParquetReader<Buffer> {
        var options = ParquetReadOptions()
        change(&options)
        return try ParquetReader(inMemory: bytes, codecs: codecs, options: options)
    }

    /// The columns of a file in canonical text.
    static func columns(
        _ bytes: Buffer, _ change: (inout ParquetReadOptions) -> Void = { _ in }
    ) throws -> [[String]] {
        let reader = try reader(bytes, change)
        return CanonicalText.columns(of: try reader.readBatches(), schema: reader.schema)
    }

    /// Compares columns, and tells the first difference of each.
    static func compare(
        _ read: [[String]], _ expected: [[String]], _ comment: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(read.count == expected.count, "\(comment): number of columns", sourceLocation: sourceLocation)
        for (index, (read, expected)) in zip(read, expected).enumerated() where read != expected {
            let row = zip(read, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            let values = row.map { "\(read[$0].prefix(300)) is not \(expected[$0].prefix(300))" } ?? "too few or many"
            Issue.record(
                "\(comment), column \(index): \(read.count) of \(expected.count) values, row \(row ?? -1): \(values)",
                sourceLocation: sourceLocation)
        }
    }
}
