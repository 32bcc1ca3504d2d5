import S3DB
import TestSupport
import Testing

/// What a verification finds that reads sources and outputs.
@Suite struct DeepVerificationTests {
    private static func deep(
        _ lake: VerificationLake, partByteCount: Int = 8 << 20
    ) async throws -> DatasetVerification {
        let limits = EngineLimits(partByteCount: partByteCount)
        return try await Converter(from: lake.updates.lake.store, to: lake.destination, limits: limits)
            .verification(lake.spec, of: MemoryLake.dataset, isDeep: true)
    }

    @Test(arguments: VerificationTests.combinations([.hour, .day, .month]))
    func aGoodTreeHolds(combination: VerificationTests.Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        try await lake.updates.put(3, rows: 20, salt: 4, hasNulls: true)
        try await lake.convert()
        let verification = try await Self.deep(lake)
        #expect(verification.findings.isEmpty && verification.failures.isEmpty, "\(verification.failures)")
        let inParts = try await Self.deep(lake, partByteCount: 1000)
        #expect(inParts.findings.isEmpty && inParts.failures.isEmpty, "\(inParts.failures)")
    }

    /// Whatever a byte is for, it is missed where it is another; but for those that say which version of the tool made
    /// the file: of other versions it is the values that count.
    @Test(arguments: VerificationTests.combinations([.day, .month]))
    func aFlippedByteIsFoundWhereverItIs(combination: VerificationTests.Combination) async throws {
        var random = SeededGenerator.fresh()
        let lake = try await VerificationLake(try combination.spec())
        let key = try #require(try await lake.keys().last)
        let whole = try await lake.read(key)
        var positions = [0, whole.count / 2, whole.count - 1]
        for _ in 0..<(Requirement.isFull ? 100 : 6) {
            positions.append(Int.random(in: 0..<whole.count, using: &random))
        }
        for position in positions {
            var damaged = whole
            damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try await lake.write(damaged, to: key)
            guard try Self.isOwn(damaged, lake.spec) else { continue }
            let partByteCount = [1000, 8 << 20].randomElement(using: &random) ?? 1000
            let findings = try await Self.deep(lake, partByteCount: partByteCount).findings
            #expect(!findings.isEmpty, "seed \(random.seed), byte \(position) of \(whole.count)")
            #expect(findings.allSatisfy { $0.key == key.text })
        }
        try await lake.write(whole, to: key)
        #expect(try await Self.deep(lake).findings.isEmpty)
    }

    /// Whether a file says that this version of the tool made it, or cannot be unpacked at all.
    private static func isOwn(_ stored: [UInt8], _ spec: ValidatedSpec) throws -> Bool {
        var content = stored
        if let codec = spec.outerCodec {
            guard let unpacked = try? codec.decompress(stored.span.bytes) else { return true }
            content = Array(unpacked)
        }
        let text = #"{"tool":"\#(ToolVersion.createdBy)","#
        return content.replace(text, with: text) > 0
    }

    /// A file may be whole, and say the right things of itself, and yet hold other values.
    @Test(arguments: VerificationTests.combinations([.day]))
    func otherValuesAreFound(combination: VerificationTests.Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        let keys = try await lake.keys()
        // The next day's file that claims to be of this day's source.
        let (first, second) = (try await Self.sourceText(lake, 1), try await Self.sourceText(lake, 2))
        let whole = try await lake.read(keys[0])
        try await lake.write(try await lake.read(keys[1]), to: keys[0])
        try await lake.edit(keys[0]) { content in
            let count = content.replace(second, with: first)
            #expect(count > 0)
        }
        #expect(try await lake.findings() == [])
        let verification = try await Self.deep(lake)
        let kind = try #require(verification.findings.map(\.kind).first)
        #expect([.otherValues, .otherBytes].contains(kind), "\(verification.findings)")
        #expect(verification.findings.map(\.key) == [keys[0].text])
        #expect(verification.findings.map(\.repair) == [.overwrite])
        try await lake.write(whole, to: keys[0])
        #expect(try await Self.deep(lake).findings.isEmpty)
    }

    /// How provenance names a day's source.
    private static func sourceText(_ lake: VerificationLake, _ day: Int) async throws -> String {
        let utcDay = try #require(UTCDay("2020-06-0\(day)"))
        let key = try ObjectKey(SourceKey.day(MemoryLake.dataset, utcDay).key)
        let info = try #require(try await lake.updates.lake.store.head(key))
        return #""key":"\#(key.text)","token":"\#(info.version.text)""#
    }

    @Test func aSourceThatCannotBeReadIsAFailure() async throws {
        let lake = try await VerificationLake(try MemoryLake.spec("parquet", "zst", "athena"))
        let before = try await Self.sourceText(lake, 1)
        try await lake.updates.lake.put(day: "2020-06-01", csv: "target_start,node,lmp,ids\nnoon,a,1,\n")
        let after = try await Self.sourceText(lake, 1)
        let key = try #require(try await lake.keys().first)
        // The file says that it was made from the broken source.
        try await lake.edit(key) { content in
            let count = content.replace(before, with: after)
            #expect(count == 1)
        }
        let verification = try await Self.deep(lake)
        #expect(verification.failures.map(\.code) == [.valueMisfit], "\(verification.failures)")
    }

    /// Other versions of the tool may make other bytes of the same values.
    @Test(arguments: VerificationTests.combinations([.hour, .day, .month]))
    func filesOfOtherVersionsAreComparedByTheirValues(combination: VerificationTests.Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        for key in try await lake.keys() {
            try await lake.edit(key) { content in
                let count = content.replace("version 0.1.0", with: "version 0.0.9")
                #expect(count > 0)
            }
        }
        #expect(try await lake.findings() == [])
        let verification = try await Self.deep(lake)
        #expect(verification.findings.isEmpty && verification.failures.isEmpty, "\(verification)")
    }

    @Test(arguments: VerificationTests.combinations([.day]))
    func otherValuesOfOtherVersionsAreNamed(combination: VerificationTests.Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        let keys = try await lake.keys()
        let (first, second) = (try await Self.sourceText(lake, 1), try await Self.sourceText(lake, 2))
        try await lake.write(try await lake.read(keys[1]), to: keys[0])
        try await lake.edit(keys[0]) { content in
            let count = content.replace(second, with: first)
            let versions = content.replace("version 0.1.0", with: "version 0.0.9")
            #expect(count > 0 && versions > 0)
        }
        let findings = try await Self.deep(lake).findings
        #expect(findings.map(\.kind) == [.otherValues])
        #expect(findings.map { $0.days.map { $0.date.day } } == [[1]])
        #expect(findings.first?.detail == "other values in target_start, node, lmp, ids")
    }
}
