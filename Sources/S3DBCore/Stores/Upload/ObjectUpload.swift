/// An object while it is written front to back: small ones go whole, large ones in parts, some of them at once.
///
/// ``ObjectStore/upload(to:if:partByteCount:parallelPartCount:_:)`` makes one and closes it.
public struct ObjectUpload: ~Copyable {
    private let store: any ObjectStore
    private let key: ObjectKey
    private let parallelPartCount: Int
    private var cutter: PartCutter
    private var sender: PartSender?

    /// The bytes written so far.
    public private(set) var byteCount = 0

    init(store: any ObjectStore, key: ObjectKey, partByteCount: Int, parallelPartCount: Int) {
        self.store = store
        self.key = key
        self.parallelPartCount = max(1, parallelPartCount)
        cutter = PartCutter(partByteCount: max(store.minimumPartByteCount, partByteCount))
    }

    /// Writes bytes behind all those before. Waits while as many parts as may be are under way.
    ///
    /// - Throws: What the store throws; also for a part of before.
    public mutating func write(_ bytes: Buffer) async throws(S3DBError) {
        byteCount += bytes.count
        var rest = bytes
        while !rest.isEmpty {
            if let part = cutter.take(&rest) { try await send(part) }
        }
    }

    private mutating func send(_ part: PartCutter.Part) async throws(S3DBError) {
        var sender = try await startedSender()
        defer { self.sender = sender }
        try await sender.wait(untilAtMost: parallelPartCount - 1)
        sender.begin(part)
    }

    private func startedSender() async throws(S3DBError) -> PartSender {
        if let sender { return sender }
        var upload = try await store.createUpload(key)
        upload.layout = cutter.layout
        return PartSender(store: store, upload: upload)
    }

    /// Makes everything that was written visible.
    mutating func complete(if condition: WriteCondition) async throws(S3DBError) -> ObjectInfo {
        guard sender != nil else { return try await store.put(key, cutter.cut().content, if: condition) }
        if cutter.byteCount > 0 { try await send(cutter.cut()) }
        var sender = try await startedSender()
        defer { self.sender = sender }
        return try await sender.complete(if: condition)
    }

    /// Forgets everything that was written.
    mutating func abandon() async {
        await sender?.abandon()
        sender = nil
    }
}

extension ObjectStore {
    /// Writes an object front to back while `body` runs; it becomes visible, whole, when `body` has returned.
    ///
    ///     let info = try await store.upload(to: "out/2020-01.parquet", if: .absent) { up in
    ///         try await up.write(bytes)
    ///     }
    ///
    /// What `body` throws, cancellation, and a condition that does not hold leave nothing behind; only where the answer
    /// to the very last request was lost, reading back decides (``S3DBError/Code/outcomeUnknown`` where it cannot).
    ///
    /// - Parameters:
    ///   - partByteCount: The size of the first parts, at least ``minimumPartByteCount``; later ones grow so that any
    ///     object of up to 5 TiB fits. An object of less is put whole.
    ///   - parallelPartCount: How many parts are sent at once; as many are held in memory, and one more.
    /// - Throws: ``S3DBError/Code/preconditionFailed`` when the condition does not hold, and what `body` throws.
    @discardableResult
    public func upload(
        to key: ObjectKey, if condition: WriteCondition = .none, partByteCount: Int = 8 << 20,
        parallelPartCount: Int = 4, _ body: (inout ObjectUpload) async throws -> Void
    ) async throws -> ObjectInfo {
        var upload = ObjectUpload(
            store: self, key: key, partByteCount: partByteCount, parallelPartCount: parallelPartCount)
        do {
            try await body(&upload)
            try Task.checkCancellation()
            return try await upload.complete(if: condition)
        } catch {
            await upload.abandon()
            throw error
        }
    }

    /// Writes an object front to back, by the text of its key; otherwise like the one that takes an ``ObjectKey``.
    @discardableResult
    public func upload(
        to key: String, if condition: WriteCondition = .none, partByteCount: Int = 8 << 20,
        parallelPartCount: Int = 4, _ body: (inout ObjectUpload) async throws -> Void
    ) async throws -> ObjectInfo {
        try await upload(
            to: try ObjectKey(key), if: condition, partByteCount: partByteCount, parallelPartCount: parallelPartCount,
            body)
    }
}
