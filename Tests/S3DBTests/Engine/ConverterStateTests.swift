import S3DB
import Testing

/// What decides whether an output is written: its sources, its schema, its spec, and the policy.
@Suite struct ConverterStateTests {
    @Test(arguments: PartitionSize.allCases)
    func whatWasConvertedIsCurrent(size: PartitionSize) async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: "2020-01-30", rows: 50, hours: 5)
        try await lake.put(day: "2020-02-01", rows: 70, hours: 24)
        let converter = Converter(from: lake.store, to: MemoryStore())
        let spec = try MemoryLake.spec("arrow", "zst", "dataclient", size: size)
        let written = try await converter.convert(spec).values.filter { if case .written = $0 { true } else { false } }
        #expect(written.count == [.hour: 29, .day: 2, .month: 2, .year: 1][size])
        #expect(Set(try await converter.states(spec).values) == ["current"])
        let again = try await converter.convert(spec)
        #expect(again.isEmpty)
    }

    @Test func oneChangedDayMakesItsPartitionStale() async throws {
        let lake = try await MemoryLake()
        for day in ["2020-01-30", "2020-01-31", "2020-02-01"] { try await lake.put(day: day, rows: 9) }
        let destination = MemoryStore()
        let converter = Converter(from: lake.store, to: destination)
        let spec = try MemoryLake.spec(size: .month)
        _ = try await converter.convert(spec)
        try await lake.put(day: "2020-01-31", rows: 9, salt: 1)
        #expect(try await converter.states(spec) == ["2020-01": "stale", "2020-02": "current"])
        let outcomes = try await converter.convert(spec)
        #expect(outcomes.keys.sorted() == ["test/prices/month_partition=2020-01-01/1577836800.parquet"])
        #expect(Set(try await converter.states(spec).values) == ["current"])
    }

    @Test func aChangedTypeMakesAllStale() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: "2020-01-30", rows: 9)
        let converter = Converter(from: lake.store, to: MemoryStore())
        let spec = try MemoryLake.spec()
        _ = try await converter.convert(spec)
        try await lake.put(
            "test/prices/METADATA.json", Array(#"{"type_map": {"target_start": "int", "lmp": "str"}}"#.utf8))
        #expect(try await converter.states(spec) == ["2020-01-30": "stale"])
    }

    @Test func anotherSpecIsForeignAndRefused() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: "2020-01-01", rows: 24)
        let destination = MemoryStore()
        let converter = Converter(from: lake.store, to: destination)
        // A year and a day that begin together have one key in this layout.
        let day = try MemoryLake.spec("arrow", "zst", "dataclient", size: .day)
        let year = try MemoryLake.spec("arrow", "zst", "dataclient", size: .year)
        _ = try await converter.convert(day)
        let before = try await destination.contents()
        let outcomes = try await converter.convert(year)
        guard case .failed(let error)? = outcomes["test/prices/year=2020/1577836800.arrow.zst"] else {
            Issue.record("not refused: \(outcomes)")
            return
        }
        #expect(error.code == .foreignOutput)
        #expect(error.message.contains("size=day") && error.message.contains("size=year"))
        #expect(try await destination.contents() == before)
        #expect(try await converter.convert(year, policy: .never).isEmpty)
        _ = try await converter.convert(year, policy: .always)
        #expect(try await converter.states(year) == ["2020": "current"])
    }

    @Test func whatIsNoFileOfOursIsForeign() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: "2020-01-01", rows: 24)
        let destination = MemoryStore()
        let key = try ObjectKey("test/prices/day_partition=2020-01-01/1577836800.parquet")
        for content in [[], Array("PAR1".utf8), Array(repeating: UInt8(7), count: 5000)] as [[UInt8]] {
            _ = try await destination.put(key, [Buffer(content)], if: .none)
            let outcomes = try await Converter(from: lake.store, to: destination).convert(MemoryLake.spec())
            guard case .failed(let error)? = outcomes[key.text] else {
                Issue.record("not refused: \(outcomes)")
                return
            }
            #expect(error.code == .foreignOutput)
            #expect(Array(try #require(try await destination.read(key)).bytes) == content)
        }
    }

    @Test func outputsWithoutSourcesAreOrphansUntilPruned() async throws {
        let lake = try await MemoryLake()
        for day in ["2020-01-30", "2020-01-31"] { try await lake.put(day: day, rows: 9) }
        let destination = MemoryStore()
        let converter = Converter(from: lake.store, to: destination)
        let spec = try MemoryLake.spec()
        _ = try await converter.convert(spec)
        let gone = try #require(UTCDay("2020-01-31"))
        try await lake.store.delete(try ObjectKey(SourceKey.day(MemoryLake.dataset, gone).key), if: .none)
        #expect(try await converter.states(spec) == ["2020-01-30": "current", "2020-01-31": "orphaned"])
        #expect(try await converter.convert(spec).isEmpty)
        let outcomes = try await converter.convert(spec, prunes: true)
        #expect(outcomes.count == 1)
        #expect(
            try await destination.contents().keys.sorted() == [
                "test/prices/day_partition=2020-01-30/1580342400.parquet"
            ])
    }

    @Test func anHourThatLostItsRowsBecomesAFileWithNone() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: "2020-01-30", rows: 8, hours: 4)
        let destination = MemoryStore()
        let converter = Converter(from: lake.store, to: destination)
        let spec = try MemoryLake.spec(size: .hour)
        #expect(try await converter.convert(spec).values.filter { $0.rowCount == 2 }.count == 4)
        try await lake.put(day: "2020-01-30", rows: 6, hours: 3)
        let outcomes = try await converter.convert(spec)
        #expect(outcomes["test/prices/hour_partition=2020-01-30 03:00:00/1580353200.parquet"]?.rowCount == 0)
        #expect(outcomes["test/prices/hour_partition=2020-01-30 02:00:00/1580349600.parquet"]?.rowCount == 2)
        #expect(Set(try await converter.states(spec).values) == ["current"])
    }

    @Test func aRowOutsideItsDayFailsHoursAndIsCountedElsewhere() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: "2020-01-30", csv: "target_start\n1580342400\n1580428800\n")
        let destination = MemoryStore()
        let converter = Converter(from: lake.store, to: destination)
        let hours = try await converter.convert(MemoryLake.spec(size: .hour))
        guard case .failed(let error)? = hours.values.first else {
            Issue.record("not refused: \(hours)")
            return
        }
        #expect(error.code == .rowOutsideDay)
        #expect(error.location.key == "test/prices/year=2020/1580342400.csv.gz")
        #expect(try await destination.contents().isEmpty)
        guard case .written(let written)? = try await converter.convert(MemoryLake.spec()).values.first else {
            Issue.record("not written")
            return
        }
        #expect(written.rowCount == 2 && written.outsideRowCount == 1)
    }

    @Test func daysChoosePartitionsThatAreMadeWhole() async throws {
        let lake = try await MemoryLake()
        for day in ["2020-01-30", "2020-01-31", "2020-02-01", "2020-02-02"] { try await lake.put(day: day, rows: 5) }
        let converter = Converter(from: lake.store, to: MemoryStore())
        let spec = try MemoryLake.spec(size: .month)
        for (days, expected) in [
            (DaySelection(from: UTCDay("2020-01-31"), to: UTCDay("2020-01-31")), ["2020-01"]),
            (DaySelection(latest: 2), ["2020-02"]), (DaySelection(latest: 3), ["2020-01", "2020-02"]),
            (DaySelection(from: UTCDay("2021-01-01")), []),
        ] {
            let plan = try await converter.plan(spec, datasets: [MemoryLake.dataset], days: days)
            #expect(plan.jobs.map(\.span.description) == expected)
            #expect(plan.jobs.allSatisfy { $0.sources.count == 2 })
        }
    }
}

extension OutputResult.Outcome {
    /// The rows of an output that was written.
    var rowCount: Int? {
        if case .written(let written) = self { written.rowCount } else { nil }
    }
}
