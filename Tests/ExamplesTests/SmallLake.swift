import Foundation
import S3DB
import TestSupport

/// A source prefix with a few small days, and a place for outputs beside it.
final class SmallLake: Sendable {
    private let directory: TemporaryDirectory
    let source: URL
    let destination: URL

    /// A description that fits ``rows(day:count:)``.
    static let metadata = """
        {"type_map": {"target_start": "int", "node": "str", "count": "int", "lmp": "float"},
         "superkey": ["target_start", "node"], "value_key": ["lmp"], "tags": {}}
        """

    init() throws {
        directory = try TemporaryDirectory()
        source = directory.url.appending(path: "source")
        destination = directory.url.appending(path: "destination")
    }

    /// The directory that holds source and destination.
    var root: URL { directory.url }

    /// The key of a day's object.
    static func key(_ dataset: String, _ day: UTCDay) -> String {
        "\(dataset)/year=\(day.date.year)/\(day.startSeconds).csv.gz"
    }

    /// A day's rows in text, from the first second of the day on.
    static func rows(day: UTCDay, count: Int = 48, offset: Int = 0) -> String {
        var text = "target_start,node,count,lmp\r\n"
        for row in 0..<count {
            let start = day.startSeconds + Int64(row * 86_400 / count)
            text += "\(start),node \(row % 7),\(row + offset),\(row).25\r\n"
        }
        return text
    }

    /// A text in gzip.
    static func gzip(_ text: String) throws -> [UInt8] {
        let packed = try Registry.standard.codecs.named("gz").compress(text.utf8Span.span.bytes)
        return packed.withUnsafeBytes { Array($0) }
    }

    /// Writes METADATA.json.
    func describe(_ dataset: String, _ text: String = metadata) throws {
        try directory.write(Array(text.utf8), to: "source/\(dataset)/METADATA.json")
    }

    /// Writes a day's object as it is.
    func write(_ bytes: [UInt8], of dataset: String, on day: UTCDay) throws {
        try directory.write(bytes, to: "source/\(Self.key(dataset, day))")
    }

    /// Removes a day's object, where there is one.
    func remove(_ dataset: String, _ day: UTCDay) throws {
        let file = source.appending(path: Self.key(dataset, day))
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }

    /// Writes a dataset with good days.
    func fill(_ dataset: String, days: [UTCDay], rowCount: Int = 48, offset: Int = 0) throws {
        try describe(dataset)
        for day in days {
            try write(try Self.gzip(Self.rows(day: day, count: rowCount, offset: offset)), of: dataset, on: day)
        }
    }

    /// The options of a conversion of this lake.
    func options(
        _ datasets: [String] = ["--all"], layout: String = "athena", format: String = "parquet", codec: String = "zst",
        partition: String = "day"
    ) -> [String] {
        [
            "--source", source.path, "--dest", destination.path, "--layout", layout, "--format", format,
            "--codec", codec, "--partition", partition,
        ] + datasets
    }

    /// Files under a directory with their content, by path; without the directory of uploads in progress.
    static func files(under directory: URL) throws -> [String: Data] {
        var files: [String: Data] = [:]
        let names = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? []
        for name in names where !name.hasPrefix(DirectoryStore.uploadsName) {
            let file = directory.appending(path: name)
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory) else { continue }
            files[name] = isDirectory.boolValue ? Data() : try Data(contentsOf: file)
        }
        return files
    }

    /// What an interrupted or failed upload would leave behind.
    func uploadsInProgress() -> [String] {
        let uploads = destination.appending(path: DirectoryStore.uploadsName)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: uploads.path)) ?? []
        return names.filter { $0 != "lock" }
    }
}

/// Days for tests.
enum Days {
    static let first = UTCDay(number: 18_262) ?? .epoch
    static let second = UTCDay(number: 18_263) ?? .epoch

    /// 2020-01-01 and so many days in all.
    static func from2020(_ count: Int) -> [UTCDay] {
        (0..<count).compactMap { UTCDay(number: first.number + $0) }
    }
}
