public import S3DBCore

/// No compression (`none`): content as it is.
///
/// It cannot tell when a stream is cut off, and an empty input is a complete stream of nothing.
public struct Uncompressed: Codec {
    /// Makes the codec.
    public init() {}

    /// `none`.
    public var name: String { "none" }
    /// Files get no ending.
    public var fileExtension: String? { nil }
    /// There are no levels.
    public var levels: CodecLevels? { nil }
    /// UNCOMPRESSED.
    public var parquetCode: Int32? { 0 }
    /// Arrow has no number for it; bodies then name no codec.
    public var arrowBodyCode: Int8? { nil }
    /// Any bytes are pieces.
    public var hasIndependentPieces: Bool { true }
    /// No library.
    public var libraryVersion: String { "none" }

    /// Nothing.
    public func compressorByteCount(level: Int?, contentByteCount: Int) -> Int { 0 }

    /// Makes a compressor.
    public func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor {
        _ = try resolvedLevel(level)
        return Copier()
    }

    /// Makes a decompressor.
    public func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor {
        CopyingDecompressor(limits: limits)
    }
}

/// Copies.
private final class Copier: Compressor {
    func compress(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        output.append(content)
    }

    func compressBlock(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        output.append(content)
    }

    func update(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        output.append(content)
    }

    func finish(into output: inout BufferBuilder) throws(S3DBError) {}

    func begin(into output: inout BufferBuilder) throws(S3DBError) {}

    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest {
        output.append(content)
        return PieceDigest(contentByteCount: content.byteCount)
    }

    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError) {}
}

/// Copies, within the limits.
private final class CopyingDecompressor: Decompressor {
    private let limits: InflateLimits
    private var byteCount = 0

    init(limits: InflateLimits) {
        self.limits = limits
    }

    func decompress(_ input: RawSpan, into output: inout BufferBuilder, limit: Int) throws(S3DBError) -> Int {
        guard limit > 0 else { throw S3DBError(.invalidArgument, "the limit of a call must be positive") }
        let share = min(input.byteCount, limit)
        do {
            try limits.check(input: byteCount + share, output: byteCount + share)
        } catch {
            byteCount = 0
            throw error
        }
        output.append(input.extracting(first: share))
        byteCount += share
        return share
    }

    func finish() throws(S3DBError) {
        byteCount = 0
    }

    func decompressBlock(
        _ block: RawSpan, contentByteCount: Int, into output: inout BufferBuilder
    ) throws(S3DBError) {
        guard block.byteCount == contentByteCount else {
            throw S3DBError(
                .lengthMismatch, "the block has \(block.byteCount) bytes instead of \(contentByteCount)",
                at: .init(byteOffset: 0))
        }
        output.append(block)
    }
}
