// Arrow Columnar Format, "Encapsulated message format", "IPC Streaming Format" and "IPC File Format".

import S3DBCore

/// Goes through a stream from message to message; bodies are passed over. One owner at a time.
///
/// In the file format, a stream stands behind a magic number and in front of a footer, which is passed over too.
final class ArrowMessageScanner {
    /// A message without its body.
    struct Message {
        /// Where it begins.
        var byteOffset: Int
        /// Its metadata.
        var metadata: FlatBufferReader
        /// The bytes of its body.
        var bodyByteCount: Int

        /// Where its body begins.
        var bodyOffset: Int { metadata.byteOffset + metadata.bytes.count }
    }

    /// What is at hand of the prefix and metadata of a message; behind the end of a file's stream, its last bytes.
    private var pending = BufferBuilder()
    /// The bytes of a body that are still to come.
    private var bodyByteCount = 0
    /// Where in a body integers stand that are wanted; see ``look(at:)``.
    private var wanted: ArraySlice<Int> = []
    /// What is at hand of the next of them.
    private var integer = BufferBuilder()
    /// Those that have come since they were taken last.
    private var found: [Int64] = []
    private var byteCount = 0
    /// Whether what is scanned is a file.
    private(set) var isFile = false
    private var isEnded = false

    /// Takes the next bytes, cut anywhere, and shows each message whose metadata is complete, before its body.
    func take(_ bytes: RawSpan, _ body: (Message) throws(S3DBError) -> Void) throws(S3DBError) {
        var position = 0
        while position < bytes.byteCount {
            if isEnded { return try takeFooter(bytes.extracting(droppingFirst: position)) }
            let passed = min(passableByteCount, bytes.byteCount - position)
            pass(passed)
            position += passed
            guard position < bytes.byteCount else { return }
            if bodyByteCount > 0 {
                position += takeInteger(bytes.extracting(droppingFirst: position))
                continue
            }
            let taken = min(try wantedByteCount() - pending.count, bytes.byteCount - position)
            pending.append(bytes.extracting(position..<position + taken))
            position += taken
            if pending.count == (try wantedByteCount()), let message = try takeMessage() { try body(message) }
        }
    }

    /// How many of the next bytes tell nothing and need not be shown.
    var passableByteCount: Int {
        guard let next = wanted.first else { return bodyByteCount }
        return integer.isEmpty ? min(bodyByteCount, max(0, next - byteCount)) : 0
    }

    /// Passes over so many bytes, no more than ``passableByteCount``.
    func pass(_ byteCount: Int) {
        bodyByteCount -= byteCount
        self.byteCount += byteCount
    }

    // MARK: Integers in bodies

    /// Asks for the 64-bit integers at some places of the body whose message is being shown; ascending, none overlaps
    /// another or leaves the body.
    func look(at offsets: [Int]) {
        wanted = offsets[...]
    }

    /// The integers that have come, in their order; then none.
    func takeIntegers() -> [Int64] {
        defer { found = [] }
        return found
    }

    /// Takes what there is of the next integer, and returns how many bytes that is.
    private func takeInteger(_ bytes: RawSpan) -> Int {
        let size = MemoryLayout<Int64>.size
        let count = min(size - integer.count, bytes.byteCount, bodyByteCount)
        integer.append(bytes.extracting(first: count))
        bodyByteCount -= count
        byteCount += count
        if integer.count == size {
            let value = integer.freeze().withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
            found.append(Int64(littleEndian: value))
            wanted.removeFirst()
        } else if bodyByteCount == 0 {
            integer.removeAll()
            wanted = []
        }
        return count
    }

    // MARK: Messages

    /// Says that the bytes have ended.
    func finish() throws(S3DBError) {
        let tail = pending.freeze()
        guard isEnded, !isFile || tail.elementsEqual(ArrowFooter.magic) else {
            throw S3DBError(
                .truncatedStream, isEnded ? "the file does not end with its magic bytes" : "the stream has no end mark",
                remedy: "Make the file anew", at: .init(byteOffset: byteCount + (isEnded ? 0 : tail.count)))
        }
    }

    /// Says that the bytes have ended, where a stream need not have an end mark.
    func finishMessage() throws(S3DBError) {
        guard pending.isEmpty, bodyByteCount == 0 else {
            throw S3DBError(
                .truncatedStream, "the stream ends within a message", remedy: "Fetch it again; it was cut off",
                at: .init(byteOffset: byteCount + pending.count))
        }
    }

    /// Takes what follows the end of the stream: in a file all but the last bytes are passed over.
    private func takeFooter(_ bytes: RawSpan) throws(S3DBError) {
        guard isFile else {
            throw S3DBError(.corruptFile, "bytes follow the end of the stream", at: .init(byteOffset: byteCount))
        }
        byteCount += bytes.byteCount
        pending.append(bytes.extracting(last: ArrowFooter.magic.count))
        pending.removeFirst(max(0, pending.count - ArrowFooter.magic.count))
    }

    /// How many bytes prefix and metadata have, as far as that is known. Before format version 0.15 there was no
    /// continuation mark in front of the length.
    private func wantedByteCount() throws(S3DBError) -> Int {
        guard pending.count >= 4 else { return 4 }
        if try isMagic() { return ArrowFooter.headByteCount }
        let prefix = reader(0..<min(pending.count, ArrowMessage.prefixByteCount))
        let hasMark = try prefix.integer(at: 0, as: UInt32.self) == ArrowMessage.continuation
        if hasMark && pending.count < 8 { return 8 }
        let length = try prefix.integer(at: hasMark ? 4 : 0, as: Int32.self)
        guard length >= 0, length <= ArrowSchemaMessage.byteLimit else {
            throw prefix.corrupt("it would have \(length) bytes", at: 0)
        }
        return (hasMark ? 8 : 4) + Int(length)
    }

    /// The first four of the magic bytes, which as the length of a message are beyond all limits.
    private static let magicWord: UInt32 = 0x4F52_5241

    /// Whether what is at hand, of four bytes at least, begins as a file does.
    private func isMagic() throws(S3DBError) -> Bool {
        guard byteCount == 0, !isFile else { return false }
        return try reader(0..<4).integer(at: 0, as: UInt32.self) == Self.magicWord
    }

    /// Reads the message whose metadata is at hand whole; nil for magic bytes and the end of the stream.
    private func takeMessage() throws(S3DBError) -> Message? {
        if try isMagic() {
            isFile = true
            byteCount = pending.count
            pending.removeAll()
            return nil
        }
        let start = byteCount
        let prefix = reader(0..<min(pending.count, ArrowMessage.prefixByteCount))
        let prefixByteCount = try prefix.integer(at: 0, as: UInt32.self) == ArrowMessage.continuation ? 8 : 4
        let metadata = reader(prefixByteCount..<pending.count)
        pending.removeAll()
        byteCount = metadata.byteOffset + metadata.bytes.count
        if metadata.bytes.isEmpty {
            isEnded = true
            return nil
        }
        let message = try metadata.root()
        let body: Int64 = try message.integer(ArrowMessage.Slot.bodyByteCount, standard: 0)
        guard body >= 0, let bodyByteCount = Int(exactly: body) else {
            throw metadata.corrupt("its body would have \(body) bytes", at: message.position)
        }
        self.bodyByteCount = bodyByteCount
        wanted = []
        return Message(byteOffset: start, metadata: metadata, bodyByteCount: bodyByteCount)
    }

    /// Reads the bytes at hand at `range`.
    private func reader(_ range: Range<Int>) -> FlatBufferReader {
        FlatBufferReader(
            bytes: Buffer(copying: pending.bytes.extracting(range)), byteOffset: byteCount + range.lowerBound)
    }
}
