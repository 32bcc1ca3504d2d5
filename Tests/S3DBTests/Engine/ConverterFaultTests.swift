import S3DB
import Testing

/// Rivals, faults and ends that come while a job is under way.
@Suite struct ConverterFaultTests {
    private static let day = "2020-01-30"
    private static let key = "test/prices/day_partition=2020-01-30/1580342400.parquet"

    @Test func aSourceThatChangesIsReadAgain() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: Self.day, rows: 10)
        let opens = Counter()
        let source = HookedStore(lake.store) { (request) async throws(S3DBError) in
            // The second time is when the rows are read, behind the header.
            guard case .open(let key) = request, key.text.hasSuffix(".gz"), opens.increment() == 3 else { return }
            try? await lake.put(day: Self.day, rows: 20)
        }
        let outcomes = try await Converter(from: source, to: MemoryStore()).convert(MemoryLake.spec())
        #expect(outcomes[Self.key]?.rowCount == 20)
    }

    /// A checksum stands behind the bytes, so that rows which damage made are seen long before it.
    @Test(arguments: [
        (PartitionSize.day, UInt8(ascii: ","), S3DBError.Code.raggedRow), (.hour, UInt8(ascii: "2"), .rowOutsideDay),
    ])
    func rowsThatDamageMadeAreDamage(size: PartitionSize, byte: UInt8, otherwise: S3DBError.Code) async throws {
        var csv = Array("target_start,node,lmp\r\n".utf8)
        let position = csv.count
        for row in 0..<60_000 { csv += Array("\(1_580_342_400 + row),N,1.25\r\n".utf8) }
        let sound = try await failure(of: csv, changing: nil, at: position, size: size)
        #expect(sound == nil)
        let damaged = try await failure(of: csv, changing: byte, at: position, size: size)
        #expect(damaged == .checksumMismatch)

        // The same row in a file whose checksum holds is the row's own error.
        csv[position] = byte
        let own = try await failure(of: csv, changing: nil, at: position, size: size)
        #expect(own == otherwise)
    }

    /// The code with which a day fails whose text is stored as it is, but for one byte.
    private func failure(
        of csv: [UInt8], changing byte: UInt8?, at position: Int, size: PartitionSize
    ) async throws -> S3DBError.Code? {
        let lake = try await MemoryLake()
        var text = csv
        if let byte { text[position] = byte }
        // RFC 1952 and 1951: a header, stored blocks, and the trailer of what it should be.
        var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        for start in stride(from: 0, to: text.count, by: 65_535) {
            let block = text[start..<min(start + 65_535, text.count)]
            let length = UInt16(block.count)
            packed += [start + 65_535 >= text.count ? 1 : 0, UInt8(length & 255), UInt8(length >> 8)]
            packed += [UInt8(~length & 255), UInt8(~length >> 8)] + block
        }
        packed += Array(try Gzip().compress(csv.span.bytes)).suffix(8)
        try await lake.put(SourceKey.day(MemoryLake.dataset, try #require(UTCDay(Self.day))).key, packed)
        let outcomes = try await Converter(from: lake.store, to: MemoryStore()).convert(MemoryLake.spec(size: size))
        for case .failed(let error) in outcomes.values { return error.code }
        return nil
    }

    @Test func aSourceThatNeverRestsFailsItsJobAlone() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: Self.day, rows: 10)
        try await lake.put(day: "2020-01-31", rows: 5)
        let salts = Counter()
        let source = HookedStore(lake.store) { (request) async throws(S3DBError) in
            guard case .open(let key) = request, key.text.hasSuffix("1580342400.csv.gz") else { return }
            try? await lake.put(day: Self.day, rows: 10, salt: salts.increment())
        }
        let destination = MemoryStore()
        let outcomes = try await Converter(from: source, to: destination).convert(MemoryLake.spec())
        guard case .failed(let error)? = outcomes[Self.key] else {
            Issue.record("it did not fail: \(outcomes)")
            return
        }
        #expect(error.code == .sourceChanged)
        #expect(
            try await destination.contents().keys.sorted() == [
                "test/prices/day_partition=2020-01-31/1580428800.parquet"
            ])
    }

    @Test func aLostRacePlansAgainAndAcceptsTheWinner() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: Self.day, rows: 10)
        let base = MemoryStore()
        let spec = try MemoryLake.spec()
        let puts = Counter()
        let destination = HookedStore(base) { (request) async throws(S3DBError) in
            guard case .put = request, puts.increment() == 1 else { return }
            // The rival finishes the same job first.
            _ = try? await Converter(from: lake.store, to: base).convert(spec)
        }
        let outcomes = try await Converter(from: lake.store, to: destination).convert(spec)
        guard case .unchanged? = outcomes[Self.key] else {
            Issue.record("the winner's file was not accepted: \(outcomes)")
            return
        }
        #expect(puts.increment() == 2, "it was put again")
    }

    @Test func aLostRaceAgainstStaleWorkWinsTheNextRound() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: Self.day, rows: 10)
        let base = MemoryStore()
        let spec = try MemoryLake.spec()
        let old = try await MemoryLake()
        // Twice, so that its version differs from the other lake's.
        for _ in 0..<2 { try await old.put(day: Self.day, rows: 3) }
        let puts = Counter()
        let destination = HookedStore(base) { (request) async throws(S3DBError) in
            guard case .put = request, puts.increment() == 1 else { return }
            _ = try? await Converter(from: old.store, to: base).convert(spec)
        }
        let converter = Converter(from: lake.store, to: destination)
        #expect(try await converter.convert(spec)[Self.key]?.rowCount == 10)
        #expect(try await converter.states(spec) == [Self.day: "current"])
    }

    @Test func aFailingDestinationLeavesNothing() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: Self.day, rows: 10)
        let base = MemoryStore()
        let destination = HookedStore(base) { (request) async throws(S3DBError) in
            if case .put = request { throw S3DBError(.storageFull, "no room") }
        }
        let outcomes = try await Converter(from: lake.store, to: destination).convert(MemoryLake.spec())
        guard case .failed(let error)? = outcomes[Self.key] else {
            Issue.record("it did not fail: \(outcomes)")
            return
        }
        #expect(error.code == .storageFull)
        #expect(try await base.contents().isEmpty)
    }

    @Test func cancellationEndsTheRunAndLeavesNothingHalfWritten() async throws {
        let lake = try await MemoryLake()
        for number in 1...30 {
            try await lake.put(day: "2020-06-\(number < 10 ? "0" : "")\(number)", rows: 200)
        }
        let base = MemoryStore()
        let (stream, signal) = AsyncStream<Void>.makeStream()
        let puts = Counter()
        let destination = HookedStore(base) { (request) async throws(S3DBError) in
            guard case .put = request, puts.increment() >= 5 else { return }
            signal.yield()
            // Held until the cancellation arrives, so that the run cannot end before it.
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
        }
        let converter = Converter(from: lake.store, to: destination)
        let spec = try MemoryLake.spec()
        let plan = try await converter.plan(spec, datasets: [MemoryLake.dataset])
        let run = Task { await converter.run(plan) { _ in } }
        for await _ in stream { break }
        run.cancel()
        await run.value
        let done = try await base.contents().count
        #expect(done >= 4 && done < 30)
        #expect(try await base.sweepUploads(olderThan: .zero) == 0)
        let states = try await converter.states(spec).values
        #expect(states.filter { $0 == "current" }.count == done)
        _ = try await Converter(from: lake.store, to: base).convert(spec)
        #expect(try await base.contents().count == 30)
    }

    @Test func aBudgetTooSmallForTheSpecIsRefused() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: Self.day, rows: 10)
        let converter = Converter(
            from: lake.store, to: MemoryStore(), limits: EngineLimits(memoryByteCount: 1 << 20))
        await #expect {
            try await converter.plan(MemoryLake.spec(), datasets: [MemoryLake.dataset])
        } throws: {
            let error = $0 as? S3DBError
            return error?.code == .memoryBudget && error?.remedy?.contains("--memory") == true
        }
    }

    @Test func hoursPublishedBeforeALostRaceKeepTheirResults() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: Self.day, rows: 12, hours: 6)
        let base = MemoryStore()
        let puts = Counter()
        let destination = HookedStore(base) { (request) async throws(S3DBError) in
            guard case .put = request, puts.increment() == 3 else { return }
            throw S3DBError(.conflict, "a rival writes")
        }
        let outcomes = try await Converter(from: lake.store, to: destination).convert(MemoryLake.spec(size: .hour))
        #expect(outcomes.count == 6)
        #expect(outcomes.values.allSatisfy { $0.rowCount == 2 })
        #expect(try await base.contents().count == 6)
    }

    @Test func aRivalThatCopiesMetadataIsNoFailure() async throws {
        let lake = try await MemoryLake()
        try await lake.put(day: Self.day, rows: 12)
        let base = MemoryStore()
        let key = try ObjectKey("test/prices/METADATA.json")
        let original = try #require(try await lake.store.read(key)).bytes
        let puts = Counter()
        let destination = HookedStore(base) { (request) async throws(S3DBError) in
            guard case .put(key) = request, puts.increment() == 1 else { return }
            _ = try await base.put(key, [original], if: .absent)
        }
        let outcomes = try await Converter(from: lake.store, to: destination).convert(
            MemoryLake.spec("arrow", "zst", "dataclient"))
        #expect(outcomes.count == 1 && outcomes.values.allSatisfy { $0.rowCount == 12 })
        #expect(puts.value >= 1)
        #expect(try await base.read(key)?.bytes == original)
    }
}
