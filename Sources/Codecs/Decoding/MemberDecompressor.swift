import S3DBCore

/// Decompresses streams of members of any format: finds where members begin and end, hands the decoder memory at
/// the output's tail, keeps the limits and knows the offset of every error.
final class MemberDecompressor<Decoder: MemberDecoder & ~Copyable>: Decompressor {
    /// Where in a stream the input stands.
    private enum Place {
        /// Before the first member.
        case front
        /// In a member.
        case member
        /// Behind a complete member.
        case between
        /// In the zeros behind the last member.
        case padding
    }

    private var decoder: Decoder
    private let limits: InflateLimits

    private var place = Place.front
    /// The bytes that may be the front of a member, first byte lowest.
    private var prefix: UInt64 = 0
    private var prefixCount = 0
    /// Whether the decoder may have content that it had no room for.
    private var hasPending = false
    /// Compressed bytes taken since the stream began.
    private var inputByteCount = 0
    /// Content bytes given since the stream began.
    private var outputByteCount = 0

    init(limits: InflateLimits) throws(S3DBError) {
        decoder = try Decoder()
        self.limits = limits
    }

    func decompress(_ input: RawSpan, into output: inout BufferBuilder, limit: Int) throws(S3DBError) -> Int {
        guard limit > 0 else { throw S3DBError(.invalidArgument, "the limit of a call must be positive") }
        do throws(S3DBError) {
            return try input.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) -> Int in
                try advance(through: bytes, into: &output, limit: limit)
            }
        } catch {
            begin()
            throw error
        }
    }

    func finish() throws(S3DBError) {
        let isComplete = (place == .between && prefixCount == 0) || place == .padding
        let end = inputByteCount
        begin()
        guard isComplete else {
            throw S3DBError(
                .truncatedStream, "the compressed stream ends before its end",
                remedy: "Fetch the object again; it was cut off", at: .init(byteOffset: end))
        }
    }

    func decompressAll(_ stream: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        begin()
        var used = 0
        while true {
            let before = output.count
            used += try decompress(stream.extracting(droppingFirst: used), into: &output, limit: decodeRoomByteCount)
            if output.count - before < decodeRoomByteCount { break }
        }
        try finish()
    }

    func decompressBlock(
        _ block: RawSpan, contentByteCount: Int, into output: inout BufferBuilder
    ) throws(S3DBError) {
        begin()
        guard contentByteCount >= 0, contentByteCount < Int.max else { throw lengthMismatch(contentByteCount) }
        try limits.check(input: block.byteCount, output: contentByteCount)
        let before = output.count
        if let ratio = Decoder.blockRatio {
            // The room for a block is made before it is looked at.
            guard contentByteCount / ratio <= block.byteCount else { throw lengthMismatch(contentByteCount) }
            try decodeBlock(block, contentByteCount: contentByteCount, into: &output)
        } else {
            // One byte more than there may be, so that too much content shows.
            output.reserve(InflateLimits.reservation(for: contentByteCount + 1, from: block.byteCount))
            _ = try decompress(block, into: &output, limit: contentByteCount + 1)
            let isComplete = output.count - before <= contentByteCount
            if isComplete { try finish() } else { begin() }
        }
        guard output.count - before == contentByteCount else {
            output.truncate(to: before)
            throw lengthMismatch(contentByteCount)
        }
    }

    private func decodeBlock(
        _ block: RawSpan, contentByteCount: Int, into output: inout BufferBuilder
    ) throws(S3DBError) {
        try block.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
            try output.append(upTo: contentByteCount) { (room: UnsafeMutableRawBufferPointer) throws(S3DBError) in
                do throws(S3DBError) {
                    return try decoder.decodeBlock(bytes, into: room)
                } catch {
                    throw error.located(in: .init(byteOffset: 0))
                }
            }
        }
    }

    private func lengthMismatch(_ contentByteCount: Int) -> S3DBError {
        S3DBError(
            .lengthMismatch, "the block does not hold the \(contentByteCount) bytes that it should",
            at: .init(byteOffset: 0))
    }

    /// Makes ready for a new stream.
    private func begin() {
        place = .front
        prefix = 0
        prefixCount = 0
        hasPending = false
        inputByteCount = 0
        outputByteCount = 0
        decoder.beginStream()
    }
}

/// The room that a decoder is given at a time, in bytes: content beyond the limits is never more than this.
let decodeRoomByteCount = 1 << 20

extension MemberDecompressor where Decoder: ~Copyable {
    /// Takes input until it is used up or `limit` bytes are appended, and returns how much is taken.
    private func advance(
        through input: UnsafeRawBufferPointer, into output: inout BufferBuilder, limit: Int
    ) throws(S3DBError) -> Int {
        var used = 0
        var grown = 0
        while true {
            if place != .member {
                used += try findMember(UnsafeRawBufferPointer(rebasing: input[used...]))
                if place != .member { return used }
            }
            if grown == limit || (used == input.count && !hasPending) { return used }
            let unread = UnsafeRawBufferPointer(rebasing: input[used...])
            let before = output.count
            let taken = try decode(unread, into: &output, roomByteCount: min(limit - grown, decodeRoomByteCount))
            used += taken
            grown += output.count - before
            try limits.check(input: inputByteCount, output: outputByteCount)
            if taken == 0 && output.count == before && place == .member && used < input.count {
                throw S3DBError(
                    .corruptStream, "the decoder makes no progress", at: .init(byteOffset: inputByteCount))
            }
        }
    }

    /// Lets the decoder make a step, and returns how much input it takes.
    private func decode(
        _ input: UnsafeRawBufferPointer, into output: inout BufferBuilder, roomByteCount: Int
    ) throws(S3DBError) -> Int {
        var taken = 0
        try output.append(upTo: roomByteCount) { (room: UnsafeMutableRawBufferPointer) throws(S3DBError) -> Int in
            var step = DecodeStep(input: input, room: room)
            let isComplete: Bool
            do throws(S3DBError) {
                isComplete = try decoder.decode(&step)
            } catch {
                throw error.located(in: .init(byteOffset: inputByteCount + step.used))
            }
            taken = step.used
            hasPending = step.written == room.count && !isComplete
            if isComplete { place = .between }
            inputByteCount += taken
            outputByteCount += step.written
            return step.written
        }
        return taken
    }

    /// Takes bytes until they tell that a member begins, and returns how many.
    private func findMember(_ input: UnsafeRawBufferPointer) throws(S3DBError) -> Int {
        var used = 0
        while used < input.count {
            if prefixCount == 0 && place != .front {
                guard Decoder.isConcatenable else { throw trailingGarbage() }
                if Decoder.hasZeroPadding && input[used] == 0 { place = .padding }
                if place == .padding {
                    guard input[used] == 0 else { throw trailingGarbage() }
                    used += 1
                    inputByteCount += 1
                    continue
                }
            }
            if prefixCount < Decoder.startByteCount {
                prefix |= UInt64(input[used]) << UInt64(8 * prefixCount)
                prefixCount += 1
                guard Decoder.canStart(prefix, count: prefixCount) else { throw notAMember() }
                used += 1
                inputByteCount += 1
            }
            if prefixCount == Decoder.startByteCount {
                try beginMember()
                break
            }
        }
        return used
    }

    /// Hands the decoder the bytes by which the member was recognised.
    private func beginMember() throws(S3DBError) {
        do throws(S3DBError) {
            try decoder.beginMember()
            place = .member
            hasPending = false
            guard prefixCount > 0 else { return }
            try withUnsafeBytes(of: prefix.littleEndian) { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
                let front = UnsafeRawBufferPointer(rebasing: bytes[..<prefixCount])
                let nowhere = UnsafeMutableRawBufferPointer(start: front.mutableAddress, count: 0)
                var step = DecodeStep(input: front, room: nowhere)
                let isComplete = try decoder.decode(&step)
                guard !isComplete && step.used == prefixCount else {
                    throw S3DBError(.corruptStream, "the front of a member is damaged")
                }
            }
        } catch {
            throw error.located(in: .init(byteOffset: inputByteCount - prefixCount))
        }
        prefix = 0
        prefixCount = 0
    }

    private func notAMember() -> S3DBError {
        if place == .between { return trailingGarbage() }
        return S3DBError(
            .corruptStream, "the bytes are not of the format that the codec reads",
            remedy: "Check that the codec fits the object", at: .init(byteOffset: 0))
    }

    private func trailingGarbage() -> S3DBError {
        let offset = inputByteCount - max(prefixCount - 1, 0)
        return S3DBError(
            .trailingGarbage, "bytes that are no further member follow the compressed stream",
            at: .init(byteOffset: offset))
    }
}
