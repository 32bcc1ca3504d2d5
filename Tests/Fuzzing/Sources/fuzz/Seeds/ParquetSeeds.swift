import Codecs
import ColumnarFormats
import S3DBCore

/// Parquet files and parts of them to begin with.
enum ParquetSeeds {
    private static let optionSets: [[String: String]] = [
        [:], ["page-version": "2"], ["integers": "delta", "strings": "delta", "dictionary-bytes": "0"],
        ["integers": "split", "floats": "split", "strings": "delta-length", "dictionary-bytes": "0"],
        ["bloom-filter-millionths": "10000"], ["dictionary-bytes": "0"],
    ]

    /// Files of all types that are written, under all options and codecs.
    static func files() throws -> [Seed] {
        let codecs: [(any Codec)?] = [nil, Gzip(), Snappy(), Zstandard(), LZ4(), Brotli()]
        var seeds: [Seed] = []
        let groups = SeedTables.groups(writable(RandomColumn.flatTypes + RandomColumn.nestedTypes), of: 6)
        for (group, types) in groups.enumerated() {
            let batch = try SeedTables.table(types, rowCount: 24)
            for (number, options) in optionSets.enumerated() {
                // Without a codec changes reach the values; one file of each codec is enough.
                let codec = number == group % optionSets.count ? codecs[group % codecs.count] : nil
                let file = try SeedTables.file(try Parquet().configured(options), batch, codec: codec)
                seeds.append(Seed("\(group)-\(number)-\(codec?.name ?? "none")", file))
            }
        }
        let small = try SeedTables.table([.int64, .utf8], rowCount: 9)
        for codec in codecs {
            seeds.append(Seed("small-\(codec?.name ?? "none")", try SeedTables.file(Parquet(), small, codec: codec)))
        }
        seeds.append(Seed("outer", try SeedTables.file(Parquet(), small, isInsideOuterCodec: true)))
        var pages = ParquetOptions()
        pages.pageRowLimit = 20
        seeds.append(
            Seed("pages", try SeedTables.file(Parquet(pages), SeedTables.table([.int32, .utf8], rowCount: 200))))
        return seeds
    }

    /// Footers, page indexes, page headers and Bloom filters of those files.
    static func structures() throws -> [Seed] {
        var seeds: [Seed] = []
        for file in try files() {
            let bytes = Array(file.bytes)
            let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            let footer = file.bytes.slice(bytes.count - 8 - length..<bytes.count - 8)
            seeds.append(Seed("footer-\(file.name)", footer))
            guard let chunk = try ParquetMetadata(footer: footer.bytes).rowGroups.first?.columns.first else { continue }
            let ranges = [
                ("page", chunk.offset..<chunk.offset + chunk.byteCount), ("columns", chunk.columnIndex),
                ("offsets", chunk.offsetIndex),
                ("bloom", chunk.bloomFilterOffset.map { $0..<$0 + (chunk.bloomFilterByteCount ?? 0) }),
            ]
            for case (let name, let range?) in ranges {
                seeds.append(Seed("\(name)-\(file.name)", file.bytes.slice(range)))
            }
        }
        return seeds
    }

    /// The types that files are written of.
    private static func writable(_ types: [DataType]) -> [DataType] {
        types.filter { type in
            guard let batch = try? SeedTables.table([type], rowCount: 3) else { return false }
            return (try? SeedTables.file(Parquet(), batch)) != nil
        }
    }
}
