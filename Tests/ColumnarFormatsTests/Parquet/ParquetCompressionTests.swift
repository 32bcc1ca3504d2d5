import Foundation
import Codecs
import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// Pages are compressed with the codec that the target names.
@Suite struct ParquetCompressionTests {
    private func codec(_ name: String) throws -> any Codec {
        var registry = Registry()
        try registry.registerCodecs()
        return try registry.codecs.named(name)
    }

    @Test(.needsPython) func pagesOfEveryCodec() throws {
        let batch = try ParquetTable.batch(0..<700, of: 700)
        let sink = ParquetFixture.options { $0.pageRowLimit = 300 }
        let directory = try TemporaryDirectory()
        for name in ["none", "sz", "gz", "zst", "br", "lz4"] {
            let file = try ParquetFixture.file([batch], sink, codec: codec(name))
            try directory.write(file, to: "\(name)-700.parquet")
        }
        #expect(try Python.run(ParquetTable.python, [directory.url.path]) == "6\n")
        try Python.run(
            """
            import sys, pyarrow.parquet as pq
            expected = {'none': 'UNCOMPRESSED', 'sz': 'SNAPPY', 'gz': 'GZIP', 'zst': 'ZSTD', 'br': 'BROTLI', 'lz4': 'LZ4'}
            for name, codec in expected.items():
                group = pq.ParquetFile(f'{sys.argv[1]}/{name}-700.parquet').metadata.row_group(0)
                columns = [group.column(c) for c in range(group.num_columns)]
                assert {column.compression for column in columns} <= {codec, codec + '_RAW'}, columns[0].compression
                if name != 'none':
                    assert any(c.total_compressed_size < c.total_uncompressed_size for c in columns)
            """, [directory.url.path])
    }

    @Test func aCodecThatParquetLacksIsRefused() throws {
        #expect(!Parquet().supportsInnerCodec(try codec("bz2")))
        #expect(Parquet().supportsInnerCodec(try codec("zst")))
        let target = SinkTarget(schema: try Schema([Field("number", .int64)]), innerCodec: try codec("bz2"))
        let encoderError = #expect(throws: S3DBError.self) { try Parquet().makeEncoder(target) }
        let assemblerError = #expect(throws: S3DBError.self) { try Parquet().makeAssembler(target) }
        #expect(encoderError?.code == .invalidSpec)
        #expect(assemblerError?.code == .invalidSpec)
    }
}
