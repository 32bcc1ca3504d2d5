import CSnappy
import S3DBCore

/// Decompresses snappy chunks. To ``MemberDecompressor`` each chunk is a member, so that a stream may end behind
/// any of them.
struct SnappyDecoder: MemberDecoder, ~Copyable {
    /// Whether the stream identifier, with which every stream begins, was seen.
    private var isIdentified = false
    /// Type and length, lowest byte first, as far as they are there.
    private var header: UInt32 = 0
    private var headerCount = 0
    /// How many bytes of the chunk are still to come.
    private var missing = 0
    /// The chunk so far, where the input has it in parts.
    private var chunk = BufferBuilder()
    /// Content that found no room, and how much of it is given out.
    private var content = BufferBuilder()
    private var given = 0

    init() throws(S3DBError) {}

    /// The three bytes of a copy with an offset of two make up to 64 (format_description.txt, "Copies").
    static var blockRatio: Int? { 22 }

    mutating func beginStream() {
        isIdentified = false
    }

    mutating func beginMember() throws(S3DBError) {
        header = 0
        headerCount = 0
        missing = 0
        chunk.removeAll()
        content.removeAll()
        given = 0
    }

    mutating func decode(_ step: inout DecodeStep) throws(S3DBError) -> Bool {
        if !content.isEmpty { return giveContent(&step) }
        while headerCount < SnappyChunk.headerByteCount {
            guard step.used < step.input.count else { return false }
            header |= UInt32(step.input[step.used]) << UInt32(8 * headerCount)
            headerCount += 1
            step.used += 1
            if headerCount == SnappyChunk.headerByteCount { try takeHeader() }
        }
        let kind = SnappyChunk.Kind(UInt8(truncatingIfNeeded: header))
        let share = min(missing, step.input.count - step.used)
        let data = UnsafeRawBufferPointer(rebasing: step.input[step.used..<(step.used + share)])
        step.used += share
        missing -= share
        if kind == .skippable { return missing == 0 }
        if missing == 0 && chunk.isEmpty { return try takeChunk(data, kind: kind, &step) }
        chunk.appendUnsafe(data)
        guard missing == 0 else { return false }
        let whole = chunk.freeze()
        return try whole.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) -> Bool in
            try takeChunk(bytes, kind: kind, &step)
        }
    }

    mutating func decodeBlock(
        _ block: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(S3DBError) -> Int {
        let count = try Self.contentByteCount(block)
        guard count == room.count else {
            throw S3DBError(.lengthMismatch, "the snappy block holds \(count) bytes instead of \(room.count)")
        }
        try Self.uncompress(block, into: room)
        return count
    }
}

extension SnappyDecoder {
    /// Checks type and length before any of the chunk's data is kept.
    private mutating func takeHeader() throws(S3DBError) {
        missing = Int(header >> 8)
        let kind = SnappyChunk.Kind(UInt8(truncatingIfNeeded: header))
        guard isIdentified || kind == .streamIdentifier else {
            throw S3DBError(
                .corruptStream, "the bytes are no snappy stream: they lack its identifier",
                remedy: "Check that the codec fits the object")
        }
        let allowed: ClosedRange<Int>
        switch kind {
        case .skippable: return
        case .unskippable: throw S3DBError(.corruptStream, "the snappy stream has a chunk of unknown type")
        case .streamIdentifier: allowed = 6...6
        case .compressed: allowed = 5...SnappyChunk.maximumDataByteCount
        case .stored:
            allowed = 4...(SnappyChunk.checksumByteCount + SnappyChunk.maximumContentByteCount)
        }
        guard allowed.contains(missing) else {
            throw S3DBError(.corruptStream, "a snappy chunk has \(missing) bytes, which its type cannot have")
        }
    }

    /// Decompresses a complete chunk, and returns whether all of its content is given out.
    private mutating func takeChunk(
        _ data: UnsafeRawBufferPointer, kind: SnappyChunk.Kind, _ step: inout DecodeStep
    ) throws(S3DBError) -> Bool {
        if kind == .streamIdentifier {
            guard data.elementsEqual(SnappyChunk.streamIdentifier[SnappyChunk.headerByteCount...]) else {
                throw S3DBError(.corruptStream, "the identifier of the snappy stream is damaged")
            }
            isIdentified = true
            return true
        }
        let checksum = UInt32(littleEndian: data.loadUnaligned(as: UInt32.self))
        let body = UnsafeRawBufferPointer(rebasing: data[SnappyChunk.checksumByteCount...])
        let count = kind == .stored ? body.count : try Self.contentByteCount(body)
        guard count <= SnappyChunk.maximumContentByteCount else {
            throw S3DBError(.corruptStream, "a snappy chunk claims to hold \(count) bytes, more than it may")
        }
        let room = step.free
        if count <= room.count {
            let target = UnsafeMutableRawBufferPointer(rebasing: room[..<count])
            try Self.unpack(body, kind: kind, checksum: checksum, into: target)
            step.written += count
            return true
        }
        try content.append(upTo: count) { (target) throws(S3DBError) -> Int in
            try Self.unpack(body, kind: kind, checksum: checksum, into: target)
            return count
        }
        return giveContent(&step)
    }

    /// Gives out content that had no room before, and returns whether that is all.
    private mutating func giveContent(_ step: inout DecodeStep) -> Bool {
        let room = step.free
        let share = min(room.count, content.count - given)
        content.bytes.withUnsafeBytes { bytes in
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[given..<(given + share)]))
        }
        given += share
        step.written += share
        return given == content.count
    }

    private static func unpack(
        _ body: UnsafeRawBufferPointer, kind: SnappyChunk.Kind, checksum: UInt32,
        into target: UnsafeMutableRawBufferPointer
    ) throws(S3DBError) {
        if kind == .stored {
            target.copyMemory(from: body)
        } else {
            try uncompress(body, into: target)
        }
        guard CRC32C.masked(UnsafeRawBufferPointer(target)) == checksum else {
            throw S3DBError(.checksumMismatch, "the CRC-32C of a snappy chunk disagrees with its content")
        }
    }

    /// What a block claims to hold.
    private static func contentByteCount(_ block: UnsafeRawBufferPointer) throws(S3DBError) -> Int {
        var count = 0
        let source = UnsafeRawPointer(block.address).assumingMemoryBound(to: CChar.self)
        guard snappy_uncompressed_length(source, block.count, &count) == SNAPPY_OK else {
            throw S3DBError(.corruptStream, "the length of a snappy block is damaged")
        }
        return count
    }

    /// Decompresses a block that claims to hold as many bytes as `room` has; libsnappy checks every copy against
    /// the claim.
    private static func uncompress(
        _ block: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(S3DBError) {
        var written = room.count
        let source = UnsafeRawPointer(block.address).assumingMemoryBound(to: CChar.self)
        let target = UnsafeMutableRawPointer(room.address).assumingMemoryBound(to: CChar.self)
        guard snappy_uncompress(source, block.count, target, &written) == SNAPPY_OK else {
            throw S3DBError(.corruptStream, "a snappy block is damaged")
        }
    }
}
