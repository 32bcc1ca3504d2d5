import Foundation
import S3DB
import TestSupport

/// Days that land one after another, some again with other rows, as `watch_partition.py` knows them.
struct LandingDays: Sendable {
    static let dataset = "live/prices"
    static let metadata = """
        {"type_map": {"target_start": "int", "row": "int", "generation": "int", "noise": "str"},
         "superkey": ["target_start", "row"], "value_key": ["noise"], "tags": {}}
        """

    /// A day's object at one time.
    struct Landing: Hashable, Sendable {
        var day: UTCDay
        /// How often the day has changed before.
        var generation: Int
    }

    /// What lands together; no day twice in one of them.
    let batches: [[Landing]]
    private let noise: [String]

    /// Puts days in random order, `overwriteCount` of them a second time some while after the first.
    ///
    /// - Parameters:
    ///   - batchLimit: The most days that land together.
    ///   - dayByteCount: About the bytes of a day's text, which no codec shrinks to less than half.
    init(
        _ days: [UTCDay], overwriteCount: Int, batchLimit: Int, dayByteCount: Int, random: inout SeededGenerator
    ) {
        var order = days.shuffled(using: &random).map { Landing(day: $0, generation: 0) }
        for _ in 0..<overwriteCount {
            let first = Int.random(in: 0..<order.count, using: &random)
            let latest = order.last { $0.day == order[first].day } ?? order[first]
            let start = (order.lastIndex(of: latest) ?? first) + 1
            let again = Landing(day: latest.day, generation: latest.generation + 1)
            order.insert(again, at: Int.random(in: start...order.count, using: &random))
        }
        var batches: [[Landing]] = [[]]
        var size = Int.random(in: 1...batchLimit, using: &random)
        for landing in order {
            let last = batches.count - 1
            if batches[last].count < size, !batches[last].contains(where: { $0.day == landing.day }) {
                batches[last].append(landing)
            } else {
                batches.append([landing])
                size = Int.random(in: 1...batchLimit, using: &random)
            }
        }
        self.batches = batches
        let textByteCount = max(16, dayByteCount / 8)
        noise = (0..<61).map { _ in
            var text = ""
            while text.utf8.count < textByteCount { text += String(random.next() | 1 << 63, radix: 16) }
            return text
        }
    }

    /// A day's object.
    func object(_ landing: Landing) throws -> [UInt8] {
        var text = "target_start,row,generation,noise\n"
        // 8 rows and up to two more, by which doubled and missing ones are told apart.
        for row in 0..<(8 + landing.generation % 3) {
            let noise = noise[(landing.day.number * 7 + row + landing.generation * 13) % noise.count]
            text += "\(landing.day.startSeconds + Int64(row) * 3600),\(row),\(landing.generation),\(noise)\n"
        }
        return try SmallLake.gzip(text)
    }

    /// Writes a batch into a lake; the keys of its objects.
    @discardableResult
    func land(_ batch: [Landing], in lake: SmallLake) throws -> [String] {
        for landing in batch { try lake.write(try object(landing), of: Self.dataset, on: landing.day) }
        return batch.map { SmallLake.key(Self.dataset, $0.day) }
    }
}

/// A reader of another program that reads every version of a file while it is replaced; see `watch_partition.py`.
struct PartitionWatch: ~Copyable {
    private var reader: Supervisor

    /// Begins to read the file at a path, or an object.
    ///
    /// - Parameter place: The arguments of the script.
    init(_ place: [String]) throws {
        let script = Requirement.root.appending(path: "Tests/Interop/watch_partition.py")
        reader = try Supervisor(Python.executable, [script.path] + place)
    }

    /// Ends reading.
    ///
    /// - Returns: The number of versions read, the most days in one, and what was wrong.
    mutating func end() throws -> (readCount: Int, dayCount: Int, problems: [String]) {
        reader.end()
        let seen = try JSONValue.parse(try reader.readLine().utf8Span.span.bytes)
        return (
            seen["reads"]?.intValue ?? 0, seen["days"]?.intValue ?? 0,
            seen["problems"]?.arrayValue?.compactMap(\.stringValue) ?? ["no list of problems"]
        )
    }
}
