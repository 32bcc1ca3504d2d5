// What every queue of this package checks in the same way.

/// Rules of queues.
package enum QueueRules {
    /// How many messages are received at once.
    package static let receiveLimits = 1...10
    /// How long a receiver waits.
    package static let waits = Duration.zero...(.seconds(20))
    /// How long a message is hidden.
    package static let visibilities = Duration.zero...(.seconds(43_200))

    /// Throws for arguments of ``WorkQueue/receive(limit:wait:visibility:)`` that are out of range.
    package static func check(limit: Int, wait: Duration, visibility: Duration) throws(S3DBError) {
        guard receiveLimits.contains(limit) else {
            throw S3DBError(.invalidArgument, "\(limit) messages are asked for", remedy: "Ask for 1 to 10")
        }
        guard waits.contains(wait) else {
            throw S3DBError(.invalidArgument, "a receiver would wait \(wait)", remedy: "Wait 0 to 20 seconds")
        }
        try check(visibility: visibility)
    }

    /// Throws for a visibility timeout that is out of range.
    package static func check(visibility: Duration) throws(S3DBError) {
        guard visibilities.contains(visibility) else {
            throw S3DBError(
                .invalidArgument, "a message would be hidden for \(visibility)",
                remedy: "Hide messages for 0 seconds to 12 hours")
        }
    }

    /// Throws for a body that is too large.
    package static func check(_ bodies: [String], maximumByteCount: Int) throws(S3DBError) {
        for body in bodies where body.utf8.count > maximumByteCount {
            throw S3DBError(
                .limitExceeded, "a message of \(body.utf8.count) bytes is larger than the queue's \(maximumByteCount)",
                remedy: "Send less in a message, such as the key of an object that holds the rest")
        }
    }

    /// A message that is no longer, or never was, in the hand of who has its receipt.
    package static func notInHand(_ message: QueueMessage) -> S3DBError {
        S3DBError(
            .notFound, "the message is no longer this receiver's",
            remedy: "Extend the visibility timeout before it ends; what was done may be done again",
            at: .init(key: message.id))
    }
}
