#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension DirectoryQueue {
    /// Moves a message that was received to the dead-letter folder.
    public func bury(_ message: QueueMessage, reason: QueueMessage.Reason) async throws(S3DBError) {
        guard receiveCountLimit != nil else {
            throw S3DBError(.unsupported, "the queue has no dead-letter queue", at: .init(key: description))
        }
        let receipt = try receipt(of: message)
        let isDone = try explained("bury a message") { () throws(Errno) in
            guard let deadline = try find(receipt) else { return false }
            return try bury(receipt, in: deadline.description, reason)
        }
        guard isDone else { throw QueueRules.notInHand(message) }
    }

    /// Notes the reason in a message's file and moves it.
    ///
    /// - Returns: false where it is no longer in the folder.
    func bury(_ receipt: MessageReceipt, in folder: String, _ reason: QueueMessage.Reason) throws(Errno) -> Bool {
        let path = inHand.path(of: receipt.name, in: folder)
        do throws(Errno) {
            let file = try FileDescriptor(path, O_WRONLY | O_APPEND)
            try MessageFile.note(reason, of: receipt.name).withUnsafeBytes { (bytes) throws(Errno) in
                try file.write(bytes)
            }
            try file.synchronize()
        } catch  where error.isNothingThere {
            return false
        }
        guard try dead.move(path, to: receipt.name.folder, as: receipt.name) else { return false }
        inHand.removeIfEmpty(folder)
        return true
    }

    /// The messages of the dead-letter folder.
    ///
    /// A file that is not a message's, such as one that was cut off, comes with its bytes as its body and that reason.
    public func buried(limit: Int) async throws(S3DBError) -> [BuriedMessage] {
        try explained("read buried messages") { () throws(Errno) in
            var buried: [BuriedMessage] = []
            for folder in try dead.folders() {
                for name in try dead.messages(in: folder) {
                    if buried.count >= limit { return buried }
                    guard let content = try read(dead.path(of: name, in: folder)) else { continue }
                    buried.append(Self.buried(content, name))
                }
            }
            return buried
        }
    }

    private static func buried(_ content: Buffer, _ name: MessageName) -> BuriedMessage {
        do throws(S3DBError) {
            let file = try MessageFile(parsing: content)
            return BuriedMessage(body: file.body, reason: file.reason(of: name), attemptCount: name.receiveCount)
        } catch {
            return BuriedMessage(
                body: String(decoding: content, as: UTF8.self),
                reason: .init(code: error.code.rawValue, message: error.message), attemptCount: name.receiveCount)
        }
    }

    /// Moves the messages of the dead-letter folder back, as if they had never been received.
    public func redrive() async throws(S3DBError) -> Int {
        try explained("redrive messages") { () throws(Errno) in
            var count = 0
            for folder in try dead.folders() {
                for name in try dead.messages(in: folder) {
                    // Another name, so that receipts and reasons of before are those of another message.
                    let fresh = MessageName(.fresh(begunNanoseconds: name.id.begunNanoseconds))
                    let file = dead.path(of: name, in: folder)
                    if try waiting.move(file, to: fresh.folder, as: fresh) { count += 1 }
                }
                dead.removeIfEmpty(folder)
            }
            return count
        }
    }
}
