import S3DB
import TestSupport

/// Days of text that no codec shrinks much, so that an output of one has several parts.
struct LargeDays {
    static let metadata = """
        {"type_map": {"target_start": "int", "noise": "str"}, "superkey": ["target_start"], "value_key": ["noise"],
         "tags": {}}
        """

    private let noise: [String]

    /// Makes the text, about 20 MiB.
    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        noise = (0..<2560).map { _ in
            var text = ""
            for _ in 0..<512 { text += String(generator.next() | 1 << 63, radix: 16) }
            return text
        }
    }

    /// A day's object.
    func object(on day: UTCDay) throws -> [UInt8] {
        var text = "target_start,noise\n"
        for (row, noise) in noise.enumerated() { text += "\(day.startSeconds + Int64(row)),\(noise)\n" }
        return try SmallLake.gzip(text)
    }
}
