import ColumnarFormats
import Hummingbird
import S3DBCore

/// Answers a stream of CSV with a Parquet file, row group by row group, while the CSV still arrives.
struct ConversionRoute: Sendable {
    /// Threads that parse, encode and compress, so that event loops and the cooperative pool do neither.
    private let pool: WorkerPool

    /// The most bytes that are handed to the connection at a time; it says when it can take more.
    private static let writeByteCount = 256 << 10

    init(workerCount: Int) {
        pool = WorkerPool(threadCount: max(1, workerCount))
    }

    /// Begins the response at once. What is wrong with the CSV later can only cut it off: then the end of the
    /// chunked body is missing, and the connection closes.
    func respond(to request: Request) throws -> Response {
        let file: FileConfiguration<Parquet>
        do {
            file = try RequestedFile(request.uri.queryParameters).configuration
        } catch {
            throw HTTPError(.badRequest, message: error.description)
        }
        let body = ResponseBody { [pool] writer in
            try await withTaskExecutorPreference(pool) {
                let chunks = request.body.map(\.readableBytesView)
                for try await bytes in convert(chunks, from: CSV(), to: file) {
                    for start in stride(from: 0, to: bytes.count, by: Self.writeByteCount) {
                        let end = min(start + Self.writeByteCount, bytes.count)
                        try await writer.write(ByteBuffer(bytes: bytes.slice(start..<end)))
                    }
                }
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/vnd.apache.parquet"], body: body)
    }
}
