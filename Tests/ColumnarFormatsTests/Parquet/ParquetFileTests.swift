import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Metadata is found in files of any writer, and bytes that lie about themselves are errors.
@Suite struct ParquetFileTests {
    private func file(inside: Bool = false, _ metadata: KeyValueMetadata) throws -> [UInt8] {
        let batch = try RecordBatch([NamedColumn("number", [Int64(1), 2, 3])])
        let target = SinkTarget(schema: batch.schema, isInsideOuterCodec: inside)
        let section = try ParquetFixture.section([batch], target: target)
        return try ParquetFixture.file([section], target: target, metadata: metadata)
    }

    private func find(head: [UInt8] = [], tail: [UInt8] = [], size: Int?) throws -> MetadataLookup {
        try Parquet().findMetadata(head: head.span.bytes, tail: tail.span.bytes, fileByteCount: size)
    }

    private let pairs: KeyValueMetadata = [("first", "1"), ("second", "zwei 🚀"), ("third", "")]

    private func expectPairs(_ lookup: MetadataLookup) {
        guard case .found(let found) = lookup else {
            Issue.record("not found: \(lookup)")
            return
        }
        #expect(found.map(\.key) == pairs.map(\.key))
        #expect(found.map(\.value) == pairs.map(\.value))
    }

    @Test func theTailIsAskedForUntilItHoldsTheFooter() throws {
        let file = try file(pairs)
        guard case .needsTail(8) = try find(size: file.count) else {
            Issue.record("the length was not asked for")
            return
        }
        guard case .needsTail(let count) = try find(tail: file.suffix(8), size: file.count) else {
            Issue.record("the footer was not asked for")
            return
        }
        expectPairs(try find(tail: file.suffix(count), size: file.count))
        expectPairs(try find(tail: file, size: file.count))
    }

    @Test func theHeadHasTheMetadataInsideAnOuterCodec() throws {
        let file = try file(inside: true, pairs)
        var needed = 0
        for _ in 0..<4 {
            let lookup = try find(head: Array(file.prefix(needed)), size: nil)
            guard case .needsHead(let count) = lookup else { break }
            #expect(count > needed)
            needed = count
        }
        expectPairs(try find(head: Array(file.prefix(needed)), size: nil))
        guard case .found(let none) = try find(head: Array(self.file(pairs).prefix(64)), size: nil) else {
            Issue.record("a file without block should have no metadata")
            return
        }
        #expect(none.isEmpty)
    }

    @Test(.needsPython) func metadataOfOtherWriters() throws {
        let directory = try TemporaryDirectory()
        let path = directory.url.appending(path: "theirs.parquet")
        try Python.run(
            """
            import sys, pyarrow as pa, pyarrow.parquet as pq
            table = pa.table({f'column{n}': pa.array([1, None, n]) for n in range(40)})
            with pq.ParquetWriter(sys.argv[1], table.schema, write_page_index=True, store_schema=False) as writer:
                writer.write_table(table)
                writer.add_key_value_metadata({'first': '1', 'second': 'zwei 🚀', 'third': ''})
            """, [path.path])
        let bytes = Array(try Data(contentsOf: path))
        expectPairs(try find(tail: bytes, size: bytes.count))
    }

    @Test(arguments: [
        ("short", 11, [UInt8]("xxxPAR1".utf8)), ("other", 100, [UInt8](repeating: 7, count: 100)),
        ("encrypted", 100, [UInt8]("\0\0\0\0PARE".utf8)),
        ("long footer", 100, [0xFF, 0xFF, 0xFF, 0x7F] + Array("PAR1".utf8)),
        ("longest footer", 1 << 40, [0xFF, 0xFF, 0xFF, 0xFF] + Array("PAR1".utf8)),
    ])
    func aForgedTailIsAnError(_ name: String, size: Int, tail: [UInt8]) {
        #expect(throws: S3DBError.self, "\(name)") { try find(tail: tail, size: size) }
    }

    @Test func nestingWithoutEndIsAnError() {
        for byte: UInt8 in [0x1C, 0x19, 0x1B] {
            let body = [UInt8](repeating: byte, count: 100_000)
            let tail = body + [0xA0, 0x86, 0x01, 0x00] + Array("PAR1".utf8)
            #expect(throws: S3DBError.self) { try find(tail: tail, size: tail.count + 4) }
        }
    }

    /// Whatever is damaged, there is an answer or an error, and no trap.
    @Test func damageNeverTraps() throws {
        var random = SeededGenerator.fresh()
        let whole = try file(pairs)
        let block = try file(inside: true, pairs)
        let footer = Int(whole[whole.count - 8]) | Int(whole[whole.count - 7]) << 8
        for cut in 0...whole.count { _ = try? find(tail: Array(whole.suffix(cut)), size: whole.count) }
        for cut in 0...block.count { _ = try? find(head: Array(block.prefix(cut)), size: nil) }
        for _ in 0..<3000 {
            var tail = whole
            var head = block
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                tail[tail.count - Int.random(in: 5...footer + 8, using: &random)] = .random(in: 0...255, using: &random)
                head[Int.random(in: 4..<100, using: &random)] = .random(in: 0...255, using: &random)
            }
            _ = try? find(tail: tail, size: tail.count)
            _ = try? find(head: head, size: nil)
        }
    }

    @Test(.needsConformance("parquet")) func othersFilesGiveAnAnswerOrAnError() throws {
        let root = Requirement.conformance("parquet")
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        var count = 0
        for case let url as URL in files where url.pathExtension == "parquet" {
            let bytes = Array(try Data(contentsOf: url))
            let isBad = url.path.contains("bad_data")
            let lookup = try? find(tail: bytes, size: bytes.count)
            if !isBad && !url.path.contains("encrypt") { #expect(lookup != nil, "\(url.lastPathComponent)") }
            count += 1
        }
        #expect(count > 20)
    }
}
