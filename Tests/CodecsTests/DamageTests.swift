import Codecs
import S3DBCore
import TestSupport
import Testing

/// Which error tells of which damage.
@Suite struct DamageTests {
    static let compressing = Sample.names.filter { $0 != "none" }
    /// The formats that end in one place only.
    static let selfDelimiting = compressing.filter { $0 != "sz" }

    @Test(arguments: selfDelimiting) func everyCutIsTruncation(_ name: String) throws {
        let codec = try Sample.codec(name)
        let stream = try compressed(Sample.text(5000), by: codec)
        for cut in 0..<stream.count {
            #expect(refusal(stream.slice(0..<cut), by: codec) == .truncatedStream, "cut at \(cut)")
        }
    }

    @Test func snappyEndsOnlyBetweenChunks() throws {
        let content = Sample.text(100_000)
        let stream = try compressed(content, by: Snappy())
        let firstChunk = stream.slice(11..<14).reversed().reduce(0) { $0 << 8 | Int($1) }
        for cut in 0..<stream.count {
            let isBetween = cut == 10 || cut == 14 + firstChunk
            #expect(
                refusal(stream.slice(0..<cut), by: Snappy()) == (isBetween ? nil : .truncatedStream), "cut at \(cut)")
        }
    }

    @Test(arguments: selfDelimiting) func garbageIsTrailing(_ name: String) throws {
        let codec = try Sample.codec(name)
        let stream = try compressed(Sample.text(5000), by: codec)
        let garbage = joined(stream, Buffer("garbage".utf8))
        #expect(refusal(garbage, by: codec) == .trailingGarbage)
        do throws(S3DBError) {
            _ = try codec.decompress(garbage.bytes)
        } catch {
            #expect(error.location.byteOffset == stream.count)
        }
    }

    @Test(arguments: compressing.filter { $0 != "br" }) func garbageAloneIsCorrupt(_ name: String) throws {
        let garbage = Buffer(repeatElement(UInt8(0x3F), count: 50))
        #expect(refusal(garbage, by: try Sample.codec(name)) == .corruptStream)
    }

    /// Brotli has no magic number; these bits ask for a window that the format reserves.
    @Test func reservedBrotliWindowIsCorrupt() throws {
        #expect(refusal(Buffer([0x11, 0x3F, 0x3F]), by: Brotli()) == .corruptStream)
    }

    @Test func gzipTrailer() throws {
        let stream = try compressed(Sample.text(5000), by: Gzip())
        #expect(refusal(flipped(stream, at: stream.count - 8), by: Gzip()) == .checksumMismatch)
        #expect(refusal(flipped(stream, at: stream.count - 1), by: Gzip()) == .lengthMismatch)
        let zeros = Buffer(repeatElement(UInt8(0), count: 700))
        #expect(refusal(joined(stream, zeros), by: Gzip()) == nil)
        #expect(refusal(joined(stream, zeros, stream), by: Gzip()) == .trailingGarbage)
        #expect(refusal(joined(stream, stream.slice(0..<2)), by: Gzip()) == .truncatedStream)
    }

    @Test func checksums() throws {
        let content = Sample.noise(5000)
        let zst = try compressed(content, by: Zstandard())
        #expect(refusal(flipped(zst, at: zst.count - 1), by: Zstandard()) == .checksumMismatch)
        let sz = try compressed(content, by: Snappy())
        #expect(refusal(flipped(sz, at: sz.count - 1), by: Snappy()) == .checksumMismatch)
        let bz2 = try compressed(content, by: BZip2())
        // Magic number and level, then the block's magic number and its CRC.
        #expect(refusal(flipped(bz2, at: 11), by: BZip2()) == .checksumMismatch)
        #expect(refusal(flipped(bz2, at: bz2.count - 3), by: BZip2()) == .checksumMismatch)
        let lz4 = try compressed(content, by: LZ4())
        #expect(refusal(flipped(lz4, at: 14), by: LZ4()) == .checksumMismatch)
    }

    /// Any bytes give an error or a result, never a crash.
    @Test(arguments: Sample.names) func flippedBits(_ name: String) throws {
        let codec = try Sample.codec(name)
        var random = SeededGenerator.fresh()
        let seed = random.seed
        let limits = InflateLimits(ratio: 2000, freeByteCount: 1 << 20, byteCount: 1 << 23)
        let decompressor = try codec.makeDecompressor(limits: limits)
        for form in Form.allCases {
            let stream = try Array(form.stream(of: Sample.text(20_000, seed: seed), by: codec))
            for _ in 0..<(Requirement.isFull ? 5000 : 150) {
                var damaged = stream
                for _ in 0...Int.random(in: 0...2, using: &random) {
                    let index = Int.random(in: 0..<damaged.count, using: &random)
                    damaged[index] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
                }
                var output = BufferBuilder()
                let bytes = Buffer(damaged)
                let refusal = code { () throws(S3DBError) in
                    try decompressor.decompressAll(bytes.bytes, into: &output)
                }
                #expect(refusal != .codecFailure, "seed \(seed)")
                guard codec.parquetCode != nil else { continue }
                let claim = Int.random(in: 0...100_000, using: &random)
                _ = code { () throws(S3DBError) in
                    try decompressor.decompressBlock(bytes.bytes, contentByteCount: claim, into: &output)
                }
            }
        }
        let content = Sample.text(20_000)
        let stream = try compressed(content, by: codec)
        var output = BufferBuilder()
        try decompressor.decompressAll(stream.bytes, into: &output)
        #expect(output.freeze() == content)
    }

    @Test func hostileWindowIsRefused() throws {
        // A frame of unknown size whose window descriptor asks for 2^41 bytes.
        let frame = Buffer([0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xF8, 0x01, 0x00, 0x00])
        #expect(refusal(frame, by: Zstandard()) == .inflateLimit)
    }

    @Test func hostileBlockClaims() throws {
        // A snappy block that claims 4 GiB, as a page that claims to hold as much and one that does not.
        let block = Buffer([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00])
        for (claim, expected) in [(Int(UInt32.max), S3DBError.Code.inflateLimit), (10, .lengthMismatch)] {
            let decompressor = try Snappy().makeDecompressor(limits: InflateLimits())
            let refusal = code { () throws(S3DBError) in
                var output = BufferBuilder()
                try decompressor.decompressBlock(block.bytes, contentByteCount: claim, into: &output)
            }
            #expect(refusal == expected)
        }
    }

    /// A page that claims to hold much costs its maker nothing: memory comes with content.
    @Test(arguments: ["gz", "zst", "br", "sz", "lz4"]) func claimsReserveLittle(_ name: String) throws {
        let codec = try Sample.codec(name)
        let compressor = try codec.makeCompressor(level: nil)
        var block = BufferBuilder()
        try compressor.compressBlock(Sample.text(100).bytes, into: &block)
        let page = block.freeze()
        let limits = InflateLimits(ratio: .max, freeByteCount: .max, byteCount: .max)
        let decompressor = try codec.makeDecompressor(limits: limits)
        for claim in [1 << 34, Int.max - 1, .max] {
            var output = BufferBuilder()
            let refusal = code { () throws(S3DBError) in
                try decompressor.decompressBlock(page.bytes, contentByteCount: claim, into: &output)
            }
            #expect(refusal == .lengthMismatch)
            #expect(output.capacity <= 2 << 20, "\(claim)")
        }
        // What is likely enough, and what is not but true.
        let zeros = Buffer(repeatElement(UInt8(0), count: 3 << 20))
        var large = BufferBuilder()
        try compressor.compressBlock(zeros.bytes, into: &large)
        let whole = large.freeze()
        var output = BufferBuilder()
        try decompressor.decompressBlock(whole.bytes, contentByteCount: zeros.count, into: &output)
        #expect(output.freeze() == zeros)
    }

    private func flipped(_ stream: Buffer, at index: Int) -> Buffer {
        var bytes = Array(stream)
        bytes[index] ^= 1
        return Buffer(bytes)
    }
}
