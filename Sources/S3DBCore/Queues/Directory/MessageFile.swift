/// The content of a message's file: the body behind its length, and reasons for which it was buried.
///
///     12\n
///     hello, world\n
///     {"delivery":"1577923200123456789-9f86d081884c7d65.3","code":"value-misfit","message":"…"}\n
///
/// A reason is added before the file moves to the dead-letter folder, so that the move alone decides. What a killed
/// process added and did not move, whole or cut off, belongs to another delivery or is no JSON, and is passed over.
struct MessageFile {
    let body: String
    private let notes: ArraySlice<UInt8>

    /// How many bytes are read: of a body, its length and its notes.
    static func byteLimit(maximumBodyByteCount: Int) -> Int { maximumBodyByteCount + 1 << 20 }

    /// How much of a reason's message is kept, in characters.
    static let reasonCharacterLimit = 4000

    /// A file without notes.
    static func content(_ body: String) -> Buffer {
        var content = BufferBuilder(capacity: body.utf8.count + 16)
        content.append(contentsOf: "\(body.utf8.count)\n".utf8)
        content.append(contentsOf: body.utf8)
        content.append(UInt8(ascii: "\n"))
        return content.freeze()
    }

    /// What is added to a file when a delivery ends in the dead-letter folder.
    static func note(_ reason: QueueMessage.Reason, of delivery: MessageName) -> Buffer {
        let note: JSONValue = [
            "delivery": .string(delivery.description), "code": .string(reason.code),
            "message": .string(String(reason.message.prefix(reasonCharacterLimit))),
        ]
        // The first line feed ends what a killed process may have left.
        return Buffer("\n\(note.serialized())\n".utf8)
    }

    /// Reads a file.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` for anything else.
    init(parsing content: Buffer) throws(S3DBError) {
        let bytes = Array(content)
        let body: (text: String, end: Int)? = bytes.firstIndex(of: UInt8(ascii: "\n")).flatMap { headEnd in
            guard let count = Int(String(decoding: bytes[..<headEnd], as: UTF8.self)), count >= 0,
                bytes.count - headEnd - 1 > count, bytes[headEnd + 1 + count] == UInt8(ascii: "\n"),
                let text = String(validating: bytes[(headEnd + 1)..<(headEnd + 1 + count)], as: UTF8.self)
            else { return nil }
            return (text, headEnd + 1 + count)
        }
        guard let body else { throw S3DBError(.corruptFile, "the file is not one that a queue has written") }
        self.body = body.text
        notes = bytes[body.end...]
    }

    /// Why a delivery was buried; nil where no note says so.
    func reason(of delivery: MessageName) -> QueueMessage.Reason? {
        for line in notes.split(separator: UInt8(ascii: "\n")).reversed() {
            guard let note = try? JSONValue.parse(Buffer(line).bytes),
                note["delivery"]?.stringValue == delivery.description,
                let code = note["code"]?.stringValue, let message = note["message"]?.stringValue
            else { continue }
            return QueueMessage.Reason(code: code, message: message)
        }
        return nil
    }
}
