// Arrow Columnar Format, "Encapsulated message format", "IPC Streaming Format" and "IPC File Format".

import S3DBCore

/// Goes through a stream from message to message, and adds up the rows of its record batches; bodies are passed over.
///
/// In the file format, a stream stands behind a magic number and in front of a footer, which is passed over too.
final class ArrowRowCounter: RowCounter {
    /// Slots of `table Message` and `table RecordBatch` (Message.fbs).
    private enum Slot {
        static let bodyByteCount = 3
        static let rowCount = 0
    }

    /// What a file begins with, padded to 8 bytes, and ends with.
    private static let magic = Array("ARROW1".utf8)

    /// What is at hand of the prefix and metadata of a message; behind the end of a file's stream, its last bytes.
    private var pending = BufferBuilder()
    /// The bytes of a body that are still to come.
    private(set) var passableByteCount = 0
    private var byteCount = 0
    private var rowCount = 0
    private var isFile = false
    private var isEnded = false

    func take(_ bytes: RawSpan) throws(S3DBError) {
        var position = 0
        while position < bytes.byteCount {
            if isEnded { return try takeFooter(bytes.extracting(droppingFirst: position)) }
            let passed = min(passableByteCount, bytes.byteCount - position)
            pass(passed)
            position += passed
            guard position < bytes.byteCount else { return }
            let taken = min(try wantedByteCount() - pending.count, bytes.byteCount - position)
            pending.append(bytes.extracting(position..<position + taken))
            position += taken
            if pending.count == (try wantedByteCount()) { try takeMessage() }
        }
    }

    func pass(_ byteCount: Int) {
        passableByteCount -= byteCount
        self.byteCount += byteCount
    }

    func finish() throws(S3DBError) -> Int? {
        let tail = pending.freeze()
        guard isEnded, !isFile || tail.elementsEqual(Self.magic) else {
            throw S3DBError(
                .truncatedStream, isEnded ? "the file does not end with its magic bytes" : "the stream has no end mark",
                remedy: "Make the file anew", at: .init(byteOffset: byteCount + (isEnded ? 0 : tail.count)))
        }
        return rowCount
    }

    /// Takes what follows the end of the stream: in a file all but the last bytes are passed over.
    private func takeFooter(_ bytes: RawSpan) throws(S3DBError) {
        guard isFile else {
            throw S3DBError(.corruptFile, "bytes follow the end of the stream", at: .init(byteOffset: byteCount))
        }
        byteCount += bytes.byteCount
        pending.append(bytes.extracting(last: Self.magic.count))
        pending.removeFirst(max(0, pending.count - Self.magic.count))
    }

    /// How many bytes prefix and metadata have, as far as that is known. Before format version 0.15 there was no
    /// continuation mark in front of the length.
    private func wantedByteCount() throws(S3DBError) -> Int {
        guard pending.count >= 4 else { return 4 }
        if try isMagic() { return 8 }
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

    /// Reads the message whose metadata is at hand whole.
    private func takeMessage() throws(S3DBError) {
        if try isMagic() {
            isFile = true
            byteCount = pending.count
            pending.removeAll()
            return
        }
        let prefix = reader(0..<min(pending.count, ArrowMessage.prefixByteCount))
        let start = try prefix.integer(at: 0, as: UInt32.self) == ArrowMessage.continuation ? 8 : 4
        let metadata = reader(start..<pending.count)
        pending.removeAll()
        byteCount = metadata.byteOffset + metadata.bytes.count
        if metadata.bytes.isEmpty {
            isEnded = true
            return
        }
        let message = try metadata.root()
        let body: Int64 = try message.integer(Slot.bodyByteCount, standard: 0)
        guard body >= 0, let bodyByteCount = Int(exactly: body) else {
            throw metadata.corrupt("its body would have \(body) bytes", at: message.position)
        }
        passableByteCount = bodyByteCount
        let type: Int8 = try message.integer(ArrowMessage.Slot.headerType, standard: 0)
        guard type == ArrowMessage.Header.recordBatch.rawValue else { return }
        guard let batch = try message.table(ArrowMessage.Slot.header) else {
            throw metadata.corrupt("a record batch has no header", at: message.position)
        }
        let rows: Int64 = try batch.integer(Slot.rowCount, standard: 0)
        let (sum, isOverflow) = rowCount.addingReportingOverflow(Int(clamping: rows))
        guard rows >= 0, !isOverflow else {
            throw metadata.corrupt("a record batch would have \(rows) rows", at: batch.position)
        }
        rowCount = sum
    }

    /// Reads the bytes at hand at `range`.
    private func reader(_ range: Range<Int>) -> FlatBufferReader {
        FlatBufferReader(
            bytes: Buffer(copying: pending.bytes.extracting(range)), byteOffset: byteCount + range.lowerBound)
    }
}
