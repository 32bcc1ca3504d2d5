import Logging
import NIOHTTP1
import S3DBCore
import Synchronization

/// The requests of one bucket, by whole keys.
///
/// Every method sends as many attempts as the configuration's retries allow, and throws ``S3DBError`` with what the
/// service means: ``S3DBError/Code/notFound``, ``S3DBError/Code/preconditionFailed``,
/// ``S3DBError/Code/permissionDenied`` and so on; ``S3DBError/Code/outcomeUnknown`` where an answer was lost and reading
/// back could not tell. A bucket that turns out to be in another region is asked there, and remembered to be; hosts are
/// only ever made from the configuration and the names of regions, never from an answer.
///
/// Source: Amazon S3 API Reference.
public struct S3Client: Sendable {
    /// The bucket's name.
    public let bucket: String
    /// How it is reached.
    public let configuration: S3Configuration

    let service: ServiceClient
    private let region: KnownRegion

    /// The metadata of conditional puts and of uploads that tells an own write from another's.
    static let markerHeader = "x-amz-meta-s3db-write"

    /// Below this rate a body is taken for stalled: what it may take adds to the time for an answer.
    private static let slowestBytesPerSecond = 256 << 10

    /// Makes a client. Sends nothing.
    public init(
        bucket: String, configuration: S3Configuration = S3Configuration(), credentials: any CredentialsProvider,
        exchange: any HTTPExchange = HTTPClientExchange.shared,
        logger: Logger = Logger(label: "s3db.s3") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.init(
            bucket: bucket, configuration: configuration,
            service: ServiceClient(
                service: "s3", format: .xml, exchange: exchange, credentials: credentials,
                retries: configuration.retries, requestLimit: configuration.requestLimit, logger: logger))
    }

    init(bucket: String, configuration: S3Configuration, service: ServiceClient) {
        self.bucket = bucket
        self.configuration = configuration
        self.service = service
        region = KnownRegion(configuration.region ?? "us-east-1")
    }

    /// The region that the bucket is known to be in; shared by all copies of a client.
    private final class KnownRegion: Sendable {
        private let name: Mutex<String>

        init(_ name: String) {
            self.name = Mutex(name)
        }

        var current: String {
            get { name.withLock { $0 } }
            set { name.withLock { $0 = newValue } }
        }
    }

    // MARK: Requests

    /// What differs between two operations.
    struct Call: Sendable {
        var operation: String
        var method: HTTPMethod
        var key: String?
        var query: [(name: String, value: String)] = []
        var headers: [(String, String)] = []
        var body: [Buffer] = []
        var isStreamed = false
        var retriedCodes: Set<String> = []
        var settle: (@Sendable () async -> Settlement)?

        init(_ operation: String, _ method: HTTPMethod, _ key: String? = nil) {
            self.operation = operation
            self.method = method
            self.key = key
        }
    }

    /// Sends a call, in the region that the bucket turns out to be in.
    func send(_ call: Call) async throws(ServiceFailure) -> ServiceAnswer {
        let signed = region.current
        do throws(ServiceFailure) {
            return try await send(call, region: signed)
        } catch {
            guard let refusal = error.refusal, refusal.namesOtherRegion(than: signed), let named = refusal.region else {
                throw error
            }
            let answer = try await send(call, region: named)
            region.current = named
            return answer
        }
    }

    private func send(_ call: Call, region: String) async throws(ServiceFailure) -> ServiceAnswer {
        let address = S3Address(bucket: bucket, region: region, configuration: configuration)
        var headers = HTTPHeaders()
        for (name, value) in call.headers { headers.add(name: name, value: value) }
        var http = HTTPRequest(
            call.method, address.endpoint, path: address.path(call.key), query: call.query, headers: headers,
            body: call.body, timeout: configuration.answerTimeout)
        http.timeout += .seconds(http.bodyByteCount / Self.slowestBytesPerSecond)
        var request = ServiceRequest(call.operation, http, region: region)
        let signsPayload = configuration.signsPayloads ?? !address.endpoint.isSecure
        request.payload = signsPayload || call.body.isEmpty ? .hashed : .unsigned
        request.retriedCodes = call.retriedCodes
        request.settle = call.settle
        return try await call.isStreamed ? service.open(request) : service.send(request)
    }

    /// Sends a call for a caller: failures become errors that say what was being done.
    func answer(_ call: Call, to action: String) async throws(S3DBError) -> ServiceAnswer {
        do throws(ServiceFailure) {
            return try await send(call)
        } catch {
            throw self.error(error, action, key: call.key)
        }
    }

    /// The error of a failure.
    func error(_ failure: ServiceFailure, _ action: String, key: String?) -> S3DBError {
        failure.error(action, at: .init(key: key ?? "s3://\(bucket)/")) { refusal in
            refusal.error(action, bucket: bucket, key: key)
        }
    }

    /// The error for an answer that is not what the API says.
    func malformed(_ action: String, _ problem: String, key: String?) -> S3DBError {
        S3DBError(
            .malformedAnswer, "\(action): \(problem)", remedy: "Check that the endpoint speaks S3",
            at: .init(key: key ?? "s3://\(bucket)/"))
    }

    /// The root of an XML answer.
    func xml(_ answer: ServiceAnswer, _ action: String, key: String? = nil) throws(S3DBError) -> XMLElement {
        do throws(S3DBError) {
            return try XMLParser.parse(answer.body)
        } catch {
            throw error.located(in: .init(key: key ?? "s3://\(bucket)/"))
        }
    }

    /// The checksum that goes along with a body; nil where checksums are off.
    func checksum(of body: [Buffer]) -> Checksum? {
        configuration.sendsChecksums ? Checksum.of(body, .crc64NVME) : nil
    }

    /// The header fields of a body's checksum.
    func checksumHeaders(_ checksum: Checksum?) -> [(String, String)] {
        guard let checksum else { return [] }
        return [
            ("x-amz-sdk-checksum-algorithm", checksum.algorithm.rawValue),
            (checksum.algorithm.header, checksum.base64),
        ]
    }
}
