#if FastInflate
import CISAL
import S3DBCore

/// Inflates gzip members with ISA-L: header by zlib, blocks by ISA-L, trailer here, so that each fault has its own error.
struct FastGzipDecoder: MemberDecoder, ~Copyable {
    /// What of a member is next.
    private enum Part {
        case header
        case blocks
        /// CRC-32 and ISIZE, of which so many bytes are known.
        case trailer(UInt64, byteCount: Int)
    }

    private let state: UnsafeMutablePointer<inflate_state>
    private var header: GzipHeaderReader
    private var part = Part.header
    private var contentByteCount = 0

    /// CRC-32 and ISIZE (RFC 1952, 2.3.1).
    private static let trailerByteCount = 8

    init() throws(S3DBError) {
        header = try GzipHeaderReader()
        state = .allocate(capacity: 1)
        isal_inflate_init(state)
    }

    deinit {
        state.deallocate()
    }

    static var startByteCount: Int { GzipDecoder.startByteCount }
    static var hasZeroPadding: Bool { GzipDecoder.hasZeroPadding }

    static func canStart(_ prefix: UInt64, count: Int) -> Bool { GzipDecoder.canStart(prefix, count: count) }

    mutating func beginMember() throws(S3DBError) {
        header.reset()
        isal_inflate_reset(state)
        state.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR)
        part = .header
        contentByteCount = 0
    }

    mutating func decode(_ step: inout DecodeStep) throws(S3DBError) -> Bool {
        if case .header = part {
            while step.used < step.input.count {
                guard try header.read(&step) else { continue }
                part = .blocks
                break
            }
        }
        if case .blocks = part { try inflateBlocks(&step) }
        if case .trailer(var trailer, var byteCount) = part {
            while byteCount < Self.trailerByteCount, step.used < step.input.count {
                trailer |= UInt64(step.input[step.used]) << UInt64(8 * byteCount)
                byteCount += 1
                step.used += 1
            }
            part = .trailer(trailer, byteCount: byteCount)
            guard byteCount == Self.trailerByteCount else { return false }
            try check(trailer)
            return true
        }
        return false
    }

    /// Inflates until the last block has ended, the input is used up, or the room.
    private mutating func inflateBlocks(_ step: inout DecodeStep) throws(S3DBError) {
        while true {
            let input = step.unread
            let room = step.free
            // ISA-L counts in 32 bits.
            let inputCount = min(input.count, 1 << 30)
            let roomCount = min(room.count, 1 << 30)
            state.pointee.next_in = input.mutableAddress
            state.pointee.avail_in = UInt32(inputCount)
            state.pointee.next_out = room.address
            state.pointee.avail_out = UInt32(roomCount)
            let status = isal_inflate(state)
            let taken = inputCount - Int(state.pointee.avail_in)
            let written = roomCount - Int(state.pointee.avail_out)
            step.used += taken
            step.written += written
            contentByteCount += written
            guard status == ISAL_DECOMP_OK else { throw failure(status) }
            if state.pointee.block_state == ISAL_BLOCK_FINISH {
                part = unreadTrailer()
                return
            }
            if step.used == step.input.count || step.written == step.room.count || taken + written == 0 { return }
        }
    }

    /// What ISA-L has read behind the last block: fewer bytes than the trailer has, or all of it.
    private func unreadTrailer() -> Part {
        let bitCount = Int(state.pointee.read_in_length)
        let byteCount = min(max(0, bitCount / 8), Self.trailerByteCount)
        let bytes = byteCount == 0 ? 0 : state.pointee.read_in >> UInt64(bitCount % 8)
        let known = byteCount == 8 ? bytes : bytes & (UInt64(1) << UInt64(8 * byteCount) - 1)
        return .trailer(known, byteCount: byteCount)
    }

    private func check(_ trailer: UInt64) throws(S3DBError) {
        guard UInt32(truncatingIfNeeded: trailer) == state.pointee.crc else { throw gzipChecksumMismatch }
        guard UInt32(truncatingIfNeeded: trailer >> 32) == UInt32(truncatingIfNeeded: contentByteCount) else {
            throw gzipLengthMismatch
        }
    }

    private func failure(_ status: Int32) -> S3DBError {
        let problem =
            switch status {
            case ISAL_INVALID_BLOCK: "invalid block"
            case ISAL_INVALID_SYMBOL: "invalid symbol"
            case ISAL_INVALID_LOOKBACK: "invalid distance too far back"
            default: "ISA-L says \(status)"
            }
        return S3DBError(.corruptStream, "the gzip stream is damaged: \(problem)")
    }
}
#endif
