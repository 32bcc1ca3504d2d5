import Foundation
import S3DB
import Testing

/// An object that cannot be converted, and what is to be said of it.
struct BadInput: Sendable, CustomTestStringConvertible {
    /// What is wrong; also the dataset's name.
    let name: String
    /// The code of the error.
    let code: String
    var line: Int?
    var column: String?
    /// The stored bytes.
    let bytes: @Sendable () throws -> [UInt8]

    var testDescription: String { name }
    var dataset: String { "bad/\(name)" }

    init(_ name: String, _ code: String, stored bytes: @escaping @Sendable () throws -> [UInt8]) {
        self.name = name
        self.code = code
        self.bytes = bytes
    }

    /// Text that is stored in sound gzip.
    init(_ name: String, _ code: String, line: Int?, column: String? = nil, text: @escaping @Sendable () -> [UInt8]) {
        self.init(name, code) { try Self.gzip([(text(), 1)]) }
        self.line = line
        self.column = column
    }

    private static let header = "target_start,node,count,lmp\n"
    private static let start = Days.second.startSeconds

    /// The second day with good rows.
    private static func good() throws -> [UInt8] {
        try SmallLake.gzip(SmallLake.rows(day: Days.second))
    }

    /// One gzip member of blocks that are repeated.
    static func gzip(_ blocks: [(bytes: [UInt8], count: Int)]) throws -> [UInt8] {
        let compressor = try Registry.standard.codecs.named("gz").makeCompressor(level: 6)
        var output = BufferBuilder()
        try compressor.begin(into: &output)
        var digests: [PieceDigest] = []
        for block in blocks {
            var piece = BufferBuilder()
            let digest = try compressor.piece(block.bytes.span.bytes, into: &piece)
            let packed = piece.freeze()
            for _ in 0..<block.count {
                output.append(packed.bytes)
                digests.append(digest)
            }
        }
        try compressor.end(after: digests, into: &output)
        return output.freeze().withUnsafeBytes { Array($0) }
    }

    /// Bytes that do not compress.
    private static func junk(_ count: Int) -> [UInt8] {
        var generator = SeededJunk()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private struct SeededJunk: RandomNumberGenerator {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }

    private static func rows(_ lines: String...) -> [UInt8] {
        Array((header + lines.joined(separator: "\n") + "\n").utf8)
    }

    /// The table: one sort of badness each.
    static let all: [BadInput] = [
        BadInput("truncated", "truncated-stream") { try good().dropLast(20) },
        BadInput("truncated-trailer", "truncated-stream") { try good().dropLast(3) },
        BadInput("garbage-after", "trailing-garbage") { try good() + Array("garbage".utf8) },
        BadInput("wrong-crc", "checksum-mismatch") {
            var bytes = try good()
            bytes[bytes.count - 8] ^= 0xFF
            return bytes
        },
        BadInput("wrong-length", "length-mismatch") {
            var bytes = try good()
            bytes[bytes.count - 4] ^= 0x01
            return bytes
        },
        BadInput("bomb", "inflate-limit") { try gzip([([UInt8](repeating: 0, count: 64 << 20), 16)]) },
        BadInput("bomb-of-rows", "inflate-limit") {
            let row = Array("\(start),a,1,1.0\n".utf8)
            return try gzip([
                (Array(header.utf8), 1), ([UInt8]((0..<4096).flatMap { _ in row }), 64),
                ([UInt8](repeating: UInt8(ascii: "\n"), count: 16 << 20), 8),
            ])
        },
        BadInput("empty-object", "empty-object") { [] },
        BadInput("empty-text", "empty-object") { try gzip([([], 1)]) },
        BadInput("binary-junk", "corrupt-stream") { junk(10_000) },
        BadInput("plain-text", "corrupt-stream") { rows("\(start),a,1,1.0") },
        BadInput("duplicate-column", "duplicate-column", line: 1, column: "lmp") {
            Array("target_start,lmp,lmp\n\(start),1,2\n".utf8)
        },
        BadInput("empty-column", "empty-column-name", line: 1) {
            Array("target_start,,lmp\n\(start),1,2\n".utf8)
        },
        BadInput("no-time", "missing-column", line: nil) { Array("node,lmp\na,1\n".utf8) },
        BadInput("null-time", "null-value", line: 3, column: "target_start") {
            rows("\(start),a,1,1.0", ",a,1,1.0")
        },
        BadInput("integer-range", "value-misfit", line: 3, column: "count") {
            rows("\(start),a,1,1.0", "\(start),a,9223372036854775808,1.0", "\(start),a,x,1.0")
        },
        BadInput("not-a-number", "value-misfit", line: 2, column: "lmp") { rows("\(start),a,1,one") },
        BadInput("invalid-utf8", "invalid-utf8", line: 3, column: "node") {
            rows("\(start),a,1,1.0") + Array("\(start),".utf8) + [0xC3, 0x28] + Array(",1,1.0\n".utf8)
        },
        BadInput("open-quote", "open-quote", line: 3, column: "node") {
            rows("\(start),a,1,1.0", "\(start),\"a,1,1.0")
        },
        BadInput("stray-quote", "stray-quote", line: 2, column: "node") { rows("\(start),\"a\"b,1,1.0") },
        BadInput("ragged-row", "ragged-row", line: 3) { rows("\(start),a,1,1.0", "\(start),a,1") },
        BadInput("stray-cr", "stray-carriage-return", line: 2, column: "node") { rows("\(start),a\rb,1,1.0") },
        {
            var input = BadInput("huge-field", "limit-exceeded") {
                let letters = junk(1 << 20).map { UInt8(ascii: "a") + $0 % 16 }
                return try gzip([
                    (rows("\(start),a,1,1.0") + Array("\(start),".utf8), 1), (letters, 100),
                    (Array(",1,1.0\n".utf8), 1),
                ])
            }
            input.line = 3
            input.column = "node"
            return input
        }(),
        BadInput("many-columns", "limit-exceeded", line: 1) {
            let names = (0..<100_000).map { "c\($0)" }.joined(separator: ",")
            return Array("target_start,\(names)\n".utf8)
        },
    ]
}
