import S3DB
import TestSupport
import Testing

/// Trees of tables as sources: what is made of them is, byte for byte, what is made of the lake.
@Suite struct RepartitionTests {
    private static let sizes: [(PartitionSize, PartitionSize)] = [
        (.day, .month), (.year, .hour), (.month, .day), (.day, .year), (.year, .day), (.month, .year),
    ]

    @Test(arguments: TableLake.packings, sizes)
    func bytesAreThoseOfTheLake(packing: TableLake.Packing, sizes: (PartitionSize, PartitionSize)) async throws {
        let lake = try await TableLake()
        let tree = try await lake.tree(packing.resized(sizes.0))
        for target in [
            TableLake.Packing("parquet", "zst", "athena", sizes.1), .init("arrow", "lz4", "dataclient", sizes.1),
        ] {
            let again = MemoryStore()
            try await TableLake.convert(tree, to: again, target, reading: SourceFormat(packing.format))
            let expected = try await TableLake.files(of: lake.tree(target))
            let found = try await TableLake.files(of: again)
            #expect(found.keys.sorted() == expected.keys.sorted())
            for (key, bytes) in expected { #expect(found[key] == bytes, "\(target.testDescription) \(key)") }
        }
    }

    @Test(arguments: TableLake.packings, [PartitionSize.day, .year])
    func hoursArePutTogether(packing: TableLake.Packing, size: PartitionSize) async throws {
        let lake = try await TableLake.sorted()
        let tree = try await lake.tree(packing.resized(.hour))
        let target = TableLake.Packing("parquet", "gz", "dataclient", size)
        let again = MemoryStore()
        try await TableLake.convert(tree, to: again, target, reading: SourceFormat(packing.format))
        let expected = try await TableLake.files(of: lake.tree(target))
        #expect(try await TableLake.files(of: again) == expected)
    }

    @Test(arguments: ["arrow", "parquet"])
    func oneFormatBecomesTheOther(format: String) async throws {
        let lake = try await TableLake()
        let other = format == "arrow" ? "parquet" : "arrow"
        let tree = try await lake.tree(.init(format, "zst", "dataclient", .month))
        let target = TableLake.Packing(other, "br", "dataclient", .month)
        let again = MemoryStore()
        try await TableLake.convert(tree, to: again, target, reading: SourceFormat(format))
        // METADATA.json too.
        #expect(try await again.contents() == lake.tree(target).contents())
    }

    @Test func optionsOfTheTreeDoNotMatter() async throws {
        let lake = try await TableLake()
        let target = TableLake.Packing("parquet", "zst", "dataclient", .month)
        let expected = try await lake.tree(target).contents()
        var packings: [TableLake.Packing] = []
        for format in ["arrow", "parquet"] {
            var packing = TableLake.Packing(format, "zst", "dataclient", .year)
            packing.cutting = CuttingLimits(batchRowCount: 10, sectionRowCount: 30)
            packings.append(packing)
        }
        var file = TableLake.Packing("arrow", "none", "dataclient", .year)
        file.options = ["container": "file"]
        var dictionaries = TableLake.Packing("arrow", "gz", "dataclient", .month)
        dictionaries.options = ["strings": "dictionary"]
        for packing in packings + [file, dictionaries] {
            let again = MemoryStore()
            let tree = try await lake.tree(packing)
            try await TableLake.convert(tree, to: again, target, reading: SourceFormat(packing.format))
            #expect(try await again.contents() == expected, "\(packing)")
        }
    }

    /// Of sections that join days, nothing says which day lacked a column: the values are the same, and what says so of
    /// them is not.
    @Test(arguments: ["arrow", "parquet"], [SectionSpan.week, .month])
    func daysThatSectionsJoinAreToldApart(format: String, span: SectionSpan) async throws {
        let lake = try await TableLake()
        for codec in ["none", "zst"] {
            var packing = TableLake.Packing(format, codec, "dataclient", .year)
            packing.span = span
            packing.cutting = CuttingLimits(batchRowCount: 10, sectionRowCount: 30)
            let tree = try await lake.tree(packing)
            let again = MemoryStore()
            let target = TableLake.Packing("parquet", "zst", "dataclient", .day)
            try await TableLake.convert(tree, to: again, target, reading: SourceFormat(format))
            let found = try await Converter(from: lake.source, to: again)
                .verification(try target.spec(), of: MemoryLake.dataset, isDeep: true)
            #expect(found.findings.allSatisfy { $0.kind == .otherBytes } && found.failures.isEmpty, "\(found)")
            #expect(found.outputs.allSatisfy { $0.state == .current } && found.outputs.count == 5)
        }
    }

    @Test(arguments: ["arrow", "parquet"])
    func whatIsMadeIsCurrentAndHolds(format: String) async throws {
        let lake = try await TableLake()
        let tree = try await lake.tree(.init(format, "zst", "dataclient", .day))
        let target = TableLake.Packing("parquet", "zst", "athena", .month)
        let again = MemoryStore()
        try await TableLake.convert(tree, to: again, target, reading: SourceFormat(format))
        // By the lake itself, deeply, and by the tree.
        for (source, reading) in [(lake.source as any ObjectStore, SourceFormat.csv), (tree, SourceFormat(format))] {
            let days: any ObjectStore =
                reading.isTables ? try TableStore(source, as: reading, registry: .standard) : source
            let converter = Converter(from: days, to: again)
            let spec = try target.spec(reading: reading)
            #expect(Set(try await converter.states(spec).values) == ["current"])
            let found = try await converter.verification(spec, of: MemoryLake.dataset, isDeep: true)
            #expect(found.findings.isEmpty && found.failures.isEmpty, "\(found)")
        }
    }

    @Test(arguments: ["arrow", "parquet"])
    func aChangedDayIsAllThatIsReadAgain(format: String) async throws {
        let lake = try await TableLake()
        let packing = TableLake.Packing(format, "zst", "dataclient", .day)
        let target = TableLake.Packing("parquet", "zst", "dataclient", .month)
        let tree = try await lake.tree(packing)
        let again = MemoryStore(minimumPartByteCount: 1)
        try await TableLake.convert(tree, to: again, target, reading: SourceFormat(format))
        try await lake.lake.put(2, rows: 50, salt: 77, hasNulls: true)
        try await TableLake.convert(lake.source, to: tree, packing)
        let results = try await TableLake.results(tree, to: again, target, reading: SourceFormat(format))
        let written = results.compactMap(\.written)
        #expect(written.count == 1 && written[0].keptSectionCount == 3, "\(results)")
        #expect(try await again.contents() == lake.tree(target).contents())
    }
}
