import S3DB
import Testing

/// Where the sections of a long day end.
@Suite struct SectionCuttingTests {
    @Test(
        "sections end with their row groups where that makes no more frames",
        arguments: [
            ("athena", "sz", 3), ("athena", "none", 3), ("dataclient", "none", 3), ("dataclient", "zst", 1),
            ("dataclient", "br", 1),
        ])
    func sectionsEndWithRowGroups(layout: String, codec: String, pieceCount: Int) async throws {
        let spec = try ConversionSpec(
            format: "parquet", codec: codec, layout: layout, size: .month, options: ["row-group-rows": "16"],
            cutting: CuttingLimits(batchRowCount: 16)
        ).validated(in: .standard)
        let lake = try await VerificationLake(spec, rows: 48)
        let sections = try await lake.verified().outputs.flatMap(\.sections)
        #expect(sections.map(\.pieceCount) == Array(repeating: pieceCount, count: 4))

        // An update keeps all pieces of the days that stay, and makes the file that is made from nothing.
        try await lake.updates.put(2, rows: 40, salt: 9)
        try await lake.convert()
        #expect(try await lake.findings() == [])
        let key = try #require(try await lake.keys().first)
        let updated = try await lake.read(key)
        try await lake.convert(.always)
        #expect(try await lake.read(key) == updated)
    }
}
