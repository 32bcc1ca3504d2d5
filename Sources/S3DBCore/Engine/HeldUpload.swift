/// Sends a file whose first bytes are known last.
///
///     part 1: prologue + head     held back until the file is sealed
///     part 2, 3, …                sent as they fill up
///
/// The head is as large as the store's smallest part, so that part 1 is valid whatever the prologue's size. A file
/// that never fills a second part is put whole.
struct HeldUpload: ~Copyable {
    private let store: any ObjectStore
    private let key: ObjectKey
    private let headByteCount: Int
    private let partByteCount: Int

    private var head: [Buffer] = []
    private var headCount = 0
    private var tail: [Buffer] = []
    private var tailCount = 0
    private var upload: UploadID?
    private var parts: [UploadedPart] = []

    /// S3's smallest part but for the last.
    static let minimumHeadByteCount = 5 << 20

    /// The most that an upload holds back, in bytes, beside the buffer that fills it.
    static func heldByteCount(store: any ObjectStore, partByteCount: Int) -> Int {
        max(store.minimumPartByteCount, minimumHeadByteCount) + max(store.minimumPartByteCount, partByteCount)
    }

    init(store: any ObjectStore, key: ObjectKey, partByteCount: Int) {
        self.store = store
        self.key = key
        headByteCount = max(store.minimumPartByteCount, Self.minimumHeadByteCount)
        self.partByteCount = max(store.minimumPartByteCount, partByteCount)
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
            let taken = min(rest.count, nextPartByteCount - tailCount)
            tail.append(rest.slice(0..<taken))
            tailCount += taken
            rest = rest.slice(taken..<rest.count)
            if tailCount == nextPartByteCount { try await sendTail() }
        }
    }

    /// The size of the next part: it doubles every 1,000 parts, so that 10,000 parts hold any object that S3 can.
    private var nextPartByteCount: Int {
        min(partByteCount << min(parts.count / 1000, 9), 5 << 30)
    }

    private mutating func sendTail() async throws(S3DBError) {
        let upload = try await startedUpload()
        let part = try await store.uploadPart(upload, number: parts.count + 2, tail)
        parts.append(part)
        tail = []
        tailCount = 0
    }

    private mutating func startedUpload() async throws(S3DBError) -> UploadID {
        if let upload { return upload }
        let created = try await store.createUpload(key)
        upload = created
        return created
    }

    /// Makes the file visible: prologue, everything appended, epilogue.
    mutating func complete(
        prologue: Buffer, epilogue: Buffer, if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await append(epilogue)
        guard upload != nil else {
            return try await store.put(key, [prologue] + head + tail, if: condition)
        }
        if tailCount > 0 { try await sendTail() }
        let upload = try await startedUpload()
        let first = try await store.uploadPart(upload, number: 1, [prologue] + head)
        return try await store.complete(upload, parts: [first] + parts, if: condition)
    }

    /// Forgets everything that was sent.
    mutating func abort() async {
        head = []
        tail = []
        guard let begun = upload else { return }
        upload = nil
        // An upload that cannot be aborted now is swept later; the failure that led here matters more.
        try? await store.abort(begun)
    }
}
