/// A store that notes in a meter what passes to and from another.
///
/// What a request sends counts when it is made, whether or not it succeeds.
public struct MeteredStore: ObjectStore {
    private let base: any ObjectStore
    private let meter: TransferMeter

    /// Wraps a store.
    public init(_ base: any ObjectStore, _ meter: TransferMeter) {
        self.base = base
        self.meter = meter
    }

    /// The wrapped store's URL.
    public var description: String { base.description }

    /// That of the wrapped store.
    public var minimumPartByteCount: Int { base.minimumPartByteCount }
    /// As underneath.
    public var preferredPartByteCount: Int? { base.preferredPartByteCount }

    /// The size and version of an object; nil where none stands.
    public func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? {
        meter.add(requests: 1)
        return try await base.head(key)
    }

    /// Opens an object, or a range of its bytes, which are counted as they are read.
    public func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        meter.add(requests: 1)
        return MeteredReader(base: try await base.open(key, range: range, version: version), meter: meter)
    }

    /// The objects under a prefix; a request for each page.
    public func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        try await base.list(prefix: prefix, after: after) { (page) throws(S3DBError) in
            meter.add(requests: 1)
            try body(page)
        }
    }

    /// The names between `prefix` and the next slash.
    public func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        meter.add(requests: 1)
        return try await base.listDirectories(prefix: prefix)
    }

    /// Writes an object whole.
    public func put(
        _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        meter.add(requests: 1, sent: content.reduce(0) { $0 + $1.count })
        return try await base.put(key, content, if: condition)
    }

    /// Begins an upload in parts.
    public func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID {
        meter.add(requests: 1)
        return try await base.createUpload(key)
    }

    /// Writes one part.
    public func uploadPart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart {
        meter.add(requests: 1, sent: content.reduce(0) { $0 + $1.count })
        return try await base.uploadPart(upload, number: number, content)
    }

    /// Makes a range of an object a part.
    public func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart {
        meter.add(requests: 1, copied: range.count)
        return try await base.copyPart(upload, number: number, from: key, version: version, range: range)
    }

    /// Makes the parts the object.
    public func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        meter.add(requests: 1)
        return try await base.complete(upload, parts: parts, if: condition)
    }

    /// Forgets an upload and its parts.
    public func abort(_ upload: UploadID) async throws(S3DBError) {
        meter.add(requests: 1)
        try await base.abort(upload)
    }

    /// Removes an object.
    public func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) {
        meter.add(requests: 1)
        try await base.delete(key, if: condition)
    }

    /// Aborts old uploads.
    public func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int {
        meter.add(requests: 1)
        return try await base.sweepUploads(olderThan: age)
    }
}

private final class MeteredReader: ObjectReader {
    private let base: any ObjectReader
    private let meter: TransferMeter

    init(base: any ObjectReader, meter: TransferMeter) {
        self.base = base
        self.meter = meter
    }

    var info: ObjectInfo { base.info }

    func read(limit: Int) async throws(S3DBError) -> Buffer? {
        let bytes = try await base.read(limit: limit)
        meter.add(read: bytes?.count ?? 0)
        return bytes
    }
}
