import S3DB

/// A source prefix of any number of days that has nothing but their names, each made when it is listed.
///
/// METADATA.json is there for every dataset; no day can be read.
struct KeyStore: ObjectStore {
    let datasetCount: Int
    let dayCount: Int

    /// What every dataset is described by.
    private static let metadata = Buffer(
        #"{"type_map": {"target_start": "datetime", "node": "str", "lmp": "float"}}"#.utf8)
    private static let pageCount = 1000

    var description: String { "keys:" }
    var minimumPartByteCount: Int { 5 << 20 }

    /// The days of a dataset from 2011-01-01 on, whose names have ten digits and so are in the order of their numbers.
    func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        guard let dataset = DatasetID(String(prefix.dropLast())) else { return }
        var page: [ObjectInfo] = []
        page.reserveCapacity(Self.pageCount)
        for number in 0..<dayCount {
            guard let day = UTCDay(number: 14_975 + number) else { break }
            let key = try ObjectKey(SourceKey.day(dataset, day).key)
            page.append(
                ObjectInfo(
                    key: key, byteCount: 1_000_000 + number,
                    version: VersionToken("d41d8cd98f00b204e9800998ecf8427e")))
            guard page.count == Self.pageCount else { continue }
            try body(page)
            page.removeAll(keepingCapacity: true)
        }
        if !page.isEmpty { try body(page) }
    }

    func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        prefix.isEmpty ? ["miso"] : (0..<datasetCount).map { "realtime_price_\($0)" }
    }

    func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        guard key.text.hasSuffix(SourceKey.metadataName) else { throw unreadable(key) }
        return MetadataReader(
            info: ObjectInfo(key: key, byteCount: Self.metadata.count, version: VersionToken("m")),
            content: Self.metadata)
    }

    func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? { nil }

    private func unreadable(_ key: ObjectKey) -> S3DBError {
        S3DBError(.emptyObject, "there are only names here", at: .init(key: key.text))
    }

    /// Unchecked: one task at a time reads it, as every reader asks.
    private final class MetadataReader: ObjectReader, @unchecked Sendable {
        let info: ObjectInfo
        private var content: Buffer?

        init(info: ObjectInfo, content: Buffer) {
            self.info = info
            self.content = content
        }

        func read(limit: Int) async throws(S3DBError) -> Buffer? {
            defer { content = nil }
            return content
        }
    }

    // MARK: Nothing is written

    private func unwritable() -> S3DBError { S3DBError(.permissionDenied, "nothing is written here") }

    func put(_ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition) async throws(S3DBError) -> ObjectInfo
    { throw unwritable() }

    func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID { throw unwritable() }

    func uploadPart(_ upload: UploadID, number: Int, _ content: [Buffer]) async throws(S3DBError) -> UploadedPart {
        throw unwritable()
    }

    func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart { throw unwritable() }

    func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo { throw unwritable() }

    func abort(_ upload: UploadID) async throws(S3DBError) {}

    func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) { throw unwritable() }

    func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int { 0 }
}
