import Codecs
import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Every stream and file of Arrow's own test data against its JSON.
@Suite("Arrow's integration files", .needsConformance("arrow")) struct ArrowConformanceTests {
    static let folder = Requirement.conformance("arrow/data")

    /// The cases, as paths without extension below the folder of test data.
    static let cases: [String] = files.filter { $0.hasSuffix(".json.gz") }.map { String($0.dropLast(8)) }.sorted()

    private static let files: [String] = {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { path in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: folder.appending(path: path).path, isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }
    }()

    static func file(_ path: String) throws -> Buffer { Buffer(try Data(contentsOf: folder.appending(path: path))) }

    static func oracle(_ name: String, _ container: String) throws -> IntegrationJSON {
        let packed = try file(name + ".json.gz")
        let text = try Gzip().decompress(packed.bytes)
        // This stream alone has other names than its JSON.
        let isRenamed = name.hasSuffix("generated_map_non_canonical") && container == ".stream"
        return try IntegrationJSON(try JSONValue.parse(text.bytes), hasCanonicalMaps: isRenamed)
    }

    /// Fields whose metadata stand in the order of their keys: the JSON has them in another.
    private static func sorted(_ fields: [Field]) -> [Field] {
        fields.map { field in
            var field = field
            field.metadata.sort { $0.key < $1.key }
            return field
        }
    }

    @Test("no file is left out")
    func allFiles() {
        let read = Self.cases.flatMap { name in [".json.gz", ".stream", ".arrow_file"].map { name + $0 } }
        let others = ["forward-compatibility/README.md", "forward-compatibility/schema_v6.arrow"]
        #expect(Set(Self.files) == Set(read + others))
        #expect(Self.cases.count >= 37)
    }

    @Test("streams and files are what their JSON says", arguments: cases)
    func values(name: String) throws {
        for container in [".stream", ".arrow_file"] {
            let expected = try Self.oracle(name, container)
            let reader = try ArrowReader(try Self.file(name + container), codecs: [LZ4(), Zstandard()])
            #expect(Self.sorted(reader.schema.fields) == Self.sorted(expected.fields), "\(container)")
            #expect(reader.metadata.map(\.key) == expected.metadata.map(\.key))
            #expect(reader.metadata.map(\.value) == expected.metadata.map(\.value))
            let batches = try reader.batches()
            try #require(batches.count == expected.batches.count, "\(container)")
            for (batch, (rowCount, columns)) in zip(batches, expected.batches) {
                #expect(batch.rowCount == rowCount)
                for (index, column) in batch.columns.enumerated() {
                    #expect(
                        ColumnText.values(of: column) == columns[index], "\(container) \(batch.schema.fields[index])")
                }
            }
        }
    }

    @Test("streams come in pieces of any length, copied or shared", arguments: cases, [false, true])
    func pieces(name: String, isShared: Bool) throws {
        let stream = try Self.file(name + ".stream")
        let expected = try ArrowReader(stream, codecs: [LZ4(), Zstandard()]).batches()
        for step in [7, 64, 1000] {
            let decoder = ArrowStreamDecoder(codecs: [LZ4(), Zstandard()])
            var batches: [RecordBatch] = []
            var (used, shown) = (0, 0)
            while used < stream.count {
                shown = min(stream.count, shown + step)
                let part = stream.slice(used..<shown)
                let isLast = shown == stream.count
                let take = { (batch: RecordBatch) throws(S3DBError) in batches.append(batch) }
                used +=
                    isShared
                    ? try decoder.decode(part, isLast: isLast, take)
                    : try decoder.decode(part.bytes, isLast: isLast, take)
            }
            #expect(decoder.isAtEnd)
            #expect(batches.count == expected.count)
            for (a, b) in zip(batches, expected) {
                #expect(a.columns.map { ColumnText.values(of: $0) } == b.columns.map { ColumnText.values(of: $0) })
            }
        }
    }

    @Test("metadata of a version to come is refused")
    func future() throws {
        let error = #expect(throws: S3DBError.self) {
            try ArrowReader(try Self.file("forward-compatibility/schema_v6.arrow"))
        }
        #expect(error?.code == .unsupported)
        #expect(error?.location.byteOffset != nil)
    }

    @Test("a codec that is not there is named")
    func missingCodec() throws {
        for name in Self.cases where name.contains("compression") {
            let error = #expect(throws: S3DBError.self, "\(name)") {
                try ArrowReader(try Self.file(name + ".stream")).batches()
            }
            #expect(error?.code == .unsupported)
        }
    }
}
