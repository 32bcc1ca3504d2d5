import ColumnarFormats
import S3DBCore

/// CSV of every kind of rows, and METADATA.json.
enum ParserSuite {
    static func benchmarks() throws(S3DBError) -> [Benchmark] {
        var benchmarks: [Benchmark] = []
        for content in RowContent.allCases {
            let csv = try content.csv(rowCount: 100_000)
            benchmarks.append(
                Benchmark(
                    name: "csv/\(content.rawValue)/decode", byteCount: csv.count,
                    run: try decoding(content, csv, batchRowCount: RecordLimits().batchRowCount)))
        }
        let json = Self.json
        benchmarks.append(
            Benchmark(name: "json/metadata/parse", byteCount: json.count) { () throws(S3DBError) in
                _ = try DatasetMetadata(parsing: json.bytes)
            })
        return benchmarks
    }

    static func gates() throws(S3DBError) -> [AllocationGate] {
        var gates: [AllocationGate] = []
        for content in RowContent.allCases {
            let columnCount = try content.schema().fields.count
            let gate = AllocationGate(
                name: "csv/\(content.rawValue)/decode", growthLimit: 100 * columnCount, batchLimit: 60 * columnCount
            ) { (rowCount, batchRowCount) throws(S3DBError) in
                try decoding(content, try content.csv(rowCount: rowCount), batchRowCount: batchRowCount)
            }
            gates.append(gate)
        }
        return gates
    }

    /// Decodes all of `csv` and drops its batches.
    private static func decoding(
        _ content: RowContent, _ csv: Buffer, batchRowCount: Int
    ) throws(S3DBError) -> () throws(S3DBError) -> Void {
        let schema = try content.schema()
        let emptyIsNull = content.emptyIsNull
        return { () throws(S3DBError) in
            let decoder = try CSV().makeDecoder(
                schema: schema, emptyIsNull: emptyIsNull, limits: RecordLimits(batchRowCount: batchRowCount))
            _ = try decoder.decode(csv.bytes, isLast: true) { (_) throws(S3DBError) in }
        }
    }

    /// The METADATA.json of a dataset with many columns.
    private static var json: Buffer {
        let columns = (0..<500).map { "\"column_\($0)\": \"\(["int", "float", "str", "list"][$0 % 4])\"" }
        return Buffer(
            """
            {"tags": {"feed": {"time_zone": "UTC-5", "content_interval": 3600}}, \
            "type_map": {\(columns.joined(separator: ", "))}, \
            "superkey": ["column_0"], "value_key": ["column_1"]}
            """.utf8)
    }
}
