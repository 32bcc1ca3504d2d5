import Codecs
import ColumnarFormats
import Foundation
import S3DBCore

/// The stages of a conversion, each alone, on one day of a lake: where the time goes.
enum DaySuite {
    /// Stages of the day at `path`, with METADATA.json in the folder above its year's.
    static func benchmarks(_ path: String) throws(S3DBError) -> [Benchmark] {
        let file = URL(filePath: path)
        let stored = try read(file)
        let json = try read(file.appending(path: "../../\(SourceKey.metadataName)").standardizedFileURL)
        let metadata = try DatasetMetadata(parsing: json.bytes)
        let schema = try Schema(metadata.columns.map { Field($0.name, $0.columnType) })
        let emptyIsNull = Set(metadata.columns.filter(\.emptyIsNull).map(\.name))

        let inflater = try Gzip().makeDecompressor(limits: InflateLimits())
        let csv = try Gzip().decompress(stored.bytes)
        let batches = try CSV().batches(of: csv.bytes, schema: schema, emptyIsNull: emptyIsNull)
        return [
            Benchmark(name: "day/inflate", byteCount: csv.count) { () throws(S3DBError) in
                var output = BufferBuilder(capacity: csv.count)
                try inflater.decompressAll(stored.bytes, into: &output)
            },
            Benchmark(name: "day/decode", byteCount: csv.count) { () throws(S3DBError) in
                let decoder = try CSV().makeDecoder(schema: schema, emptyIsNull: emptyIsNull)
                _ = try decoder.decode(csv.bytes, isLast: true) { (_) throws(S3DBError) in }
            },
            Benchmark(
                name: "day/encode-parquet-sz", byteCount: csv.count,
                run: SinkSuite.encoding(Parquet(), batches, Snappy())),
            Benchmark(
                name: "day/encode-parquet-none", byteCount: csv.count,
                run: SinkSuite.encoding(Parquet(), batches, nil)),
            Benchmark(
                name: "day/encode-arrow", byteCount: csv.count, run: SinkSuite.encoding(ArrowStream(), batches, nil)),
        ]
    }

    private static func read(_ file: URL) throws(S3DBError) -> Buffer {
        do {
            return Buffer(try Data(contentsOf: file))
        } catch {
            throw S3DBError(.notFound, "\(file.path) cannot be read: \(error.localizedDescription)")
        }
    }
}
