import Foundation
import S3DB
import TestSupport
import Testing

/// Streams of each format as files of each other, without stores or engine.
@Suite(.needsPython) struct StreamConversionTests {
    /// Bytes that come in chunks of some length.
    private struct Chunks: AsyncSequence {
        var bytes: [UInt8]
        var length: Int

        struct Iterator: AsyncIteratorProtocol {
            var rest: ArraySlice<UInt8>
            var length: Int

            mutating func next() async throws -> ArraySlice<UInt8>? {
                if rest.isEmpty { return nil }
                defer { rest = rest.dropFirst(length) }
                return rest.prefix(length)
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator(rest: bytes[...], length: length) }
    }

    private static func joined(_ pieces: some AsyncSequence<Buffer, any Error>) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in pieces { bytes += piece }
        return bytes
    }

    private static let csv: [UInt8] = {
        var text = "target_start,node,lmp,flag\n"
        for row in 0..<5000 {
            text += "\(1_600_000_000 + row),N\(row % 9),\(row % 5 == 0 ? "" : "\(row).5"),\(row % 2 == 0)\n"
        }
        return Array(text.utf8)
    }()

    private static func schema() throws -> Schema {
        try Schema([
            Field("target_start", .int64), Field("node", .utf8), Field("lmp", .float64), Field("flag", .bool),
        ])
    }

    /// A file of the CSV in a format.
    private static func file(_ format: String) async throws -> [UInt8] {
        let schema = try schema()
        let limits = CuttingLimits(batchRowCount: 700, sectionRowCount: 1400)
        let chunks = Chunks(bytes: csv, length: 1000)
        switch format {
        case "csv": return csv
        case "arrow":
            return try await joined(
                convert(
                    chunks, from: CSV(),
                    to: FileConfiguration(ArrowStream(), schema: schema, codec: Zstandard(), limits: limits)))
        case "arrow-file":
            let sink = ArrowStream(ArrowOptions(container: .file))
            return try await joined(
                convert(chunks, from: CSV(), to: FileConfiguration(sink, schema: schema, limits: limits)))
        default:
            return try await joined(
                convert(
                    chunks, from: CSV(),
                    to: FileConfiguration(Parquet(), schema: schema, codec: Snappy(), limits: limits)))
        }
    }

    private static func converted<Sink: ColumnarSink>(
        _ bytes: [UInt8], _ format: String, _ length: Int, to sink: Sink, _ schema: Schema?
    ) async throws -> [UInt8] {
        let chunks = Chunks(bytes: bytes, length: length)
        let codecs = Registry.standard.codecs
        let make = { @Sendable (own: Schema) throws(S3DBError) in
            FileConfiguration(sink, schema: schema ?? own, limits: CuttingLimits(sectionRowCount: 2000))
        }
        switch format {
        case "csv":
            return try await joined(convert(chunks, from: CSV(), to: try make(try Self.schema())))
        case "parquet": return try await joined(convert(chunks, from: ParquetSource(codecs: codecs), to: make))
        default: return try await joined(convert(chunks, from: ArrowSource(codecs: codecs.all), to: make))
        }
    }

    @Test(arguments: ["csv", "arrow", "arrow-file", "parquet"], [7001, 1 << 20])
    func anyToAny(format: String, length: Int) async throws {
        let bytes = try await Self.file(format)
        let directory = try TemporaryDirectory()
        try directory.write(
            try await Self.converted(bytes, format, length, to: ArrowStream(), nil), to: "out.arrow")
        try directory.write(
            try await Self.converted(bytes, format, length, to: Parquet(), nil), to: "out.parquet")
        let some = try Schema([Field("lmp", .float64), Field("target_start", .float64), Field("other", .utf8)])
        try directory.write(
            try await Self.converted(bytes, format, length, to: Parquet(), some), to: "some.parquet")
        try directory.write(Self.csv, to: "in.csv")
        let printed = try Python.run(
            """
            import sys, pyarrow as pa, pyarrow.csv, pyarrow.ipc, pyarrow.parquet as pq
            folder = sys.argv[1]
            types = {"target_start": pa.int64(), "node": pa.string(), "lmp": pa.float64(), "flag": pa.bool_()}
            expected = pyarrow.csv.read_csv(folder + "/in.csv", convert_options=pyarrow.csv.ConvertOptions(column_types=types))
            arrow = pyarrow.ipc.open_stream(folder + "/out.arrow").read_all()
            parquet = pq.ParquetFile(folder + "/out.parquet").read()
            for name in types:
                assert arrow[name].to_pylist() == expected[name].to_pylist(), name
                assert parquet[name].to_pylist() == expected[name].to_pylist(), name
            some = pq.ParquetFile(folder + "/some.parquet").read()
            assert some.column_names == ["lmp", "target_start", "other"]
            assert some["lmp"].to_pylist() == expected["lmp"].to_pylist()
            assert some["target_start"].type == pa.float64()
            assert some["target_start"].to_pylist() == expected["target_start"].to_pylist()
            assert some["other"].null_count == len(expected)
            print(len(arrow), len(parquet))
            """, [directory.url.path])
        #expect(printed.split(separator: " ").first == "5000", "\(printed)")
    }

    @Test(arguments: ["arrow", "arrow-file", "parquet"])
    func whatIsCutOffIsRefused(format: String) async throws {
        let bytes = try await Self.file(format)
        for end in [0, 3, 20, bytes.count / 2, bytes.count - 200, bytes.count - 9, bytes.count - 1] {
            await #expect(throws: S3DBError.self, "to \(end)") {
                try await Self.converted(Array(bytes[..<end]), format, 1000, to: ArrowStream(), nil)
            }
        }
    }

    @Test func aParquetFileHasALimit() async throws {
        let bytes = try await Self.file("parquet")
        let source = ParquetSource(codecs: Registry.standard.codecs, fileByteLimit: bytes.count - 1)
        let error = await #expect(throws: S3DBError.self) {
            try await Self.joined(
                convert(
                    Chunks(bytes: bytes, length: 100), from: source,
                    to: { FileConfiguration(ArrowStream(), schema: $0) }))
        }
        #expect(error?.code == .limitExceeded)
    }
}
