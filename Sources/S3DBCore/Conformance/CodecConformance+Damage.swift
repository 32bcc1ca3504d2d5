extension CodecConformance {
    /// Every cut of a whole stream is refused, or gives less content in formats that may end in several places;
    /// a missing last byte is always refused.
    func checkTruncation() throws(S3DBError) {
        guard try !isIdentity else { return }
        let content = ConformanceContent.text(200_000, seed: seed)
        let stream = try codec.compress(content.bytes)
        let decompressor = try codec.makeDecompressor(limits: InflateLimits())
        var cuts = Array(0..<min(64, stream.count)) + Array(max(0, stream.count - 64)..<stream.count)
        cuts += stride(from: 0, to: stream.count, by: max(1, stream.count / 64))
        for cut in cuts {
            var output = BufferBuilder()
            do throws(S3DBError) {
                try decompressor.decompressAll(stream.slice(0..<cut).bytes, into: &output)
            } catch {
                if error.code == .truncatedStream { continue }
                throw S3DBError(
                    .nonconforming, "a stream cut at \(cut) of \(stream.count) bytes is refused with another error",
                    cause: error)
            }
            let back = output.freeze()
            try expect(
                cut > 0 && cut < stream.count - 1 && back.count < content.count
                    && back == content.slice(0..<back.count),
                "a stream cut at \(cut) of \(stream.count) bytes is refused, or gives the front of its content")
        }
        var output = BufferBuilder()
        try decompressor.decompressAll(stream.bytes, into: &output)
        try expect(output.freeze() == content, "a decompressor works again after errors")
    }

    func checkTrailingGarbage() throws(S3DBError) {
        guard try !isIdentity else { return }
        let whole = try codec.compress(ConformanceContent.text(1000, seed: seed).bytes)
        var stream = BufferBuilder()
        stream.append(whole.bytes)
        stream.append(contentsOf: "\u{1}garbage that is no member".utf8)
        let bytes = stream.freeze()
        try expect([.trailingGarbage, .corruptStream], "garbage behind a stream") { () throws(S3DBError) in
            _ = try codec.decompress(bytes.bytes)
        }
    }

    func checkLimits() throws(S3DBError) {
        let content = ConformanceContent.zeros(4 << 20)
        let stream = try codec.compress(content.bytes)
        try expectLimit(InflateLimits(ratio: .max, freeByteCount: 1 << 16, byteCount: 1 << 20), on: stream)
        guard stream.count < content.count / 8 else { return }
        try expectLimit(InflateLimits(ratio: 2, freeByteCount: 1 << 16, byteCount: 1 << 40), on: stream)
    }

    /// Throws unless `stream` is refused, with an output that did not grow much beyond 1 MiB.
    private func expectLimit(_ limits: InflateLimits, on stream: Buffer) throws(S3DBError) {
        let decompressor = try codec.makeDecompressor(limits: limits)
        var output = BufferBuilder()
        try expect([.inflateLimit], "content beyond the limits in one call") { () throws(S3DBError) in
            try decompressor.decompressAll(stream.bytes, into: &output)
        }
        try expect(output.count <= 3 << 20, "decompression stops at the limits")
        try expect([.inflateLimit], "content beyond the limits in steps") { () throws(S3DBError) in
            var used = 0
            while true {
                output.removeAll()
                used += try decompressor.decompress(
                    stream.slice(used..<stream.count).bytes, into: &output, limit: 1 << 16)
                if output.count < 1 << 16 { break }
            }
            try decompressor.finish()
        }
    }
}
