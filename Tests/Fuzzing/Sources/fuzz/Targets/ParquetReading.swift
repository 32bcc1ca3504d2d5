import Codecs
import ColumnarFormats
import S3DBCore

/// How Parquet files are read here.
enum ParquetReading {
    static let codecs: Registry.Plugins<any Codec> = {
        var registry = Registry()
        do throws(S3DBError) {
            try registry.registerCodecs()
        } catch {
            fatalError("\(error)")
        }
        return registry.codecs
    }()

    /// Options with limits that suit small files. Checksums are not compared: changed pages would stop there.
    static let options: ParquetReadOptions = {
        var options = ParquetReadOptions()
        options.checksPages = false
        options.batchRowCount = 4096
        options.limits.pageByteCount = 1 << 20
        options.limits.pageValueCount = 1 << 16
        options.limits.batchValueCount = 1 << 17
        options.limits.batchByteCount = 4 << 20
        options.limits.inflateRatio = 1000
        return options
    }()

    /// Reads a file in memory, with changed options.
    static func outcome(
        _ file: Buffer, _ change: (inout ParquetReadOptions) -> Void = { _ in }
    ) -> Outcome {
        var options = options
        change(&options)
        return Outcome.of(asksWrongly: !options.predicates.isEmpty) { (take) throws(S3DBError) in
            try ParquetReader(inMemory: file, codecs: codecs, options: options).forEachBatch(take)
        }
    }
}
