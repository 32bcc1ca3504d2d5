import S3DB
import TestSupport
import Testing

/// A lake with four days of June 2020, and a destination that holds what they ask for.
struct VerificationLake {
    let updates: UpdateLake

    init(_ spec: ValidatedSpec, rows: Int = 48) async throws {
        updates = try await UpdateLake(spec)
        for day in 1...4 { try await updates.put(day, rows: rows, salt: day) }
        try await convert()
    }

    var spec: ValidatedSpec { updates.spec }
    var destination: MemoryStore { updates.destination }

    private var converter: Converter { Converter(from: updates.lake.store, to: destination) }

    /// Runs under a policy, and expects every output to be written.
    func convert(_ policy: OverwritePolicy = .ifStale, prunes: Bool = false) async throws {
        for (key, outcome) in try await converter.convert(spec, policy: policy, prunes: prunes) {
            if case .failed(let error) = outcome { Issue.record("\(key): \(error)") }
        }
    }

    /// What a verification finds.
    func verified(days: DaySelection = DaySelection()) async throws -> DatasetVerification {
        try await converter.verification(spec, of: MemoryLake.dataset, days: days)
    }

    /// The findings, each as its kind and, where it is about days, their numbers in the month.
    func findings(days: DaySelection = DaySelection()) async throws -> [String] {
        let verification = try await verified(days: days)
        #expect(verification.failures.isEmpty)
        return verification.findings.map { finding in
            ([finding.kind.rawValue] + finding.days.map { "\($0.date.day)" }).joined(separator: " ")
        }
    }

    /// The keys of all files, in order.
    func keys() async throws -> [ObjectKey] {
        var keys: [ObjectKey] = []
        try await destination.list(prefix: "", after: nil) { keys += $0.map(\.key) }
        return keys.filter { !$0.text.hasSuffix(".json") }
    }

    func read(_ key: ObjectKey) async throws -> [UInt8] {
        Array(try #require(try await destination.read(key)).bytes)
    }

    func write(_ bytes: some Sequence<UInt8>, to key: ObjectKey) async throws {
        _ = try await destination.put(key, [Buffer(bytes)], if: .none)
    }

    /// Changes the content of a file, whatever it is packed in.
    func edit(_ key: ObjectKey, _ body: (inout [UInt8]) throws -> Void) async throws {
        let stored = try await read(key)
        guard let codec = spec.outerCodec else {
            var content = stored
            try body(&content)
            return try await write(content, to: key)
        }
        var content = Array(try codec.decompress(stored.span.bytes))
        try body(&content)
        try await write(try codec.compress(content.span.bytes), to: key)
    }
}

extension [UInt8] {
    /// Puts one text in the place of another that is as long, wherever it stands; returns how often it did.
    mutating func replace(_ text: String, with other: String) -> Int {
        let (old, new) = (Array(text.utf8), Array(other.utf8))
        precondition(old.count == new.count, "texts of one length")
        var replacedCount = 0
        var start = 0
        while start + old.count <= count {
            if self[start] == old[0] && self[start..<start + old.count].elementsEqual(old) {
                replaceSubrange(start..<start + old.count, with: new)
                replacedCount += 1
            }
            start += 1
        }
        return replacedCount
    }
}
