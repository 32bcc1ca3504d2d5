import Foundation
import S3DB
import SamplePlugins

/// A lake of one dataset in a directory of its own, and a place for what is made of it.
final class SampleLake {
    static let dataset = "miso/realtime_price"
    static let rowsOfADay = 700
    /// Two days of one month and one of the next, and a day whose file has a column more.
    static let days = ["2020-01-30", "2020-01-31", "2020-02-01"]
    static let metadata = """
        {"type_map": {"target_start": "datetime", "target_end": "datetime", "node": "str", "tags": "list",
        "lmp": "float", "is_final": "bool", "target_bounds": "int"}, "superkey": ["target_start", "node"],
        "value_key": ["lmp"], "tags": {"feed": {"time_zone": "UTC-5"}}}
        """

    let directory: URL
    let source: DirectoryStore
    let results: DirectoryStore

    /// Writes the lake through a store, compressed by the registry's gz.
    init() async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "s3db-consumer-\(UUID().uuidString)")
        source = try DirectoryStore(root: directory.appending(path: "lake").path)
        results = try DirectoryStore(root: directory.appending(path: "results").path)
        let gzip = try Registry.standard.codecs.named("gz")
        try await put("\(Self.dataset)/METADATA.json", Buffer(Self.metadata.utf8))
        for (index, text) in Self.days.enumerated() {
            guard let dataset = DatasetID(Self.dataset), let day = UTCDay(text) else { continue }
            let csv = Buffer(Self.csv(of: day, hasNotes: index == 1).utf8)
            try await put(SourceKey.day(dataset, day).key, try gzip.compress(csv.bytes))
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    private func put(_ key: String, _ bytes: Buffer) async throws {
        _ = try await source.put(try ObjectKey(key), [bytes], if: .absent)
    }

    /// Rows in runs, with quotes, line ends of two characters, empty fields and numbers that must come back exactly.
    private static func csv(of day: UTCDay, hasNotes: Bool) -> String {
        var text = "target_start,target_end,node,tags,lmp,is_final,target_bounds\(hasNotes ? ",note" : "")\r\n"
        for row in 0..<rowsOfADay {
            let start = day.startSeconds + Int64(row * 37 % 24 * 3600)
            let node = row % 11 == 0 ? "\"NODE \"\"\(row)\"\", Süd\"" : "NODE_\(row / 50)"
            let tags = row % 5 == 0 ? "" : "\"[\"\"a\"\", \(row)]\""
            let lmp = row % 7 == 0 ? "" : "\(Double(row * day.number % 99_991) / 7)"
            text += "\(start),\(start + 3600),\(node),\(tags),\(lmp),\(row % 3 == 0 ? "True" : "false"),\(row % 4)"
            text += hasNotes ? ",note \(row % 9)\r\n" : "\r\n"
        }
        return text
    }
}
