import Codecs
import ColumnarFormats
import Hummingbird
import S3DBCore

/// The file that a request's query asks for.
///
///     ?schema=start:int64,node:utf8,price:float64&codec=zst&level=3
struct RequestedFile {
    let configuration: FileConfiguration<Parquet>

    /// What bounds a request's memory, beside the buffers of its connection.
    private static let limits = CuttingLimits(sectionRowCount: 1 << 18, sectionByteCount: 8 << 20)

    /// Reads a query.
    init(_ query: Parameters) throws(S3DBError) {
        var registry = Registry()
        try registry.registerCodecs()
        let level = query["level"].flatMap { Int($0) }
        guard query["level"] == nil || level != nil else {
            throw S3DBError(.invalidArgument, "the level is no number")
        }
        configuration = FileConfiguration(
            Parquet(), schema: try Self.schema(query["schema"]),
            codec: try registry.codecs.named(query["codec"].map(String.init) ?? "zst"), level: level,
            limits: Self.limits)
        // Whatever does not fit together is found before the response begins.
        _ = try FileWriter(configuration)
    }

    private static func schema(_ text: Substring?) throws(S3DBError) -> Schema {
        guard let text else {
            throw S3DBError(
                .invalidArgument, "the query has no schema", remedy: "Add ?schema=name:type,… to the address")
        }
        var fields: [Field] = []
        for column in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let colon = column.lastIndex(of: ":"),
                let type = DataType(primitive: String(column[colon...].dropFirst()))
            else {
                throw S3DBError(
                    .invalidArgument, "\(S3DBError.quoted(column)) is no column",
                    remedy: "Write name:type; types are "
                        + DataType.primitives.map(\.description).joined(separator: ", "))
            }
            fields.append(Field(String(column[..<colon]), type))
        }
        return try Schema(fields)
    }
}
