import Codecs
import S3DBCore

extension FuzzTarget {
    /// The decompressors, one target each.
    static let codecs: [FuzzTarget] = [Gzip(), Zstandard(), LZ4(), Snappy(), Brotli(), BZip2()].map(codec)

    private static func codec(_ codec: any Codec) -> FuzzTarget {
        FuzzTarget(
            name: "codec-\(codec.name)", inputByteLimit: 8 << 10,
            memory: MemoryBound(byteCount: CodecReading.memoryByteCount(codec.name), factor: 1024),
            seeds: { try CodecSeeds.of(codec) }, run: { CodecReading.run(codec, $0) })
    }
}

/// How streams are decompressed here.
enum CodecReading {
    static let limits = InflateLimits(ratio: 100, freeByteCount: 1 << 20, byteCount: 4 << 20)

    /// What a format's windows, and content up to the limits, may take.
    static func memoryByteCount(_ name: String) -> Int {
        // Windows: brotli's have 16 MiB, with a ring buffer of twice as much; zstd's what the decoder allows.
        name == "zst" ? 160 << 20 : name == "br" ? 64 << 20 : 32 << 20
    }

    static func run(_ codec: any Codec, _ stream: Buffer) {
        guard let decompressor = attempt({ () throws(S3DBError) in try codec.makeDecompressor(limits: limits) }) else {
            fatalError("there is no decompressor")
        }
        var choices = Choices(stream)
        let whole = content { (output: inout BufferBuilder) throws(S3DBError) in
            try decompressor.decompressAll(stream.bytes, into: &output)
        }
        // The same decompressor again: nothing of the stream before may be left.
        let ends = choices.cuts(stream.count)
        let step = choices.oneIn(2) ? choices.number(in: 1...9) : 1 << 16
        let pieces = content { (output: inout BufferBuilder) throws(S3DBError) in
            try feed(decompressor, stream, ends: ends, step: step, into: &output)
        }
        expectEqual(whole, pieces, "whole and in pieces cut at \(ends.prefix(50)), \(step) bytes at a time")
        guard codec.parquetCode != nil else { return }
        let claim = choices.oneIn(2) ? whole.bytes.count : choices.number(in: 0...100_000)
        let block = content { (output: inout BufferBuilder) throws(S3DBError) in
            try decompressor.decompressBlock(stream.bytes, contentByteCount: claim, into: &output)
        }
        if block.failure == nil && block.bytes.count != claim {
            fatalError("a block of \(claim) bytes gave \(block.bytes.count)")
        }
    }

    /// Decompresses a stream that comes in pieces.
    private static func feed(
        _ decompressor: any Decompressor, _ stream: Buffer, ends: [Int], step: Int, into output: inout BufferBuilder
    ) throws(S3DBError) {
        var start = 0
        for end in ends {
            while true {
                let before = output.count
                start += try decompressor.decompress(stream.slice(start..<end).bytes, into: &output, limit: step)
                if output.count - before > step {
                    fatalError("\(output.count - before) bytes where \(step) are the limit")
                }
                if output.count - before < step { break }
            }
            if start != end { fatalError("\(end - start) bytes were left though there was room") }
        }
        try decompressor.finish()
    }

    /// What came out, and the code and place of the error.
    private struct Content {
        var bytes: Buffer
        var failure: String?
    }

    private static func content(
        _ body: (inout BufferBuilder) throws(S3DBError) -> Void
    ) -> Content {
        var output = BufferBuilder()
        do throws(S3DBError) {
            try body(&output)
            return Content(bytes: output.freeze())
        } catch {
            if error.code == .codecFailure { fatalError("a library refused its arguments: \(error)") }
            _ = Outcome.text(of: error)
            return Content(bytes: output.freeze(), failure: "\(error.code)")
        }
    }

    /// Where a stream fails, how much content came before may depend on the room that there was; and where it is damaged
    /// more than once, so may which damage is met first.
    private static func expectEqual(_ first: Content, _ second: Content, _ difference: String) {
        let hasFailed = first.failure != nil
        let isEqual = hasFailed == (second.failure != nil) && (hasFailed || first.bytes == second.bytes)
        if !isEqual {
            fatalError(
                "\(difference): \(first.bytes.count) bytes, \(first.failure ?? "no error"); "
                    + "\(second.bytes.count) bytes, \(second.failure ?? "no error")")
        }
    }
}
