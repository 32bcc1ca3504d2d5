import Codecs
import Foundation
import S3DBCore

/// Writes the days of datasets under a directory, several at a time.
struct LakeWriter: Sendable {
    /// The source prefix.
    let root: URL
    /// The days, whether or not they are missing.
    let days: [UTCDay]
    /// The rows of a day.
    let rowCount: Int
    /// The hours that rows lie in.
    let hours: [Int]
    /// The days that are not like the others.
    let oddities: Oddities
    /// What days are compressed with.
    let gzip: any Codec

    /// What was written.
    struct Total {
        var fileCount = 0
        var csvByteCount = 0
        var storedByteCount = 0
    }

    /// Writes METADATA.json and every day that is not missing.
    func write(_ dataset: DatasetID, shape: any DatasetShape) async throws -> Total {
        try replace(SourceKey.metadata(dataset).key, with: Data(shape.metadata.utf8))
        return try await withThrowingTaskGroup(of: Total.self) { group in
            var total = Total()
            var waiting = days.lazy.filter { !oddities.missing.contains($0) }.makeIterator()
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
                guard let day = waiting.next() else { break }
                group.addTask { try write(day, of: dataset, shape: shape) }
            }
            while let part = try await group.next() {
                total.fileCount += part.fileCount
                total.csvByteCount += part.csvByteCount
                total.storedByteCount += part.storedByteCount
                guard let day = waiting.next() else { continue }
                group.addTask { try write(day, of: dataset, shape: shape) }
            }
            return total
        }
    }

    private func write(_ day: UTCDay, of dataset: DatasetID, shape: any DatasetShape) throws -> Total {
        var csv = BufferBuilder(capacity: rowCount * 96 + 4096)
        let columns = shape.columns(of: day, in: oddities)
        shape.append(day: day, rowCount: rowCount, columns: columns, hours: hours, to: &csv)
        let stored = try gzip.compress(csv.bytes)
        try replace(SourceKey.day(dataset, day).key, with: Data(stored))
        return Total(fileCount: 1, csvByteCount: csv.count, storedByteCount: stored.count)
    }

    /// Puts a file in place in one step.
    private func replace(_ key: String, with content: Data) throws {
        let file = root.appending(path: key)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try content.write(to: file, options: .atomic)
    }
}
