import S3DB
import TestSupport
import Testing

/// What a verification finds by what files say of themselves, and that it finds nothing where all holds.
@Suite struct VerificationTests {
    struct Combination: Sendable, CustomTestStringConvertible {
        var layout: String
        var format: String
        var codec: String
        var size: PartitionSize

        func spec() throws -> ValidatedSpec { try MemoryLake.spec(format, codec, layout, size: size) }

        var testDescription: String { "\(layout) \(format) \(codec) \(size)" }
    }

    private static let packings =
        [("athena", "parquet", "zst"), ("athena", "parquet", "none")]
        + ["none", "br", "bz2", "gz", "lz4", "sz", "zst"].flatMap { codec in
            ["arrow", "parquet"].map { ("dataclient", $0, codec) }
        }

    static func combinations(_ sizes: [PartitionSize]) -> [Combination] {
        packings.flatMap { layout, format, codec in
            sizes.map { Combination(layout: layout, format: format, codec: codec, size: $0) }
        }
    }

    @Test(arguments: combinations(PartitionSize.allCases))
    func nothingIsFoundWhereAllHolds(combination: Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        #expect(try await lake.findings() == [])
        let verification = try await lake.verified()
        #expect(verification.outputs.allSatisfy { $0.state == .current && $0.holds })
        #expect(verification.outputs.compactMap(\.rowCount).reduce(0, +) == 4 * 48)
        let sections = verification.outputs.flatMap(\.sections)
        #expect(sections.allSatisfy { $0.state == .current })
        if combination.size != .hour { #expect(sections.map { $0.days.map { $0.date.day } } == [[1], [2], [3], [4]]) }
        // Also when a file was updated, is empty, or has a day without rows.
        try await lake.updates.put(2, rows: 30, salt: 8, hasNulls: true)
        try await lake.updates.put(3, rows: 0, salt: 8)
        try await lake.convert()
        #expect(try await lake.findings() == [])
    }

    @Test(arguments: combinations([.month]))
    func daysOfAMonthAreFound(combination: Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        try await lake.updates.put(2, rows: 48, salt: 9)
        try await lake.updates.put(5, rows: 48, salt: 9)
        try await lake.updates.put(6, rows: 48, salt: 9)
        try await lake.updates.remove(4)
        #expect(try await lake.findings() == ["missing-source 5 6", "stale-source 2", "source-gone 4"])
        let output = try #require(try await lake.verified().outputs.first)
        #expect(output.state == .stale && output.sectionStates.counts.map(\.count) == [2, 1, 2, 1])
        #expect(output.findings.allSatisfy { $0.repair == .run })
        #expect(
            output.sections.map { "\($0.days.map { $0.date.day }) \($0.state)" }
                == ["[1] current", "[2] stale", "[3] current", "[4] gone", "[5] missing", "[6] missing"])
        try await lake.convert()
        #expect(try await lake.findings() == [])
    }

    @Test(arguments: combinations([.day]))
    func outputsOfDaysAreFound(combination: Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        let keys = try await lake.keys()
        try await lake.destination.delete(keys[0], if: .none)
        try await lake.updates.put(2, rows: 48, salt: 9)
        try await lake.updates.remove(4)
        #expect(try await lake.findings() == ["missing-partition 1", "stale-source 2", "orphaned 4"])
        let states = try await lake.verified().outputs.map(\.state)
        #expect(states == [.missing, .stale, .current, .orphaned])
        // As in plans, days choose what is looked at.
        let first = try #require(UTCDay("2020-06-01"))
        #expect(try await lake.findings(days: DaySelection(from: first, to: first)) == ["missing-partition 1"])
        #expect(try await lake.findings(days: DaySelection(latest: 1)) == [])
        try await lake.convert(prunes: true)
        #expect(try await lake.findings() == [])
    }

    @Test(arguments: combinations([.hour, .day, .month]))
    func filesThatAreCutShortAreFound(combination: Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        let key = try #require(try await lake.keys().first)
        let whole = try await lake.read(key)
        for count in [whole.count - 1, whole.count - 9, whole.count / 2, 20, 0] {
            try await lake.write(whole.prefix(count), to: key)
            let findings = try await lake.verified().findings
            #expect(findings.map(\.kind) == [.damagedFile], "\(count) of \(whole.count)")
            #expect(findings.map(\.key) == [key.text] && findings.map(\.repair) == [.overwrite])
        }
        try await lake.write(whole + [0], to: key)
        let isPadded = combination.codec == "gz" && combination.layout == "dataclient"
        #expect(try await lake.findings().isEmpty == isPadded, "zeros behind gzip are padding")
        try await lake.convert(.always)
        #expect(try await lake.findings() == [])
    }

    @Test(arguments: combinations([.day]))
    func filesInEachOthersPlaceAreFound(combination: Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        let keys = try await lake.keys()
        let (first, second) = (try await lake.read(keys[0]), try await lake.read(keys[1]))
        try await lake.write(second, to: keys[0])
        try await lake.write(first, to: keys[1])
        #expect(
            try await lake.findings() == ["missing-source 1", "source-gone 2", "missing-source 2", "source-gone 1"])
        try await lake.convert()
        #expect(try await lake.findings() == [])
    }

    @Test(arguments: combinations([.day, .month]))
    func aRowTooManyIsFound(combination: Combination) async throws {
        let lake = try await VerificationLake(try combination.spec())
        let key = try #require(try await lake.keys().first)
        let whole = try await lake.read(key)
        // The file says of its days that they had a row less.
        try await lake.edit(key) { content in
            let count = content.replace(#""rows":48"#, with: #""rows":47"#)
            #expect(count > 0)
        }
        let findings = try await lake.verified().findings
        #expect(findings.map(\.kind) == [.wrongRowCount], "\(findings.map(\.detail))")
        try await lake.write(whole, to: key)
        #expect(try await lake.findings() == [])
    }

    @Test func hoursWithAndWithoutRowsAreToldApart() async throws {
        let spec = try MemoryLake.spec("arrow", "zst", "dataclient", size: .hour)
        let updates = try await UpdateLake(spec)
        try await updates.put(1, rows: 5, salt: 1)
        try await updates.put(2, rows: 0, salt: 1)
        try await updates.convert()
        let converter = Converter(from: updates.lake.store, to: updates.destination)
        let verified = try await converter.verification(spec, of: MemoryLake.dataset)
        #expect(verified.findings.isEmpty && verified.outputs.map(\.partition.hour) == [0, 1, 2, 3, 4])
        try await updates.destination.delete(verified.outputs[3].key, if: .none)
        let again = try await converter.verification(spec, of: MemoryLake.dataset)
        #expect(again.findings.map(\.kind) == [.missingPartition])
        #expect(again.findings.map(\.key) == [verified.outputs[3].key.text])
    }

    @Test func whatIsNoOutputOfTheSpecIsFound() async throws {
        let lake = try await VerificationLake(try MemoryLake.spec("parquet", "zst", "athena"))
        let keys = try await lake.keys()
        let other = try await VerificationLake(try MemoryLake.spec("parquet", "sz", "athena"))
        try await lake.write(try await other.read(keys[0]), to: keys[0])
        var file = try FileWriter(Parquet(), schema: try Schema([Field("a", .int64)]))
        try file.finish()
        let unmarked = file.takeBytes()
        try await lake.write(unmarked, to: keys[1])
        try await lake.write(Array("no file at all".utf8), to: keys[2])
        let folder = "test/prices/day_partition=2020-06-01"
        for name in ["\(folder)/copy.parquet", "test/prices/day_partition=2021-01-01/1609459200.parquet"] {
            try await lake.write([1], to: try ObjectKey(name))
        }
        let findings = try await lake.verified().findings
        #expect(
            findings.map(\.kind) == [.foreign, .noProvenance, .damagedFile, .unexpectedObject, .unexpectedObject])
        #expect(findings.map(\.repair) == [.overwrite, .overwrite, .overwrite, .none, .none])
        #expect(findings[0].detail.contains("codec=sz"), "\(findings[0].detail)")
    }

    @Test func columnsAndMetadataAreCompared() async throws {
        let lake = try await VerificationLake(try MemoryLake.spec("arrow", "gz", "dataclient", size: .month))
        try await lake.updates.lake.put(
            "test/prices/METADATA.json",
            Array(#"{"type_map": {"target_start": "int", "node": "str", "lmp": "str", "ids": "list"}}"#.utf8))
        #expect(try await lake.findings() == ["other-columns", "other-metadata"])
        try await lake.convert()
        #expect(try await lake.findings() == [])
        try await lake.destination.delete(try ObjectKey("test/prices/METADATA.json"), if: .none)
        #expect(try await lake.findings() == ["other-metadata"])
        try await lake.updates.lake.store.delete(try ObjectKey("test/prices/METADATA.json"), if: .none)
        let verification = try await lake.verified()
        #expect(verification.failures.map(\.code) == [.missingMetadata])
    }

    @Test func summariesSayWhatSetsThingsRight() async throws {
        let lake = try await VerificationLake(try MemoryLake.spec("parquet", "zst", "athena"))
        for day in 5...16 { try await lake.updates.put(day, rows: 9, salt: day) }
        try await lake.convert()
        let keys = try await lake.keys()
        for index in [1, 2, 5] { try await lake.write([0], to: keys[index]) }
        for index in 6...15 { try await lake.destination.delete(keys[index], if: .none) }
        try await lake.updates.remove(1)
        var summary = VerificationSummary()
        summary.add(try await lake.verified())
        #expect(!summary.holds && summary.needsRun && summary.needsPruning && !summary.needsPerson)
        #expect(
            summary.overwrites.map { "\($0.days.lowerBound)..\($0.days.upperBound)" }
                == ["2020-06-02..2020-06-03", "2020-06-06..2020-06-06"])
        let figures = try #require(summary.figures[MemoryLake.dataset])
        #expect(figures.outputCount == 16 && figures.holdingCount == 2 && figures.findingCount == 14)
        #expect(figures.findingCounts == [.missingPartition: 10, .damagedFile: 3, .orphaned: 1])
        #expect(summary.shownFindings.count == 14)
        try await lake.updates.put(17, rows: 9, salt: 1)
        summary.add(try await lake.verified())
        #expect(summary.shownFindings.count { $0.kind == .missingPartition } == 20, "some are only counted")
    }

    @Test func documentsAreOneJSONValue() async throws {
        let lake = try await VerificationLake(try MemoryLake.spec("parquet", "zst", "athena", size: .month))
        try await lake.updates.put(2, rows: 48, salt: 9)
        let verification = try await lake.verified()
        var summary = VerificationSummary()
        summary.add(verification)
        var document = VerificationDocument(lake.spec, listsSections: true)
        let text = document.text(adding: verification) + document.end(summary, repair: ["backfill run"])
        let json = try JSONValue.parse(Array(text.utf8).span.bytes)
        #expect(json["type"]?.stringValue == "verification" && json["holds"]?.boolValue == false)
        let output = try #require(json["outputs"]?.arrayValue?.first)
        #expect(output["state"]?.stringValue == "stale" && output["rows"]?.intValue == 4 * 48)
        let finding = try #require(output["findings"]?.arrayValue?.first)
        #expect(finding["kind"]?.stringValue == "stale-source" && finding["days"] == ["2020-06-02"])
        let states = output["section_list"]?.arrayValue?.map { $0["state"]?.stringValue }
        #expect(states == ["current", "stale", "current", "current"])
        #expect(json["total"]?["findings"] == ["stale-source": 1])
        #expect(json["repair"] == ["backfill run"])
        var empty = VerificationDocument(lake.spec)
        let nothing = try JSONValue.parse(Array(empty.end(VerificationSummary(), repair: []).utf8).span.bytes)
        #expect(nothing["holds"]?.boolValue == true && nothing["outputs"] == [])
    }
}
