import S3DB
import TestSupport

/// A reader that reads every output of a place as soon as it is listed.
struct OutputWatch: Sendable {
    private let store: any ObjectStore

    init(_ store: any ObjectStore) { self.store = store }

    /// What was seen.
    struct Seen: Sendable {
        var readCount = 0
        /// Outputs that were no whole Parquet file.
        var torn: [String] = []
    }

    /// Reads until it is cancelled: each version of each output once.
    func run() async throws -> Seen {
        var seen = Seen()
        var versions: [ObjectKey: VersionToken] = [:]
        while !Task.isCancelled {
            var listed: [ObjectInfo] = []
            // A request that the cancellation cut short is no finding.
            do {
                try await store.list(prefix: "", after: nil) { (page) throws(S3DBError) in listed += page }
                for info in listed
                where info.key.description.hasSuffix(".parquet") && versions[info.key] != info.version {
                    guard let (found, bytes) = try await store.read(info.key) else {
                        seen.torn.append("\(info.key) is gone")
                        continue
                    }
                    seen.readCount += 1
                    versions[info.key] = found.version
                    if !Self.isWhole(bytes) { seen.torn.append("\(info.key)") }
                }
                try await Task.sleep(for: .milliseconds(200))
            } catch {
                if !Task.isCancelled { throw error }
            }
        }
        return seen
    }

    /// Whether a file begins and ends as Parquet does, with room for the footer that its end speaks of.
    ///
    /// Source: Apache Parquet, "File format".
    private static func isWhole(_ bytes: Buffer) -> Bool {
        let file = bytes.withUnsafeBytes { Array($0) }
        let magic = Array("PAR1".utf8)
        guard file.count >= 12, file.starts(with: magic), file.suffix(4).elementsEqual(magic) else { return false }
        let footerByteCount = file.dropLast(4).suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return footerByteCount <= file.count - 12
    }
}
