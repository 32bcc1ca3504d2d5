/// Sends a file whose first bytes are known last.
///
///     part 1: prologue + head     held back until the file is sealed
///     part 2, 3, …                sent as they fill up
///
/// The head is as large as the store's smallest part, so that part 1 is valid whatever the prologue's size. A file
/// that never fills a second part is put whole. While the budget has room for a further part, one is sent while the
/// next fills up.
struct HeldUpload: ~Copyable {
    private let store: any ObjectStore
    private let key: ObjectKey
    private let budget: ByteBudget
    private let headByteCount: Int

    private var head: [Buffer] = []
    private var headCount = 0
    private var tail: PartCutter
    private var sender: PartSender?

    /// S3's smallest part but for the last.
    static let minimumHeadByteCount = 5 << 20
    /// How many parts are sent at once, where the budget has room.
    private static let parallelPartCount = 4

    /// The most that an upload holds back, in bytes, beside the buffer that fills it and what it takes of the budget.
    static func heldByteCount(store: any ObjectStore, partByteCount: Int) -> Int {
        max(store.minimumPartByteCount, minimumHeadByteCount) + max(store.minimumPartByteCount, partByteCount)
    }

    init(store: any ObjectStore, key: ObjectKey, partByteCount: Int, budget: ByteBudget) {
        self.store = store
        self.key = key
        self.budget = budget
        headByteCount = max(store.minimumPartByteCount, Self.minimumHeadByteCount)
        tail = PartCutter(partByteCount: max(store.minimumPartByteCount, partByteCount), firstNumber: 2)
    }

    /// Takes bytes that follow all those before.
    mutating func append(_ bytes: Buffer) async throws(S3DBError) {
        var rest = bytes
        if headCount < headByteCount {
            let taken = min(rest.count, headByteCount - headCount)
            head.append(rest.slice(0..<taken))
            headCount += taken
            rest = rest.slice(taken..<rest.count)
        }
        while !rest.isEmpty {
            if let part = tail.take(&rest) { try await send(part) }
        }
    }

    private mutating func send(_ part: PartCutter.Part) async throws(S3DBError) {
        var sender = try await startedSender()
        defer { self.sender = sender }
        try await sender.wait(untilAtMost: Self.parallelPartCount - 1)
        if budget.tryAcquire(part.byteCount) {
            sender.begin(part) { [budget] in budget.release(part.byteCount) }
        } else {
            // The part lives on the job's own reservation, which the next one needs.
            sender.begin(part)
            try await sender.wait(untilAtMost: 0)
        }
    }

    private func startedSender() async throws(S3DBError) -> PartSender {
        if let sender { return sender }
        return PartSender(store: store, upload: try await store.createUpload(key))
    }

    /// Makes the file visible: prologue, everything appended, epilogue.
    mutating func complete(
        prologue: Buffer, epilogue: Buffer, if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await append(epilogue)
        guard sender != nil else {
            return try await store.put(key, [prologue] + head + tail.cut().content, if: condition)
        }
        if tail.byteCount > 0 { try await send(tail.cut()) }
        var sender = try await startedSender()
        defer { self.sender = sender }
        sender.begin(.init(number: 1, content: [prologue] + head, byteCount: prologue.count + headCount))
        return try await sender.complete(if: condition)
    }

    /// Forgets everything that was sent.
    mutating func abort() async {
        head = []
        await sender?.abandon()
        sender = nil
    }
}
