/// The name of a message's file: which message it is and how often it was received.
///
///     1577923200123456789-9f86d081884c7d65.2
///
/// Since every delivery counts up and a message that is redriven becomes another, a name stands for one delivery, or
/// for the wait for the next.
struct MessageName: Hashable, CustomStringConvertible {
    /// When the message was sent, and a random number.
    let id: TimedName
    let receiveCount: Int

    /// A message that was never received.
    init(_ id: TimedName) {
        self.init(id, receiveCount: 0)
    }

    private init(_ id: TimedName, receiveCount: Int) {
        self.id = id
        self.receiveCount = receiveCount
    }

    /// Reads a name; nil for any other text.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = TimedName(String(parts[0])), let count = Int(parts[1]), count >= 0 else {
            return nil
        }
        self.init(id, receiveCount: count)
        guard description.utf8.elementsEqual(text.utf8) else { return nil }
    }

    /// The name in the hand of the next receiver.
    var received: MessageName { MessageName(id, receiveCount: receiveCount &+ 1) }

    /// The folder that the message waits in, one of 4,096.
    var folder: String { String(id.description.suffix(3)) }

    var description: String { "\(id).\(receiveCount)" }
}
