import CLZ4
import S3DBCore

/// Writes LZ4 frames of independent blocks.
final class LZ4Compressor: Compressor {
    private var blocks: LZ4Blocks
    private var isStreaming = false
    /// Content of a stream that fills no block yet.
    private var pending = BufferBuilder()

    /// The highest bit of a block's size: the block holds content as it is.
    private static let storedFlag: UInt32 = 1 << 31
    /// Stands where a block's size would.
    private static let endMark: UInt32 = 0

    private static let blockByteCount = LZ4FrameHeader.maximumBlockByteCount

    init(level: Int) {
        blocks = LZ4Blocks(level: level)
    }

    func compress(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        LZ4FrameHeader.append(contentByteCount: content.byteCount, to: &output)
        appendBlocks(content, to: &output)
        output.appendLittleEndian(Self.endMark)
    }

    func compressBlock(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        guard content.byteCount <= LZ4Blocks.maximumContentByteCount else {
            throw S3DBError(
                .invalidArgument, "an LZ4 block holds at most \(LZ4Blocks.maximumContentByteCount) bytes")
        }
        try content.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
            let bound = Int(LZ4_compressBound(Int32(bytes.count)))
            try output.append(upTo: bound) { (room) throws(S3DBError) -> Int in
                let written = blocks.compress(bytes, into: room)
                guard written > 0 else { throw S3DBError(.codecFailure, "liblz4 cannot compress") }
                return written
            }
        }
    }

    func update(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming { startStream(into: &output) }
        var taken = 0
        if !pending.isEmpty {
            taken = min(Self.blockByteCount - pending.count, content.byteCount)
            pending.append(content.extracting(first: taken))
            guard pending.count == Self.blockByteCount else { return }
            appendPending(to: &output)
        }
        let whole = (content.byteCount - taken) / Self.blockByteCount * Self.blockByteCount
        appendBlocks(content.extracting(taken..<(taken + whole)), to: &output)
        pending.append(content.extracting(droppingFirst: taken + whole))
    }

    func finish(into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming { startStream(into: &output) }
        appendPending(to: &output)
        output.appendLittleEndian(Self.endMark)
        isStreaming = false
    }

    func begin(into output: inout BufferBuilder) throws(S3DBError) {
        LZ4FrameHeader.append(contentByteCount: nil, to: &output)
    }

    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest {
        appendBlocks(content, to: &output)
        return PieceDigest(contentByteCount: content.byteCount)
    }

    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError) {
        output.appendLittleEndian(Self.endMark)
    }
}

extension LZ4Compressor {
    private func startStream(into output: inout BufferBuilder) {
        pending.removeAll()
        LZ4FrameHeader.append(contentByteCount: nil, to: &output)
        isStreaming = true
    }

    private func appendPending(to output: inout BufferBuilder) {
        var content = BufferBuilder()
        swap(&content, &pending)
        appendBlocks(content.bytes, to: &output)
        content.removeAll()
        swap(&content, &pending)
    }

    /// Appends `content` in blocks of which all but the last are full.
    private func appendBlocks(_ content: RawSpan, to output: inout BufferBuilder) {
        content.withUnsafeBytes { bytes in
            var taken = 0
            while taken < bytes.count {
                let share = min(bytes.count - taken, Self.blockByteCount)
                appendBlock(UnsafeRawBufferPointer(rebasing: bytes[taken..<(taken + share)]), to: &output)
                taken += share
            }
        }
    }

    /// Appends a block's size and data, compressed where that is smaller.
    private func appendBlock(_ content: UnsafeRawBufferPointer, to output: inout BufferBuilder) {
        let sizeByteCount = MemoryLayout<UInt32>.size
        output.append(upTo: sizeByteCount + content.count) { room in
            let data = UnsafeMutableRawBufferPointer(rebasing: room[sizeByteCount...])
            let target = UnsafeMutableRawBufferPointer(rebasing: data[..<(content.count - 1)])
            let written = blocks.compress(content, into: target)
            let count = written > 0 ? written : content.count
            let size = UInt32(count) | (written > 0 ? 0 : Self.storedFlag)
            if written == 0 { data.copyMemory(from: content) }
            room.storeBytes(of: size.littleEndian, as: UInt32.self)
            return sizeByteCount + count
        }
    }
}
