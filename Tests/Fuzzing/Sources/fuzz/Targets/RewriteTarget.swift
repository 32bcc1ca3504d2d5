import Codecs
import ColumnarFormats
import S3DBCore

extension FuzzTarget {
    /// What is read of Arrow and Parquet files, written again: writers take whatever columns readers give.
    static let rewrite = FuzzTarget(
        name: "rewrite", memory: MemoryBound(byteCount: 96 << 20 + MemoryBound.zstandardWindow, factor: 8192),
        shape: .parquet,
        dictionary: "arrow.dict",
        seeds: { try ArrowSeeds.streams() + ArrowSeeds.files() + ParquetSeeds.files() },
        foreignSeeds: [("arrow", ".stream"), ("parquet", ".parquet")],
        run: { bytes in
            var choices = Choices(bytes)
            let batches = attempt { () throws(S3DBError) in try read(bytes) } ?? []
            guard let schema = batches.first?.schema else { return }
            let rowCount = batches.reduce(0) { $0 + $1.rowCount }
            guard rowCount > 0, rowCount <= rowLimit else { return }
            let expected = Outcome.of { (take) throws(S3DBError) in for batch in batches { try take(batch) } }
            let container = choices.oneIn(2) ? ArrowContainer.stream : .file
            let options = ArrowOptions(recordBatchRowCount: choices.number(in: 1...100), container: container)
            let codec: (any Codec)? = choices.oneIn(3) ? LZ4() : nil
            if let file = attempt({ () throws(S3DBError) in try write(ArrowStream(options), schema, batches, codec) }) {
                expectEqual(expected, ArrowReading.outcome(file), "written again as Arrow, a table is not the same")
            }
            let parquet = attempt { () throws(S3DBError) in
                try write(try Parquet().configured(parquetOptions(&choices)), schema, batches, codec)
            }
            guard let parquet else { return }
            let again = ParquetReading.outcome(parquet)
            if again.failure != nil || again.checksums?.rowCount ?? 0 != rowCount {
                fatalError("written again as Parquet, a table of \(rowCount) rows is \(again)")
            }
        })

    /// Larger tables cost time and show nothing more.
    private static let rowLimit = 2000

    private static func parquetOptions(_ choices: inout Choices) -> [String: String] {
        var options: [String: String] = [:]
        if choices.oneIn(3) { options["page-version"] = "2" }
        if choices.oneIn(3) { options["integers"] = choices.oneIn(2) ? "delta" : "split" }
        if choices.oneIn(3) { options["strings"] = choices.oneIn(2) ? "delta" : "delta-length" }
        if choices.oneIn(3) { options["dictionary-bytes"] = "0" }
        return options
    }

    private static func read(_ bytes: Buffer) throws(S3DBError) -> [RecordBatch] {
        var batches: [RecordBatch] = []
        var rowCount = 0
        func take(_ batch: RecordBatch) throws(S3DBError) {
            batches.append(batch)
            rowCount += batch.rowCount
            if rowCount > rowLimit { throw S3DBError(.cancelled, "enough") }
        }
        if bytes.prefix(4).elementsEqual("PAR1".utf8) {
            try ParquetReader(inMemory: bytes, codecs: ParquetReading.codecs, options: ParquetReading.options)
                .forEachBatch(take)
        } else {
            let reader = try ArrowReader(bytes, codecs: ArrowReading.codecs, limits: ArrowReading.limits)
            while let batch = try reader.next() { try take(batch) }
        }
        return batches
    }

    private static func write(
        _ sink: some ColumnarSink, _ schema: Schema, _ batches: [RecordBatch], _ codec: (any Codec)?
    ) throws(S3DBError) -> Buffer {
        var output = BufferBuilder()
        var writer = try FileWriter(sink, schema: schema, codec: codec)
        for batch in batches { try writer.append(batch) }
        try writer.finish()
        output.append(writer.takeBytes().bytes)
        return output.freeze()
    }
}
