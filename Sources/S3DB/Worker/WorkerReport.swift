import S3DBCore

/// What became of one message.
public struct WorkerReport: Sendable {
    /// The queue's name for the message.
    public var messageID: String
    /// How often it was received, this time included.
    public var attempt: Int
    /// The job; nil for a message that is none.
    public var job: JobMessage?
    /// The outputs, as far as the work came.
    public var results: [OutputResult]
    /// Where the message went.
    public var disposition: Disposition

    /// Where a message went.
    public enum Disposition: Sendable {
        /// All outputs are durable; the message is deleted.
        case done
        /// It failed in a way that may pass; it comes again.
        case returned(S3DBError)
        /// It fails for good; it is in the dead-letter queue.
        case buried(S3DBError)
        /// It went to another worker while this one had it.
        case lost
        /// The worker was stopped before it was done; it comes again at once.
        case released

        /// The disposition in one word.
        public var name: String {
            switch self {
            case .done: "done"
            case .returned: "returned"
            case .buried: "buried"
            case .lost: "lost"
            case .released: "released"
            }
        }

        /// Why the message was not done, where it failed.
        public var error: S3DBError? {
            switch self {
            case .returned(let error), .buried(let error): error
            case .done, .lost, .released: nil
            }
        }
    }
}
