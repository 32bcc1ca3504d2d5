// The plugin protocols of compression.
//
// A codec shows a stream in three ways, all of the same format, that of the files that carry its extension:
//
//   whole      compress(_:into:)                        one call, one frame that names its content size
//   streaming  update(_:into:)* finish(into:)           any chunking, content size unknown
//   pieces     begin(into:) piece(_:into:)* end(...)    each piece compressed alone, on any thread, by any
//                                                       compressor of the same codec and level; put in any
//                                                       order between begin and end they are one valid stream
//
//   begin   | piece | piece | piece | end
//   gz      | full-flushed blocks of one member | last block, combined CRC, length
//   zst bz2 | whole frames, nothing before and nothing after
//   lz4     | independent blocks of one frame   | end mark
//   sz      | chunks behind one stream identifier
//   br      | meta-blocks that refer to nothing before them, behind a first piece of at least a window
//
// Pieces are what makes a section of a file independent of its neighbours; see `ColumnarSink`.

/// A compression format that files and pages can be written in.
///
/// Implementations are small values; what is expensive lives in the compressors and decompressors that they make
/// and that their owners reuse. Check an implementation with ``CodecConformance``.
public protocol Codec: Sendable {
    /// The name in specs, command lines and registries, such as `zst`.
    var name: String { get }

    /// What a compressed file's name ends with, without the dot; nil adds nothing.
    var fileExtension: String? { get }

    /// The levels that may be asked for, or nil where there are none.
    var levels: CodecLevels? { get }

    /// The number in Parquet's `CompressionCodec` (parquet.thrift) for pages in ``Compressor/compressBlock(_:into:)``
    /// form, or nil where Parquet has no such codec.
    var parquetCode: Int32? { get }

    /// The number in Arrow's `CompressionType` (Message.fbs) for buffers in ``Compressor/compress(_:into:)`` form,
    /// or nil where Arrow has no such codec.
    var arrowBodyCode: Int8? { get }

    /// Whether pieces can be compressed independently of one another.
    var hasIndependentPieces: Bool { get }

    /// The bytes of content that the first piece behind a begin must have for the others to be independent; 0 by default.
    ///
    /// That piece stays first, and is made by the compressor that began.
    var pieceHeadByteCount: Int { get }

    /// Bytes that hold no content, for between two pieces: every reader of the format passes over them.
    ///
    /// - Returns: nil where the format has none of that size.
    func filler(byteCount: Int) -> Buffer?

    /// The name and version of the library that does the work, such as `libzstd 1.5.4`; outputs are byte-identical
    /// only under equal versions.
    var libraryVersion: String { get }

    /// The bytes of native memory that a compressor needs at `level` for pieces of at most `contentByteCount`.
    func compressorByteCount(level: Int?, contentByteCount: Int) -> Int

    /// Makes a compressor. `level` nil means the default.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for a level out of range.
    func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor

    /// Makes a decompressor that stops at the limits.
    func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor
}

/// The range of a codec's levels.
public struct CodecLevels: Hashable, Sendable {
    /// From the fastest to the smallest.
    public let range: ClosedRange<Int>
    /// What stands for no level.
    public let standard: Int

    /// Makes a range with its default. Traps when the default lies outside.
    public init(_ range: ClosedRange<Int>, standard: Int) {
        precondition(range.contains(standard), "default outside the range")
        self.range = range
        self.standard = standard
    }
}

extension Codec {
    /// The first piece is like all others.
    public var pieceHeadByteCount: Int { 0 }

    /// Every byte holds content.
    public func filler(byteCount: Int) -> Buffer? { nil }

    /// `level`, or the default for nil; nil for a codec without levels.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` when out of range, or when the codec has no levels.
    public func resolvedLevel(_ level: Int?) throws(S3DBError) -> Int? {
        guard let level else { return levels?.standard }
        guard let levels else {
            throw S3DBError(.invalidSpec, "codec \(name) has no levels", remedy: "Leave the level out")
        }
        guard levels.range.contains(level) else {
            let range = levels.range
            let nearest = min(max(level, range.lowerBound), range.upperBound)
            throw S3DBError(
                .invalidSpec, "level \(level) is out of range for codec \(name)",
                remedy: "Levels go from \(range.lowerBound) to \(range.upperBound); the nearest is \(nearest)")
        }
        return level
    }

    /// `content` as one complete stream. For single calls; keep a compressor for many.
    public func compress(_ content: RawSpan, level: Int? = nil) throws(S3DBError) -> Buffer {
        var output = BufferBuilder()
        try makeCompressor(level: level).compress(content, into: &output)
        return output.freeze()
    }

    /// The content of a complete stream. For single calls; keep a decompressor for many.
    public func decompress(_ stream: RawSpan, limits: InflateLimits = InflateLimits()) throws(S3DBError) -> Buffer {
        var output = BufferBuilder()
        try makeDecompressor(limits: limits).decompressAll(stream, into: &output)
        return output.freeze()
    }
}

/// Compresses, reusing its native context from call to call. One owner at a time.
public protocol Compressor: AnyObject {
    /// Appends `content` as one complete stream: a single frame, member or stream that names its content size where
    /// the format can.
    func compress(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError)

    /// Appends `content` in the form that Parquet's pages have under ``Codec/parquetCode``: for most codecs that
    /// of ``compress(_:into:)``, for snappy and LZ4 a raw block.
    func compressBlock(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError)

    /// Takes more content of a stream, and appends what is ready of it; the first call starts the stream.
    func update(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError)

    /// Appends the rest of the stream that ``update(_:into:)`` started, or an empty stream; the next update starts
    /// a new one.
    func finish(into output: inout BufferBuilder) throws(S3DBError)

    /// Appends what stands before the first piece.
    func begin(into output: inout BufferBuilder) throws(S3DBError)

    /// Appends `content` as one piece. Independent of every call before, except when the codec has no independent
    /// pieces: then pieces must be made in order by one compressor, between one begin and one end.
    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest

    /// Appends what stands behind the last piece, given the digests of all pieces in their order.
    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError)
}

/// What the end of a stream must know of a piece.
public struct PieceDigest: Hashable, Sendable {
    /// The bytes of the piece before compression.
    public var contentByteCount: Int
    /// The codec's checksum over them, where the end of its stream carries one; 0 elsewhere.
    public var checksum: UInt32

    /// Makes a digest.
    public init(contentByteCount: Int, checksum: UInt32 = 0) {
        self.contentByteCount = contentByteCount
        self.checksum = checksum
    }
}

/// Decompresses, reusing its native context from call to call. One owner at a time.
///
/// Several members, frames or streams that follow one another read as one (gzip, zstd, bzip2, LZ4, snappy
/// framing); zero bytes behind the last gzip member are padding.
public protocol Decompressor: AnyObject {
    /// Decompresses from the front of `input` until it is used up or `output` has grown by `limit` bytes, which
    /// must be positive, and returns how many bytes of `input` are used.
    ///
    /// Where `output` grew by less than `limit`, all of `input` is used and more is needed.
    ///
    /// - Throws: ``S3DBError/Code/corruptStream``, ``S3DBError/Code/checksumMismatch``,
    ///   ``S3DBError/Code/lengthMismatch``, ``S3DBError/Code/trailingGarbage`` or ``S3DBError/Code/inflateLimit``,
    ///   at the byte offset in the compressed stream.
    func decompress(_ input: RawSpan, into output: inout BufferBuilder, limit: Int) throws(S3DBError) -> Int

    /// Says that the input is at its end, and makes the decompressor ready for a new stream.
    ///
    /// - Throws: ``S3DBError/Code/truncatedStream`` when the stream is not complete.
    func finish() throws(S3DBError)

    /// Decompresses one complete stream.
    func decompressAll(_ stream: RawSpan, into output: inout BufferBuilder) throws(S3DBError)

    /// Decompresses a page body of exactly `contentByteCount` bytes, the inverse of
    /// ``Compressor/compressBlock(_:into:)``.
    func decompressBlock(_ block: RawSpan, contentByteCount: Int, into output: inout BufferBuilder) throws(S3DBError)
}

extension Decompressor {
    /// Decompresses one complete stream through ``decompress(_:into:limit:)``.
    public func decompressAll(_ stream: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        let step = 1 << 20
        var used = 0
        while true {
            let before = output.count
            used += try decompress(stream.extracting(droppingFirst: used), into: &output, limit: step)
            if output.count - before < step { break }
        }
        try finish()
    }
}

/// How far input may inflate before it counts as hostile.
public struct InflateLimits: Hashable, Sendable {
    /// Output bytes allowed for one input byte, once ``freeByteCount`` bytes are out. Real S3DB days reach 350:1,
    /// deflate's maximum is 1,029:1.
    public var ratio: Int
    /// Output bytes before the ratio counts.
    public var freeByteCount: Int
    /// Output bytes in all.
    public var byteCount: Int

    /// Makes limits; the defaults suit S3DB days.
    public init(ratio: Int = 700, freeByteCount: Int = 16 << 20, byteCount: Int = 64 << 30) {
        self.ratio = ratio
        self.freeByteCount = freeByteCount
        self.byteCount = byteCount
    }

    /// Throws when `output` bytes out of `input` bytes are too many.
    @inline(__always)
    public func check(input: Int, output: Int) throws(S3DBError) {
        if output <= freeByteCount && output <= byteCount { return }
        try checkSlow(input: input, output: output)
    }

    private func checkSlow(input: Int, output: Int) throws(S3DBError) {
        if output > byteCount {
            throw S3DBError(
                .inflateLimit, "the stream inflates beyond \(byteCount) bytes",
                remedy: "If the data is genuine, raise the inflated size limit", at: .init(byteOffset: input))
        }
        let (allowed, overflow) = input.multipliedReportingOverflow(by: ratio)
        if !overflow && output > max(allowed, freeByteCount) {
            throw S3DBError(
                .inflateLimit, "the stream inflates more than \(ratio) times",
                remedy: "If the data is genuine, raise the inflate ratio limit", at: .init(byteOffset: input))
        }
    }
}
