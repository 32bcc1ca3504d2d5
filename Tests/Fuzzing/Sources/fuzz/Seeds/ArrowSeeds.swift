import Codecs
import ColumnarFormats
import S3DBCore

/// Arrow streams and files to begin with.
enum ArrowSeeds {
    static func streams() throws -> [Seed] { try seeds(.stream) }

    static func files() throws -> [Seed] { try seeds(.file) }

    /// All types in groups, plain and compressed, text also by dictionaries, in several batches.
    private static func seeds(_ container: ArrowContainer) throws -> [Seed] {
        var seeds: [Seed] = []
        let groups = SeedTables.groups(RandomColumn.flatTypes + RandomColumn.nestedTypes, of: 4)
        for (group, types) in groups.enumerated() {
            let batch = try SeedTables.table(types, rowCount: 12)
            let options = ArrowOptions(recordBatchRowCount: 7, container: container)
            for codec in [nil, group % 2 == 0 ? LZ4() : Zstandard()] as [(any Codec)?] {
                seeds.append(
                    Seed(
                        "\(container)-\(group)-\(codec?.name ?? "none")",
                        try SeedTables.file(ArrowStream(options), batch, codec: codec)))
            }
        }
        let text = try SeedTables.table([.utf8, .int32, .utf8], rowCount: 12)
        let options = ArrowOptions(strings: .dictionary, recordBatchRowCount: 5, container: container)
        seeds.append(Seed("\(container)-dictionaries", try SeedTables.file(ArrowStream(options), text)))
        return seeds
    }
}
