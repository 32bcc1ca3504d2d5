import Codecs
import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Streams and files that were cut off or changed: each is refused with an error that says where, or read.
@Suite("Damaged Arrow streams and files") struct ArrowDamageTests {
    /// How many changes each sample goes through.
    private static let changeCount = Requirement.isFull ? 20_000 : 150
    /// Batches of more rows are not looked at value by value: null columns have any number.
    private static let shownRowCount = 5000

    /// Reads everything and looks at every value; the error where there is one.
    private static func failure(_ bytes: Buffer) -> S3DBError? {
        do throws(S3DBError) {
            let reader = try ArrowReader(bytes, codecs: [LZ4(), Zstandard()])
            while let batch = try reader.next() {
                for column in batch.columns where column.count < shownRowCount { show(column) }
            }
            return nil
        } catch {
            return error
        }
    }

    private static func show(_ column: AnyColumn) {
        // Runs of a damaged file may be long; their ends and values are short.
        if case .runs(_, let values) = column.storage { return show(values) }
        _ = ColumnText.values(of: column)
    }

    private static func samples() throws -> [(name: String, bytes: Buffer)] {
        var random = SeededGenerator(seed: 5)
        var samples: [(String, Buffer)] = []
        let types = RandomColumn.flatTypes + RandomColumn.nestedTypes
        let fields = types.enumerated().map { index, type in
            Field(
                "c\(index)", type, dictionary: index % 5 == 0 ? DictionaryEncoding(indexType: .uint8) : nil,
                metadata: [MetadataEntry("k", "v")])
        }
        let schema = try Schema(fields)
        let columns = try fields.map { try RandomColumn.make($0.type, count: 20, &random) }
        let batch = try RecordBatch(schema: schema, columns: columns, rowCount: 20)
        for (name, codec) in [("plain", nil), ("lz4", LZ4()), ("zstd", Zstandard())] as [(String, (any Codec)?)] {
            for container in ArrowContainer.allCases {
                let options = ArrowOptions(recordBatchRowCount: 15, container: container)
                samples.append(
                    ("\(name) \(container)", try ArrowAllTypesTests.bytes(schema, [batch], options, codec: codec)))
            }
        }
        return samples
    }

    private static func check(_ failure: S3DBError?, _ name: String) {
        guard let failure else { return }
        let known: [S3DBError.Code] = [
            .corruptFile, .truncatedStream, .trailingGarbage, .invalidUTF8, .unsupported, .limitExceeded, .nullValue,
            .inflateLimit, .lengthMismatch, .corruptStream, .checksumMismatch, .emptyObject,
        ]
        #expect(known.contains(failure.code), "\(name): \(failure)")
        #expect(failure.location.byteOffset != nil, "\(name): \(failure)")
    }

    @Test("every sample is whole")
    func whole() throws {
        for (name, bytes) in try Self.samples() { #expect(Self.failure(bytes) == nil, "\(name)") }
    }

    @Test("every end")
    func truncation() throws {
        for (name, bytes) in try Self.samples() {
            let step = Requirement.isFull ? 1 : max(1, bytes.count / Self.changeCount)
            for end in Swift.stride(from: 0, to: bytes.count, by: step) {
                let failure = Self.failure(bytes.slice(0..<end))
                Self.check(failure, "\(name) to \(end)")
                if name.hasSuffix("file") { #expect(failure != nil, "\(name) to \(end)") }
            }
        }
    }

    @Test("changed bytes", arguments: 0..<4)
    func changes(round: Int) throws {
        var random = SeededGenerator.fresh()
        var failureCount = 0
        for (name, bytes) in try Self.samples() {
            let original = Array(bytes)
            for _ in 0..<Self.changeCount / 4 {
                var changed = original
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let position = Int.random(in: 0..<changed.count, using: &random)
                    let values: [UInt8] = [
                        0, 1, 0x7F, 0x80, 0xFF, changed[position] ^ 1, .random(in: 0...255, using: &random),
                    ]
                    for step in 0..<[1, 1, 4, 8][Int(random.next() & 3)] where position + step < changed.count {
                        changed[position + step] = values[Int.random(in: 0..<values.count, using: &random)]
                    }
                }
                let failure = Self.failure(Buffer(changed))
                Self.check(failure, "\(name), seed \(random.seed)")
                if failure != nil { failureCount += 1 }
            }
        }
        #expect(failureCount > 0, "seed \(random.seed)")
    }

    @Test("changed bytes of Arrow's integration files", .needsConformance("arrow"))
    func integrationFiles() throws {
        var random = SeededGenerator.fresh()
        for name in ArrowConformanceTests.cases {
            for container in [".stream", ".arrow_file"] {
                let original = Array(try ArrowConformanceTests.file(name + container))
                for _ in 0..<max(10, Self.changeCount / 15) {
                    var changed = original
                    changed[Int.random(in: 0..<changed.count, using: &random)] = .random(in: 0...255, using: &random)
                    Self.check(Self.failure(Buffer(changed)), "\(name)\(container), seed \(random.seed)")
                    let end = Int.random(in: 0..<original.count, using: &random)
                    Self.check(Self.failure(Buffer(original[..<end])), "\(name)\(container) to \(end)")
                }
            }
        }
    }

    @Test("a stream in which every position of the metadata is set to extremes")
    func extremes() throws {
        let schema = try Schema([Field("a", .utf8View), Field("b", .list(Field("item", .int16)))])
        var random = SeededGenerator(seed: 1)
        let columns = try schema.fields.map { try RandomColumn.make($0.type, count: 9, &random) }
        let batch = try RecordBatch(schema: schema, columns: columns, rowCount: 9)
        for container in ArrowContainer.allCases {
            let original = Array(try ArrowAllTypesTests.bytes(schema, [batch], ArrowOptions(container: container)))
            for position in Swift.stride(from: 0, to: original.count - 8, by: 4) {
                for value in [-1, Int64(Int32.max), .max, .min, 1 << 31, 1 << 40] {
                    for width in [4, 8] {
                        var changed = original
                        for index in 0..<width {
                            changed[position + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
                        }
                        Self.check(Self.failure(Buffer(changed)), "\(container), \(value) at \(position)")
                    }
                }
            }
        }
    }
}
