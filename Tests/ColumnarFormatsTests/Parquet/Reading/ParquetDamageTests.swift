import Codecs
import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Files that are cut or changed are read or refused, and nothing else happens.
@Suite struct ParquetDamageTests {
    static let foreignFiles = [
        "alltypes_plain.snappy", "data_index_bloom_encoding_stats", "datapage_v2.snappy", "delta_byte_array",
        "delta_encoding_optional_column", "byte_stream_split_extended.gzip", "hadoop_lz4_compressed",
        "lz4_raw_compressed", "nested_lists.snappy", "nested_maps.snappy", "nullable.impala", "nonnullable.impala",
        "fixed_length_decimal", "int96_from_spark", "rle_boolean_encoding", "repeated_no_annotation",
        "float16_nonzeros_and_nans", "concatenated_gzip_members", "int32_with_null_pages",
    ]

    /// Reads all, with what lies behind the footer too.
    private func readOrRefuse(_ bytes: [UInt8], predicates: [ParquetPredicate] = []) {
        do {
            let reader = try ParquetReading.reader(Buffer(bytes)) {
                $0.checksPages = false
                $0.predicates = predicates
                $0.batchRowCount = 1000
                $0.limits.pageByteCount = 32 << 20
                $0.limits.pageValueCount = 1 << 20
                $0.limits.batchValueCount = 1 << 20
            }
            // Damaged counts may claim rows without end.
            var batchCount = 0
            try reader.forEachBatch { (batch) throws(S3DBError) in
                for column in batch.columns { _ = column.nullCount }
                batchCount += 1
                if batchCount > 100 { throw S3DBError(.cancelled, "enough") }
            }
        } catch {
            #expect(error is S3DBError)
        }
    }

    private func damage(_ bytes: [UInt8], _ random: inout SeededGenerator, count: Int) {
        for _ in 0..<count {
            var damaged = bytes
            switch random.next() % 4 {
            case 0: damaged.removeLast(Int.random(in: 1...bytes.count, using: &random))
            case 1:
                // Metadata is where a change does most.
                let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
                let start = max(0, bytes.count - 8 - length)
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    damaged[Int.random(in: start..<bytes.count, using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
            case 2:
                let position = Int.random(in: 0..<bytes.count, using: &random)
                damaged[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
            default:
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            readOrRefuse(damaged)
        }
    }

    @Test(.needsConformance("parquet"), arguments: foreignFiles) func foreignFilesDamaged(_ name: String) throws {
        let file = Requirement.conformance("parquet/data").appending(path: "\(name).parquet")
        let bytes = Array(try Data(contentsOf: file))
        var random = SeededGenerator.fresh()
        damage(bytes, &random, count: Requirement.isFull ? 3000 : 120)
    }

    @Test(arguments: ["none", "gz", "sz", "zst", "lz4", "br"]) func ownFilesDamaged(_ codec: String) throws {
        let batches = [try ParquetTable.batch(0..<300, of: 300)]
        let sink = ParquetFixture.options { $0.pageRowLimit = 70 }
        let innerCodec: (any Codec)? = try codec == "none" ? nil : ParquetReading.codecs.named(codec)
        let bytes = try ParquetFixture.file(batches, sink, codec: innerCodec)
        var random = SeededGenerator.fresh()
        damage(bytes, &random, count: Requirement.isFull ? 1000 : 40)
    }

    @Test func everyTruncationIsRefused() throws {
        let batch = try RecordBatch([
            NamedColumn("a", (0..<50).map { Int64($0) }), NamedColumn("b", (0..<50).map { "\($0)" }),
        ])
        let bytes = try ParquetFixture.file([batch])
        for count in 0..<bytes.count {
            #expect(throws: S3DBError.self) { try ParquetReading.reader(Buffer(bytes.prefix(count))) }
        }
    }
}
