import Synchronization

/// The sizes of the parts that uploads have, as the proxy saw them.
final class PartSizes: Sendable {
    /// S3's smallest part but for the last, in bytes.
    static let minimum = 5 << 20

    private let sizes = Mutex<[String: [Int: Int]]>([:])

    /// Notes a part that the server has taken.
    func note(_ request: ProxiedRequest, byteCount: Int) {
        guard let upload = request.target.query["uploadId"],
            let number = request.target.query["partNumber"].flatMap({ Int($0) })
        else { return }
        sizes.withLock { $0[upload, default: [:]][number] = byteCount }
    }

    /// Whether a completion lists a part that is too small and not its last.
    func hasTooSmall(_ request: ProxiedRequest) -> Bool {
        guard let upload = request.target.query["uploadId"] else { return false }
        let known = sizes.withLock { $0[upload] ?? [:] }
        return request.listedParts.dropLast().contains { known[$0].map { $0 < Self.minimum } ?? false }
    }
}
