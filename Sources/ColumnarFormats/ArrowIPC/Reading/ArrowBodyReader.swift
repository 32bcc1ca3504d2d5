// Arrow's Message.fbs, `BodyCompression`: https://github.com/apache/arrow/blob/main/format/Message.fbs

import S3DBCore

/// Gives the buffers of a message's body, inflated where they are compressed.
struct ArrowBodyReader {
    /// How often buffers may overlap: a small body must not fill the time or, inflated, the memory.
    private static let overlapLimit = 4

    private let header: ArrowBatchHeader
    private let body: Buffer
    /// Where the body stands in the file.
    let byteOffset: Int
    private let decompressor: (any Decompressor)?
    private let limits: ArrowReadLimits
    private var bytesLeft: Int
    private var inflatedBytesLeft: Int

    init(
        _ header: ArrowBatchHeader, _ body: Buffer, byteOffset: Int, decompressor: (any Decompressor)?,
        limits: ArrowReadLimits
    ) {
        self.header = header
        self.body = body
        self.byteOffset = byteOffset
        self.decompressor = decompressor
        self.limits = limits
        bytesLeft = Self.product(body.count, Self.overlapLimit)
        inflatedBytesLeft = max(limits.freeByteCount, Self.product(body.count, limits.inflateRatio))
    }

    /// The buffer with a number.
    mutating func buffer(_ index: Int) throws(S3DBError) -> Buffer {
        let range = try header.buffer(index, bodyByteCount: body.count)
        bytesLeft -= range.count
        guard bytesLeft >= 0 else {
            throw S3DBError(.corruptFile, "the buffers of a batch overlap too often", at: location(range))
        }
        let stored = body.slice(range)
        guard let decompressor, !stored.isEmpty else { return stored }
        return try inflate(stored, by: decompressor, range)
    }

    /// Takes note of memory that the body does not fill itself.
    ///
    /// - Parameter byteCount: Its size; nil for more than can be counted.
    /// - Throws: ``S3DBError/Code/inflateLimit`` where the body does not justify so much.
    mutating func spend(_ byteCount: Int?, at location: S3DBError.Location) throws(S3DBError) {
        guard let byteCount, byteCount <= inflatedBytesLeft else {
            throw S3DBError(
                .inflateLimit, "a body of \(body.count) bytes inflates more than \(limits.inflateRatio) times",
                remedy: "If the data is genuine, raise the inflate ratio limit", at: location)
        }
        inflatedBytesLeft -= byteCount
    }

    /// What a buffer holds: its size in front, -1 where it stands as it is.
    private mutating func inflate(
        _ stored: Buffer, by decompressor: any Decompressor, _ range: Range<Int>
    ) throws(S3DBError) -> Buffer {
        guard stored.count >= 8 else {
            throw S3DBError(.corruptFile, "a compressed buffer of \(stored.count) bytes", at: location(range))
        }
        let claim = Int(
            Int64(littleEndian: stored.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 0, as: Int64.self) }))
        let content = stored.slice(8..<stored.count)
        if claim == -1 { return content }
        // One more byte is asked for below.
        guard claim >= 0, claim < Int.max else {
            throw S3DBError(.corruptFile, "a buffer of \(claim) bytes", at: location(range))
        }
        try spend(claim, at: location(range))
        do throws(S3DBError) {
            return try Self.inflate(content, byteCount: claim, by: decompressor)
        } catch {
            var error = error
            error.location.byteOffset = byteOffset + range.lowerBound + 8 + (error.location.byteOffset ?? 0)
            throw error
        }
    }

    private static func inflate(
        _ content: Buffer, byteCount: Int, by decompressor: any Decompressor
    ) throws(S3DBError) -> Buffer {
        // One byte more than there may be, so that too much content shows.
        var output = BufferBuilder(
            capacity: InflateLimits.reservation(for: byteCount + 1, from: content.count))
        _ = try decompressor.decompress(content.bytes, into: &output, limit: byteCount + 1)
        if output.count <= byteCount { try decompressor.finish() }
        guard output.count == byteCount else {
            throw S3DBError(.lengthMismatch, "a buffer does not hold the \(byteCount) bytes that it should")
        }
        return output.freeze()
    }

    private func location(_ range: Range<Int>) -> S3DBError.Location {
        .init(byteOffset: byteOffset + range.lowerBound)
    }

    private static func product(_ byteCount: Int, _ factor: Int) -> Int {
        let (product, overflow) = byteCount.multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
