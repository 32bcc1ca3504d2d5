import NIOHTTP1
import S3DBCore

/// A request of a service before it is signed.
struct ServiceRequest: Sendable {
    /// The operation by its name in the service's API reference, for logs.
    var operation: String
    /// What is sent.
    var http: HTTPRequest
    /// The region that it is signed for.
    var region: String
    /// What stands for the body in the signature.
    var payload = RequestSigner.Payload.hashed
    /// Codes of errors that are worth another attempt for this request, beside those that always are.
    var retriedCodes: Set<String> = []
    /// The largest answer that is collected, in bytes.
    var answerByteLimit = 8 << 20
    /// Finds out whether a lost request was carried out; nil for one that does no harm when it is carried out twice.
    var settle: (@Sendable () async -> Settlement)?

    init(_ operation: String, _ http: HTTPRequest, region: String) {
        self.operation = operation
        self.http = http
        self.region = region
    }
}

/// What reading back says of a request whose answer was lost.
enum Settlement: Sendable {
    /// It was carried out; this is what its answer would have said.
    case applied(ServiceAnswer)
    /// It was not carried out, as far as can be seen now.
    case notApplied
    /// Nobody can say.
    case unknown
}

/// An answer of a service that is no error.
struct ServiceAnswer: Sendable {
    /// The status code.
    var status: Int
    /// The header fields.
    var headers: HTTPHeaders
    /// The body, where it was collected.
    var body = Buffer()
    /// The body as it arrives, where it is streamed.
    var stream: (any HTTPBody)?
}
