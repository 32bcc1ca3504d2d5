import S3DBCore

/// Unpacks streams: it gathers a chunk, unpacks it whole, and hands its content out as it is asked for.
final class RunLengthDecompressor: Decompressor {
    private enum State {
        case magic
        case mark
        case chunkHead
        case chunk(contentByteCount: Int)
        case end
        case done
    }

    private let limits: InflateLimits
    private var state = State.magic
    /// The bytes of a part of the format that is not complete yet, and how many it takes.
    private var gathered = BufferBuilder()
    private var needed = RunLengthFormat.magic.count
    /// Content that is unpacked and not handed out.
    private var ready = Buffer()
    private var readyOffset = 0
    private var inputByteCount = 0
    private var outputByteCount = 0
    private var checksum: UInt32 = 0

    init(limits: InflateLimits) {
        self.limits = limits
    }

    func decompress(
        _ input: RawSpan, into output: inout BufferBuilder, limit: Int
    ) throws(S3DBError) -> Int {
        guard limit > 0 else { throw S3DBError(.invalidArgument, "a limit of \(limit) bytes") }
        do throws(S3DBError) {
            return try advance(input, into: &output, limit: limit)
        } catch {
            reset()
            throw error
        }
    }

    func finish() throws(S3DBError) {
        defer { reset() }
        if case .done = state { return }
        throw S3DBError(
            .truncatedStream, "the rlx stream stops before its end", remedy: "Fetch the file again",
            at: .init(byteOffset: inputByteCount))
    }

    private func reset() {
        state = .magic
        needed = RunLengthFormat.magic.count
        gathered.removeAll()
        ready = Buffer()
        readyOffset = 0
        inputByteCount = 0
        outputByteCount = 0
        checksum = 0
    }

    private func advance(
        _ input: RawSpan, into output: inout BufferBuilder, limit: Int
    ) throws(S3DBError) -> Int {
        var used = 0
        var room = limit
        while true {
            let taken = min(room, ready.count - readyOffset)
            output.append(ready.slice(readyOffset..<readyOffset + taken).bytes)
            readyOffset += taken
            room -= taken
            if room == 0 || used == input.byteCount { return used }
            if case .done = state { throw failure(.trailingGarbage, "bytes follow the end of the rlx stream") }
            let step = min(needed - gathered.count, input.byteCount - used)
            gathered.append(input.extracting(used..<used + step))
            used += step
            inputByteCount += step
            if gathered.count == needed { try takePart() }
        }
    }

    /// Takes the part of the format that is complete, and says what comes next.
    private func takePart() throws(S3DBError) {
        switch state {
        case .magic:
            guard gathered.bytes.elementsEqual(RunLengthFormat.magic) else {
                throw failure(.corruptStream, "it is no rlx stream")
            }
            expect(.mark, 1)
        case .mark:
            switch gathered.bytes.byte(at: 0) {
            case RunLengthFormat.chunkMark: expect(.chunkHead, 8)
            case RunLengthFormat.endMark: expect(.end, 12)
            default: throw failure(.corruptStream, "there is no such mark")
            }
        case .chunkHead:
            let contentByteCount = Int(gathered.bytes.littleEndian(at: 0, as: UInt32.self))
            let packedByteCount = Int(gathered.bytes.littleEndian(at: 4, as: UInt32.self))
            guard (1...RunLengthFormat.chunkByteCount).contains(contentByteCount),
                (2...RunLengthFormat.packedByteLimit).contains(packedByteCount)
            else { throw failure(.corruptStream, "a chunk's length is out of range") }
            expect(.chunk(contentByteCount: contentByteCount), packedByteCount)
        case .chunk(let contentByteCount):
            try limits.check(input: inputByteCount, output: outputByteCount + contentByteCount)
            try unpack(contentByteCount)
            expect(.mark, 1)
        case .end:
            guard gathered.bytes.littleEndian(at: 0, as: UInt32.self) == checksum else {
                throw failure(.checksumMismatch, "the content does not have the stream's checksum")
            }
            guard gathered.bytes.littleEndian(at: 4, as: UInt64.self) == UInt64(outputByteCount) else {
                throw failure(.lengthMismatch, "the content does not have the stream's length")
            }
            expect(.done, .max)
        case .done: break
        }
    }

    private func expect(_ state: State, _ byteCount: Int) {
        self.state = state
        needed = byteCount
        gathered.removeAll()
    }

    /// Unpacks what is gathered; all content before has been handed out.
    private func unpack(_ contentByteCount: Int) throws(S3DBError) {
        var content = BufferBuilder(capacity: contentByteCount)
        let isWhole = gathered.withUnsafeMutableBytes { packed in
            for index in packed.indices { packed[index] ^= RunLengthFormat.mask(index) }
            return Self.unpack(UnsafeRawBufferPointer(packed), into: &content, contentByteCount: contentByteCount)
        }
        guard isWhole else { throw failure(.corruptStream, "a chunk does not unpack to its length") }
        ready = content.freeze()
        readyOffset = 0
        outputByteCount += ready.count
        let before = checksum
        checksum = ready.withUnsafeBytes { RunLengthFormat.checksum(before, $0) }
    }

    private static func unpack(
        _ packed: UnsafeRawBufferPointer, into content: inout BufferBuilder, contentByteCount: Int
    ) -> Bool {
        var position = 0
        while position < packed.count {
            let control = Int(packed[position])
            let isRun = control >= 0x80
            let count = isRun ? control - 0x80 + RunLengthFormat.shortestRun : control + 1
            let end = position + 1 + (isRun ? 1 : count)
            guard end <= packed.count, content.count + count <= contentByteCount else { return false }
            if isRun {
                content.append(contentsOf: repeatElement(packed[position + 1], count: count))
            } else {
                content.appendUnsafe(UnsafeRawBufferPointer(rebasing: packed[position + 1..<end]))
            }
            position = end
        }
        return content.count == contentByteCount
    }

    private func failure(_ code: S3DBError.Code, _ message: String) -> S3DBError {
        S3DBError(code, message, remedy: "Write the file again", at: .init(byteOffset: inputByteCount))
    }
}

extension RawSpan {
    fileprivate func byte(at offset: Int) -> UInt8 {
        withUnsafeBytes { $0[offset] }
    }

    fileprivate func littleEndian<Word: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Word.Type) -> Word
    {
        withUnsafeBytes { Word(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }

    fileprivate func elementsEqual(_ bytes: [UInt8]) -> Bool {
        withUnsafeBytes { $0.elementsEqual(bytes) }
    }
}
