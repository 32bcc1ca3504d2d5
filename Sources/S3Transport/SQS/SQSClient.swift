import NIOHTTP1
import S3DBCore

/// Calls operations of SQS at one server.
///
/// All requests go to the server that was configured; a queue's URL, also one that an answer gave, is only a value in
/// them. Source: Amazon SQS API Reference; AWS JSON 1.0 protocol.
struct SQSClient: Sendable {
    let endpoint: HTTPEndpoint
    let region: String
    private let client: ServiceClient

    /// How long an answer may take beyond what the server was asked to wait.
    private static let answerTimeout = Duration.seconds(10)

    /// A client of the server that a configuration names, or else the queue's URL.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` where neither names a region.
    init(_ address: SQSAddress, _ configuration: SQSConfiguration) throws(S3DBError) {
        let named = address.region ?? configuration.region
        let server = configuration.endpoint ?? address.endpoint
        // Servers of one's own take any region.
        guard let region = named ?? (server == nil ? nil : "us-east-1") else {
            throw S3DBError(
                .invalidArgument, "the region of the queue \(address) is not known",
                remedy: "Give it with --region, or name the queue by its URL")
        }
        self.region = region
        endpoint = server ?? .aws("sqs", region: region)
        client = ServiceClient(
            service: "sqs", format: .json, exchange: configuration.exchange, credentials: configuration.credentials,
            retries: configuration.retries, logger: configuration.logger)
    }

    /// Calls an operation.
    ///
    /// - Parameters:
    ///   - action: What it does, for messages.
    ///   - queue: The queue's name for people.
    ///   - wait: How long the server is asked to wait for an answer's content.
    func call(
        _ operation: String, _ parameters: [JSONValue.Member], _ action: String, queue: String, wait: Duration = .zero
    ) async throws(S3DBError) -> JSONValue {
        let http = HTTPRequest(
            .POST, endpoint,
            headers: ["Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.\(operation)"],
            body: [Buffer(JSONValue.object(parameters).serialized().utf8)], timeout: wait + Self.answerTimeout)
        var request = ServiceRequest(operation, http, region: region)
        // Ten messages of 1 MiB whose every byte is escaped.
        request.answerByteLimit = 64 << 20
        let answer: ServiceAnswer
        do throws(ServiceFailure) {
            answer = try await client.send(request)
        } catch {
            throw error.error(action, at: .init(key: queue)) { $0.error(action, queue: queue) }
        }
        guard !answer.body.isEmpty else { return [:] }
        guard let document = try? JSONValue.parse(answer.body.bytes), document.objectValue != nil else {
            throw S3DBError(.malformedAnswer, "\(action): the answer is no JSON object", at: .init(key: queue))
        }
        return document
    }

    /// A pause between two attempts at the same messages; false where the task was cancelled.
    func pause(_ delay: Duration) async -> Bool { await client.timing.pause(delay) }
}
