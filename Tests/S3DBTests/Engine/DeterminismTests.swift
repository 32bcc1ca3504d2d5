import S3DB
import Testing

/// The same sources under the same tokens and spec give the same bytes, whatever the workers and the memory.
@Suite struct DeterminismTests {
    static let specs: [(String, String, String, PartitionSize)] = [
        ("parquet", "sz", "athena", .month), ("parquet", "zst", "dataclient", .month),
        ("arrow", "gz", "dataclient", .year), ("arrow", "lz4", "dataclient", .hour),
        ("arrow", "br", "dataclient", .month), ("parquet", "bz2", "dataclient", .day),
    ]

    @Test(arguments: specs)
    func workersAndMemoryShapeNothing(format: String, codec: String, layout: String, size: PartitionSize) async throws {
        let lake = try await MemoryLake()
        for number in 10...19 { try await lake.put(day: "2020-06-\(number)", rows: number * 13) }
        // Small sections, so that days are cut and pieces follow one another.
        let cutting = CuttingLimits(batchRowCount: 16, sectionRowCount: 64)
        let spec = try MemoryLake.spec(format, codec, layout, size: size, cutting: cutting)
        var outputs: [[String: Buffer]] = []
        for (workers, memory) in [(1, 192 << 20), (2, 256 << 20), (5, 1 << 30)] {
            let destination = MemoryStore()
            let limits = EngineLimits(workerCount: workers, memoryByteCount: memory)
            let outcomes = try await Converter(from: lake.store, to: destination, limits: limits).convert(spec)
            #expect(outcomes.values.allSatisfy { $0.rowCount != nil })
            outputs.append(try await destination.contents())
        }
        #expect(!outputs[0].isEmpty)
        #expect(outputs[0] == outputs[1])
        #expect(outputs[0] == outputs[2])
    }
}
