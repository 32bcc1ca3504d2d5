/// Reads an object from its beginning in ranges, each a request of its own and larger than the one before: of an object
/// whose beginning is wanted, little more than that is fetched.
///
/// Every range is asked for under the object's version.
///
/// Unchecked: one task at a time reads it, as every reader asks.
final class RangedReader: ObjectReader, @unchecked Sendable {
    let info: ObjectInfo

    private let store: any ObjectStore
    private var range: (any ObjectReader)?
    /// Where the next range begins.
    private var position = 0
    private var rangeByteCount = firstByteCount

    /// The bytes of the first range: more than the header and the first rows of a table take, packed.
    static let firstByteCount = 64 << 10
    private static let growth = 4
    private static let rangeByteLimit = 16 << 20

    init(of info: ObjectInfo, in store: any ObjectStore) {
        self.info = info
        self.store = store
    }

    func read(limit: Int) async throws(S3DBError) -> Buffer? {
        while true {
            if let bytes = try await range?.read(limit: limit) { return bytes }
            range = nil
            guard position < info.byteCount else { return nil }
            let end = position + min(rangeByteCount, info.byteCount - position)
            range = try await store.open(info.key, range: position..<end, version: info.version)
            position = end
            rangeByteCount = min(rangeByteCount * Self.growth, Self.rangeByteLimit)
        }
    }
}
