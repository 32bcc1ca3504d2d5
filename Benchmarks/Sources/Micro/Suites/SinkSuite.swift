import Codecs
import ColumnarFormats
import S3DBCore

/// Both sinks with every kind of rows and of columns, and Parquet's pages in every codec that they can have.
enum SinkSuite {
    static func benchmarks() throws(S3DBError) -> [Benchmark] {
        var benchmarks: [Benchmark] = []
        for content in RowContent.allCases {
            let csv = try content.csv(rowCount: 100_000)
            let batches = try batches(content, csv, batchRowCount: RecordLimits().batchRowCount)
            let suffix = "\(content.rawValue)/encode"
            benchmarks += [
                benchmark("parquet/\(suffix)", csv.count, Parquet(), batches),
                benchmark("arrow/\(suffix)", csv.count, ArrowStream(), batches),
                benchmark("arrow-dictionary/\(suffix)", csv.count, Self.dictionaryArrow, batches),
            ]
        }
        for content in ColumnContent.allCases {
            let batch = try content.batch(rowCount: 100_000)
            benchmarks.append(
                benchmark("parquet/\(content.rawValue)/encode", byteCount(of: batch), Parquet(), [batch]))
        }
        return benchmarks + (try pageBenchmarks())
    }

    static func gates() throws(S3DBError) -> [AllocationGate] {
        var gates: [AllocationGate] = []
        for content in RowContent.allCases {
            gates += [
                try gate("parquet/\(content.rawValue)/encode", Parquet(), content),
                try gate("arrow/\(content.rawValue)/encode", ArrowStream(), content),
                try gate("arrow-dictionary/\(content.rawValue)/encode", dictionaryArrow, content),
            ]
        }
        return gates
    }

    private static let dictionaryArrow = ArrowStream(ArrowOptions(strings: .dictionary))

    /// Parquet with compressed pages.
    private static func pageBenchmarks() throws(S3DBError) -> [Benchmark] {
        let content = RowContent.numbers
        let csv = try content.csv(rowCount: 100_000)
        let batches = try batches(content, csv, batchRowCount: RecordLimits().batchRowCount)
        var registry = Registry()
        try registry.registerCodecs()
        return registry.codecs.all.filter { $0.parquetCode != nil }.map { codec in
            benchmark("parquet/\(content.rawValue)/encode-\(codec.name)", csv.count, Parquet(), batches, codec)
        }
    }

    private static func benchmark(
        _ name: String, _ byteCount: Int, _ sink: some ColumnarSink, _ batches: [RecordBatch],
        _ codec: (any Codec)? = nil
    ) -> Benchmark {
        Benchmark(name: name, byteCount: byteCount, run: encoding(sink, batches, codec))
    }

    private static func gate(
        _ name: String, _ sink: some ColumnarSink, _ content: RowContent
    ) throws(S3DBError) -> AllocationGate {
        let columnCount = try content.schema().fields.count
        return AllocationGate(name: name, growthLimit: 200 * columnCount, batchLimit: 32 * columnCount) {
            (rowCount, batchRowCount) throws(S3DBError) in
            let csv = try content.csv(rowCount: rowCount)
            return encoding(sink, try batches(content, csv, batchRowCount: batchRowCount), nil)
        }
    }

    /// Writes a file of the batches and drops its bytes.
    static func encoding(
        _ sink: some ColumnarSink, _ batches: [RecordBatch], _ codec: (any Codec)?
    ) -> () throws(S3DBError) -> Void {
        { () throws(S3DBError) in
            guard let schema = batches.first?.schema else { return }
            var file = try FileWriter(sink, schema: schema, codec: codec)
            for batch in batches { try file.append(batch) }
            try file.finish()
        }
    }

    private static func batches(
        _ content: RowContent, _ csv: Buffer, batchRowCount: Int
    ) throws(S3DBError) -> [RecordBatch] {
        try CSV().batches(
            of: csv.bytes, schema: try content.schema(), emptyIsNull: content.emptyIsNull,
            limits: RecordLimits(batchRowCount: batchRowCount))
    }

    /// The bytes of the values as they lie in memory, without validity and dictionaries.
    private static func byteCount(of batch: RecordBatch) -> Int {
        batch.columns.reduce(0) { total, column in
            switch column.storage {
            case .fixedWidth(let values): total + values.count
            case .bits(let bits): total + bits.buffer.count
            case .variableLength(let offsets, let bytes): total + offsets.count + bytes.count
            case .dictionary(let indices, _): total + indices.count
            // CSV gives no others.
            default: total
            }
        }
    }
}
