import Codecs
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Other projects' streams, good and bad.
@Suite(.needsConformance("codec")) struct ConformanceDataTests {
    private static func file(_ path: String) throws -> Buffer {
        Buffer(try Data(contentsOf: Requirement.conformance("codec").appending(path: path)))
    }

    private static func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Requirement.conformance("codec/\(folder)").path)
            .filter { $0.hasSuffix(".zst") }.map { "\(folder)/\($0)" }.sorted()
    }

    @Test(.needsPython) func goldenFrames() throws {
        let files = try Self.files(in: "tests/golden-decompression")
        #expect(files.count >= 4)
        let directory = try TemporaryDirectory()
        for (index, path) in files.enumerated() {
            guard let content = try Self.contentOfGolden(path) else { continue }
            let ours = try directory.write(content, to: "\(index)")
            let script = #"""
                import sys, zstandard
                reader = zstandard.ZstdDecompressor().stream_reader(open(sys.argv[1], 'rb'), read_across_frames=True)
                assert reader.read() == open(sys.argv[2], 'rb').read()
                """#
            try Python.run(script, [Requirement.conformance("codec").appending(path: path).path, ours.path])
        }
    }

    /// The content of a good frame, or nil where the installed libzstd is known to fail.
    private static func contentOfGolden(_ path: String) throws -> Buffer? {
        let stream = try file(path)
        var content: Buffer?
        try withKnownIssue("\(firstStrict) is the first that accepts a sequence count of 0 in two bytes") {
            content = try decompressed(stream, by: Zstandard(), limits: InflateLimits(ratio: .max))
        } when: {
            !isStrict && path.hasSuffix("zeroSeq_2B.zst")
        }
        return content
    }

    /// A version that keeps to the letter of the format; 1.5.4 accepts some streams that it should refuse.
    private static let firstStrict = "libzstd 1.5.7"

    private static var isStrict: Bool {
        Zstandard().libraryVersion.compare(firstStrict, options: .numeric) != .orderedAscending
    }

    @Test func goldenErrors() throws {
        let files = try Self.files(in: "tests/golden-decompression-errors")
        #expect(files.count >= 3)
        for path in files {
            let stream = try Self.file(path)
            withKnownIssue("\(Self.firstStrict) is the first that refuses it") {
                let refusal = refusal(stream, by: Zstandard(), limits: InflateLimits(ratio: .max))
                #expect(refusal != nil && refusal != .codecFailure, "\(path)")
            } when: {
                !Self.isStrict
            }
        }
    }

    @Test(arguments: 1...3) func badSnappyBlocks(_ number: Int) throws {
        let block = try Self.file("snappy/testdata/baddata\(number).snappy")
        let decompressor = try Snappy().makeDecompressor(limits: InflateLimits(ratio: .max))
        // The lengths that the blocks claim in their first bytes, and others.
        var claim = 0
        for (index, byte) in block.prefix(5).enumerated() {
            claim |= Int(byte & 0x7F) << (7 * index)
            if byte < 0x80 { break }
        }
        for count in [0, 1, 100, claim] where count < 1 << 27 {
            let refusal = code { () throws(S3DBError) in
                var output = BufferBuilder()
                try decompressor.decompressBlock(block.bytes, contentByteCount: count, into: &output)
            }
            #expect(refusal == .corruptStream || refusal == .lengthMismatch, "claim \(count)")
        }
        #expect(refusal(block, by: Snappy()) == .corruptStream)
    }

    @Test(.needsPython) func alice() throws {
        let path = "snappy/testdata/alice29.txt"
        let content = try Self.file(path)
        let directory = try TemporaryDirectory()
        for codec in Sample.codecs {
            let stream = try compressed(content, by: codec)
            #expect(try decompressed(stream, by: codec) == content)
            try directory.write(stream, to: codec.name)
        }
        let script = #"""
            import sys, cramjam
            want = open(sys.argv[1], 'rb').read()
            for name, codec in (('br', cramjam.brotli), ('bz2', cramjam.bzip2), ('gz', cramjam.gzip),
                                ('lz4', cramjam.lz4), ('zst', cramjam.zstd), ('sz', cramjam.snappy)):
                assert bytes(codec.decompress(open(sys.argv[2] + '/' + name, 'rb').read())) == want, name
            """#
        let source = Requirement.conformance("codec").appending(path: path)
        try Python.run(script, [source.path, directory.url.path])
    }

    @Test func emptyBrotli() throws {
        let stream = try Self.file("brotli/tests/testdata/empty.compressed")
        #expect(try decompressed(stream, by: Brotli()).isEmpty)
    }
}
