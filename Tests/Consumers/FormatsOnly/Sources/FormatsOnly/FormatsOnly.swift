import ColumnarFormats
import S3DBCore

/// Makes Parquet and Arrow of a little CSV, with the formats alone: no store, no engine, no network.
@main
struct FormatsOnly {
    static let csv = "start,node,price\n1577836800,A,21.5\n1577840400,\"B, C\",\n"

    static func main() throws {
        let schema = try Schema([
            Field("start", .int64, isNullable: false), Field("node", .utf8), Field("price", .float64),
        ])
        let parquet = try file(Parquet(), schema)
        let arrow = try file(ArrowStream(), schema)
        guard parquet.prefix(4).elementsEqual("PAR1".utf8), parquet.suffix(4).elementsEqual("PAR1".utf8) else {
            throw S3DBError(.corruptFile, "the Parquet file has no magic")
        }
        guard arrow.prefix(4).elementsEqual([0xFF, 0xFF, 0xFF, 0xFF]) else {
            throw S3DBError(.corruptFile, "the Arrow stream does not begin with a message")
        }
        print("2 rows are \(parquet.count) bytes of Parquet and \(arrow.count) bytes of Arrow")
    }

    private static func file(_ sink: some ColumnarSink, _ schema: Schema) throws -> Buffer {
        var file = try FileWriter(sink, schema: schema)
        for batch in try CSV().batches(of: Buffer(csv.utf8).bytes, schema: schema) { try file.append(batch) }
        try file.finish()
        return file.takeBytes()
    }
}
