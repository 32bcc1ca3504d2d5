import CSnappy
import S3DBCore

/// Writes snappy chunks behind a stream identifier.
final class SnappyCompressor: Compressor {
    private var isStreaming = false
    /// Content of a stream that fills no chunk yet.
    private var pending = BufferBuilder()

    private static let chunkByteCount = SnappyChunk.maximumContentByteCount

    func compress(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        output.append(contentsOf: SnappyChunk.streamIdentifier)
        try appendChunks(content, to: &output)
    }

    func compressBlock(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        // A block's length is 32 bits wide (format_description.txt, section 1).
        guard content.byteCount <= UInt32.max else {
            throw S3DBError(.invalidArgument, "a snappy block holds at most \(UInt32.max) bytes")
        }
        try content.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
            try output.append(upTo: snappy_max_compressed_length(bytes.count)) { (room) throws(S3DBError) -> Int in
                try Self.compress(bytes, into: room)
            }
        }
    }

    func update(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming { startStream(into: &output) }
        var taken = 0
        if !pending.isEmpty {
            taken = min(Self.chunkByteCount - pending.count, content.byteCount)
            pending.append(content.extracting(first: taken))
            guard pending.count == Self.chunkByteCount else { return }
            try appendPending(to: &output)
        }
        let whole = (content.byteCount - taken) / Self.chunkByteCount * Self.chunkByteCount
        try appendChunks(content.extracting(taken..<(taken + whole)), to: &output)
        pending.append(content.extracting(droppingFirst: taken + whole))
    }

    func finish(into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming { startStream(into: &output) }
        isStreaming = false
        try appendPending(to: &output)
    }

    func begin(into output: inout BufferBuilder) throws(S3DBError) {
        output.append(contentsOf: SnappyChunk.streamIdentifier)
    }

    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest {
        try appendChunks(content, to: &output)
        return PieceDigest(contentByteCount: content.byteCount)
    }

    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError) {}
}

extension SnappyCompressor {
    private func startStream(into output: inout BufferBuilder) {
        pending.removeAll()
        output.append(contentsOf: SnappyChunk.streamIdentifier)
        isStreaming = true
    }

    private func appendPending(to output: inout BufferBuilder) throws(S3DBError) {
        var content = BufferBuilder()
        swap(&content, &pending)
        try appendChunks(content.bytes, to: &output)
        content.removeAll()
        swap(&content, &pending)
    }

    /// Appends `content` in chunks of which all but the last are full.
    private func appendChunks(_ content: RawSpan, to output: inout BufferBuilder) throws(S3DBError) {
        try content.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
            var taken = 0
            while taken < bytes.count {
                let share = min(bytes.count - taken, Self.chunkByteCount)
                try Self.appendChunk(UnsafeRawBufferPointer(rebasing: bytes[taken..<(taken + share)]), to: &output)
                taken += share
            }
        }
    }

    /// Appends a chunk, compressed where that saves an eighth.
    private static func appendChunk(
        _ content: UnsafeRawBufferPointer, to output: inout BufferBuilder
    ) throws(S3DBError) {
        let frontByteCount = SnappyChunk.headerByteCount + SnappyChunk.checksumByteCount
        let bound = frontByteCount + snappy_max_compressed_length(content.count)
        try output.append(upTo: bound) { (room) throws(S3DBError) -> Int in
            let data = UnsafeMutableRawBufferPointer(rebasing: room[frontByteCount...])
            var count = try compress(content, into: data)
            let isStored = count > content.count - content.count / 8
            if isStored {
                data.copyMemory(from: content)
                count = content.count
            }
            let type: UInt32 = isStored ? 0x01 : 0x00
            let length = UInt32(SnappyChunk.checksumByteCount + count)
            room.storeBytes(of: (length << 8 | type).littleEndian, as: UInt32.self)
            room.storeBytes(
                of: CRC32C.masked(content).littleEndian, toByteOffset: SnappyChunk.headerByteCount, as: UInt32.self)
            return frontByteCount + count
        }
    }

    private static func compress(
        _ content: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(S3DBError) -> Int {
        var written = room.count
        let source = UnsafeRawPointer(content.address).assumingMemoryBound(to: CChar.self)
        let target = UnsafeMutableRawPointer(room.address).assumingMemoryBound(to: CChar.self)
        guard snappy_compress(source, content.count, target, &written) == SNAPPY_OK else {
            throw S3DBError(.codecFailure, "libsnappy cannot compress")
        }
        return written
    }
}
