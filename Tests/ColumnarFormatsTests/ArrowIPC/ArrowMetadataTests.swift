import Foundation
import S3DBCore
import TestSupport
import Testing

@testable import ColumnarFormats

@Suite("Arrow stream metadata")
struct ArrowMetadataTests {
    private static let pairs: KeyValueMetadata = [
        ("s3db.spec", "abc"), ("", ""), ("s3db.sources", String(repeating: "key token 1 2\n", count: 500)), ("é", "電力"),
    ]

    private func stream() throws -> Buffer {
        let schema = try Schema(DataType.primitives.map { Field($0.description, $0) })
        return try makeArrowStream(schema, [], metadata: Self.pairs)
    }

    private func expect(_ lookup: MetadataLookup, _ pairs: KeyValueMetadata) {
        guard case .found(let found) = lookup else {
            Issue.record("not found: \(lookup)")
            return
        }
        #expect(found.map(\.key) == pairs.map(\.key))
        #expect(found.map(\.value) == pairs.map(\.value))
    }

    @Test("asks for what it needs", arguments: [true, false])
    func growingHead(knowsSize: Bool) throws {
        let stream = try stream()
        var head = 0
        for _ in 0..<2 {
            let lookup = try ArrowStream().findMetadata(
                head: stream.slice(0..<head).bytes, tail: RawSpan(), fileByteCount: knowsSize ? stream.count : nil)
            guard case .needsHead(let needed) = lookup else {
                Issue.record("\(lookup)")
                return
            }
            #expect(needed > head && needed <= stream.count)
            head = needed
        }
        let found = try ArrowStream().findMetadata(
            head: stream.slice(0..<head).bytes, tail: RawSpan(), fileByteCount: knowsSize ? stream.count : nil)
        expect(found, Self.pairs)
        expect(try ArrowStream().findMetadata(head: stream.bytes, tail: RawSpan(), fileByteCount: nil), Self.pairs)
    }

    @Test("no metadata is found as none")
    func none() throws {
        let stream = try makeArrowStream(try Schema([Field("a", .int8)]), [])
        expect(try ArrowStream().findMetadata(head: stream.bytes, tail: RawSpan(), fileByteCount: nil), [])
    }

    @Test("finds what pyarrow wrote", .needsPython, arguments: [false, true])
    func pyarrow(isLegacy: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = directory.url.appending(path: "a.arrow")
        try Python.run(
            """
            import sys, pyarrow as pa
            schema = pa.schema([("a", pa.int64()), ("b", pa.list_(pa.string()))], {"k": "v", "é": "x" * 10000})
            options = pa.ipc.IpcWriteOptions(use_legacy_format=sys.argv[2] == "1")
            with pa.ipc.new_stream(sys.argv[1], schema, options=options) as out:
                out.write_table(pa.table([[1], [["a"]]], schema=schema))
            """, [path.path, isLegacy ? "1" : "0"])
        let stream = Buffer(try Data(contentsOf: path))
        let found = try ArrowStream().findMetadata(
            head: stream.bytes, tail: RawSpan(), fileByteCount: stream.count)
        expect(found, [("k", "v"), ("é", String(repeating: "x", count: 10000))])
    }

    @Test("damage is an error with a place")
    func damage() throws {
        let stream = try stream()
        func failure(_ bytes: [UInt8], fileByteCount: Int? = nil) -> S3DBError? {
            #expect(throws: S3DBError.self) {
                try ArrowStream().findMetadata(
                    head: Buffer(bytes).bytes, tail: RawSpan(), fileByteCount: fileByteCount)
            }
        }
        #expect(failure([1, 2, 3], fileByteCount: 3)?.code == .truncatedStream)
        #expect(failure(Array(ArrowMessage.endOfStream))?.code == .corruptFile)
        #expect(failure(Array("PAR1 and more".utf8))?.code == .limitExceeded)
        #expect(failure([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x80])?.code == .corruptFile)
        #expect(failure(Array(stream.prefix(20)), fileByteCount: 20)?.code == .truncatedStream)
        var zeros = Array(stream)
        for index in 8..<zeros.count { zeros[index] = 0 }
        let error = failure(zeros)
        #expect(error?.code == .corruptFile)
        #expect(error?.location.byteOffset != nil)
    }

    @Test("forged bytes never trap", arguments: 0..<8)
    func forged(round: Int) throws {
        var random = SeededGenerator.fresh()
        let original = Array(try stream())
        let metadataEnd = original.count - 8
        var failures = 0
        for _ in 0..<(Requirement.isFull ? 20_000 : 400) {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let position = Int.random(in: 0..<metadataEnd, using: &random)
                let extremes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
                for step in 0..<Int.random(in: 1...4, using: &random) where position + step < metadataEnd {
                    bytes[position + step] = extremes[Int.random(in: 0..<6, using: &random)]
                }
            }
            let head = Buffer(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            for bytes in [Buffer(bytes), head] {
                do {
                    _ = try ArrowStream().findMetadata(head: bytes.bytes, tail: RawSpan(), fileByteCount: nil)
                } catch {
                    failures += 1
                }
            }
        }
        #expect(failures > 0, "seed \(random.seed)")
    }
}
