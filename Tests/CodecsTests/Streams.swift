import Codecs
import Foundation
import S3DBCore
import TestSupport

/// Every codec of the module, for parameterised tests.
enum Sample {
    static let codecs: [any Codec] = [Brotli(), BZip2(), Gzip(), LZ4(), Zstandard(), Snappy(), Uncompressed()]

    static let names = codecs.map(\.name)

    static func codec(_ name: String) throws -> any Codec {
        var registry = Registry()
        try registry.registerCodecs()
        return try registry.codecs.named(name)
    }

    /// Lines of numbers, as data in files is.
    static func text(_ byteCount: Int, seed: UInt64 = 7) -> Buffer {
        var random = SeededGenerator(seed: seed)
        var builder = BufferBuilder()
        while builder.count < byteCount {
            builder.append(contentsOf: "1577836800,NODE_\(random.next() % 9),\(random.next() % 1000).25\r\n".utf8)
        }
        builder.truncate(to: byteCount)
        return builder.freeze()
    }

    /// Bytes that no codec makes smaller.
    static func noise(_ byteCount: Int, seed: UInt64 = 7) -> Buffer {
        var random = SeededGenerator(seed: seed)
        return Buffer((0..<byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }

    /// Empty, short, compressible and not, several blocks of most formats, and both kinds in one.
    static let contents: [Buffer] = {
        var mixed = BufferBuilder()
        mixed.append(contentsOf: text(100_000))
        mixed.append(contentsOf: noise(100_000))
        return [Buffer(), Buffer("a".utf8), text(300_000), noise(70_000), mixed.freeze()]
    }()
}

/// The three forms of a stream.
enum Form: String, CaseIterable {
    case whole, streaming, pieces

    func stream(of content: Buffer, by codec: any Codec, level: Int? = nil) throws -> Buffer {
        let compressor = try codec.makeCompressor(level: level)
        var output = BufferBuilder()
        let parts = stride(from: 0, to: content.count, by: 90_001).map {
            content.slice($0..<min($0 + 90_001, content.count))
        }
        switch self {
        case .whole:
            try compressor.compress(content.bytes, into: &output)
        case .streaming:
            for part in parts { try compressor.update(part.bytes, into: &output) }
            try compressor.finish(into: &output)
        case .pieces:
            try compressor.begin(into: &output)
            var digests: [PieceDigest] = []
            for part in parts { digests.append(try compressor.piece(part.bytes, into: &output)) }
            try compressor.end(after: digests, into: &output)
        }
        return output.freeze()
    }
}

/// The code that `body` throws, or nil.
func code(_ body: () throws(S3DBError) -> Void) -> S3DBError.Code? {
    do throws(S3DBError) {
        try body()
    } catch {
        return error.code
    }
    return nil
}

func compressed(_ content: Buffer, by codec: any Codec) throws(S3DBError) -> Buffer {
    try codec.compress(content.bytes)
}

func decompressed(
    _ stream: Buffer, by codec: any Codec, limits: InflateLimits = InflateLimits()
) throws(S3DBError) -> Buffer {
    try codec.decompress(stream.bytes, limits: limits)
}

/// The code of what decompressing `stream` throws, or nil.
func refusal(_ stream: Buffer, by codec: any Codec, limits: InflateLimits = InflateLimits()) -> S3DBError.Code? {
    code { () throws(S3DBError) in _ = try codec.decompress(stream.bytes, limits: limits) }
}

func joined(_ buffers: Buffer...) -> Buffer {
    var output = BufferBuilder()
    for buffer in buffers { output.append(contentsOf: buffer) }
    return output.freeze()
}
