import S3DB

/// A queue that keeps nothing.
struct DroppingQueue: WorkQueue {
    var description: String { "dropping:" }
    var maximumBodyByteCount: Int { 256 << 10 }

    func maximumReceiveCount() async throws(S3DBError) -> Int? { nil }
    func send(_ bodies: [String]) async throws(S3DBError) {}
    func receive(limit: Int, wait: Duration, visibility: Duration) async throws(S3DBError) -> [QueueMessage] { [] }
    func delete(_ message: QueueMessage) async throws(S3DBError) {}
    func setVisibility(of message: QueueMessage, to visibility: Duration) async throws(S3DBError) {}
    func bury(_ message: QueueMessage, reason: QueueMessage.Reason) async throws(S3DBError) {}
    func buried(limit: Int) async throws(S3DBError) -> [BuriedMessage] { [] }
    func redrive() async throws(S3DBError) -> Int { 0 }
    func depth() async throws(S3DBError) -> QueueDepth { QueueDepth(waitingCount: 0, inHandCount: 0) }
}
