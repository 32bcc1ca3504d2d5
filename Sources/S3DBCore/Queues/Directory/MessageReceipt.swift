/// Where a message in hand was put when it was received.
struct MessageReceipt: CustomStringConvertible {
    let deadline: MessageDeadline
    let name: MessageName

    init(deadline: MessageDeadline, name: MessageName) {
        self.deadline = deadline
        self.name = name
    }

    /// Reads a receipt; nil for any other text, so that one from outside cannot lead out of the queue.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let deadline = MessageDeadline(parts[0]), let name = MessageName(parts[1]) else {
            return nil
        }
        self.init(deadline: deadline, name: name)
    }

    var description: String { "\(deadline)/\(name)" }
}
