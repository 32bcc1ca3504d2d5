import Foundation
import S3DB

/// Speaks to stores of S3 and measures nothing itself: what the operating system counts of it is measured outside.
///
///     Transfer get|put ENDPOINT BUCKET KEY FILE
///     Transfer convert SOURCE-ENDPOINT SOURCE-BUCKET ENDPOINT BUCKET
///
/// `get` drops what comes; `put` sends the file's bytes; `convert` makes monthly Parquet of all datasets.
@main
struct Transfer {
    static let partByteCount = 16 << 20
    static let parallelPartCount = 4

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 5, ["get", "put", "convert"].contains(arguments[0]) else {
            write(
                """
                usage: Transfer get|put ENDPOINT BUCKET KEY FILE
                       Transfer convert SOURCE-ENDPOINT SOURCE-BUCKET ENDPOINT BUCKET
                """)
            exit(2)
        }
        do {
            let store = try store(endpoint: arguments[1], bucket: arguments[2])
            switch arguments[0] {
            case "get": try await get(try ObjectKey(arguments[3]), from: store)
            case "put": try await put(try ObjectKey(arguments[3]), to: store, file: arguments[4])
            default: try await convert(from: store, to: try self.store(endpoint: arguments[3], bucket: arguments[4]))
            }
        } catch {
            write("Transfer: \(error)")
            exit(1)
        }
    }

    private static func write(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    private static func store(endpoint: String, bucket: String) throws(S3DBError) -> any ObjectStore {
        guard let url = URL(string: endpoint), let host = url.host else {
            throw S3DBError(.invalidArgument, "\(endpoint) is no URL", remedy: "Write http://HOST:PORT")
        }
        let server = HTTPEndpoint(isSecure: url.scheme == "https", host: host, port: url.port)
        let access = S3Access(
            configuration: S3Configuration(region: "us-east-1", endpoint: server),
            credentials: StaticCredentials(Credentials(accessKeyID: "bench", secretAccessKey: "bench")))
        return try StoreURL("s3://\(bucket)/").resolve(access)
    }

    private static func get(_ key: ObjectKey, from store: any ObjectStore) async throws(S3DBError) {
        let reader = try await store.open(key, range: nil, version: nil)
        var byteCount = 0
        while let bytes = try await reader.read(limit: 1 << 20) { byteCount += bytes.count }
        guard byteCount == reader.info.byteCount else {
            throw S3DBError(.ioFailure, "\(byteCount) of \(reader.info.byteCount) bytes came")
        }
    }

    private static func put(_ key: ObjectKey, to store: any ObjectStore, file path: String) async throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        try await store.upload(to: key, partByteCount: partByteCount, parallelPartCount: parallelPartCount) { upload in
            while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty {
                try await upload.write(Buffer(bytes))
            }
        }
    }

    private static func convert(from source: any ObjectStore, to destination: any ObjectStore) async throws(S3DBError) {
        let spec = ConversionSpec(format: "parquet", codec: "sz", layout: "athena", size: .month)
        let converter = Converter(from: source, to: destination)
        let plan = try await converter.plan(
            try spec.validated(in: .standard), datasets: try await converter.datasets())
        for await result in converter.run(plan) {
            if case .failed(let error) = result.outcome { throw error }
        }
    }
}
