/// Sends the parts of one upload, some of them at once, while its owner goes on.
struct PartSender: Sendable {
    private let store: any ObjectStore
    let upload: UploadID
    private var underWay: [Task<Result<UploadedPart, S3DBError>, Never>] = []
    private var sent: [UploadedPart] = []

    init(store: any ObjectStore, upload: UploadID) {
        self.store = store
        self.upload = upload
    }

    /// How many parts are under way.
    var underWayCount: Int { underWay.count }

    /// Begins to send a part; `ended` is called when that has ended, whichever way.
    mutating func begin(_ part: PartCutter.Part, ended: @escaping @Sendable () -> Void = {}) {
        begin { (store, upload) async throws(S3DBError) in
            defer { ended() }
            return try await store.uploadPart(upload, number: part.number, part.content)
        }
    }

    /// Begins to copy a range of an object at its version.
    mutating func beginCopy(_ range: Range<Int>, of object: ObjectInfo, as number: Int) {
        begin { (store, upload) async throws(S3DBError) in
            try await store.copyPart(upload, number: number, from: object.key, version: object.version, range: range)
        }
    }

    private mutating func begin(
        _ body: @escaping @Sendable (any ObjectStore, UploadID) async throws(S3DBError) -> UploadedPart
    ) {
        underWay.append(
            Task { [store, upload] in
                do throws(S3DBError) {
                    return .success(try await body(store, upload))
                } catch {
                    return .failure(error)
                }
            })
    }

    /// Waits until at most `limit` parts are under way.
    ///
    /// - Throws: What the first part that failed threw; the others go on until ``abandon()``.
    mutating func wait(untilAtMost limit: Int) async throws(S3DBError) {
        while underWay.count > max(0, limit) {
            let task = underWay.removeFirst()
            let result = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            sent.append(try result.get())
        }
    }

    /// Waits for all parts and completes the upload with them.
    mutating func complete(if condition: WriteCondition) async throws(S3DBError) -> ObjectInfo {
        try await wait(untilAtMost: 0)
        return try await store.complete(upload, parts: sent, if: condition)
    }

    /// Ends what is under way and forgets the upload.
    mutating func abandon() async {
        for task in underWay { task.cancel() }
        for task in underWay { _ = await task.value }
        underWay = []
        // An upload that cannot be aborted now is swept later; the failure that led here matters more.
        try? await store.abort(upload)
    }
}
