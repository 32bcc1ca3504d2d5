/// Something that goes wrong with a request.
public enum Fault: String, CaseIterable, Sendable, Codable {
    /// The connection ends unanswered, and new ones are refused for a while.
    case refusedConnection
    /// The connection is reset before the server has seen the request.
    case resetBeforeApplied
    /// The server has done what was asked, and the connection is reset in place of its answer.
    case resetAfterApplied
    /// The server sees the request a while later.
    case heldBeforeApplied
    /// The server has done what was asked, and its answer comes a while later.
    case heldAfterApplied
    /// The answer is 500.
    case internalError
    /// The answer is 503, "SlowDown".
    case slowDown
    /// The answer is 429.
    case tooManyRequests
    /// The answer has the status 200 and an error in its body.
    case errorInOK
    /// The answer ends in the middle of its body.
    case cutBody
    /// The answer stops in the middle of its body, and the connection stays.
    case stalledBody
    /// One bit in the middle of the answer's body is another.
    case flippedBit
    /// One bit in the middle of the request's body is another when the server gets it: it refuses what has a checksum.
    case flippedRequestBit
    /// The answer says that the session token has expired.
    case expiredToken
    /// The answer says that the bucket is in another region.
    case wrongRegion
    /// The answer refuses the signature, and repeats whatever the request held, as S3's does.
    case refusedSignature
    /// The request is applied once more, a while after its answer.
    case duplicate
}

/// Which requests a fault befalls.
public struct FaultRule: Hashable, Sendable, Decodable {
    /// What befalls them.
    public var fault: Fault
    /// Requests of these kinds; of any where empty.
    public var kinds: Set<RequestKind>
    /// Requests about an object (`bucket/key`), queue, topic or role whose name contains this; any where nil.
    public var resource: String?
    /// How many such requests pass first.
    public var skip: Int
    /// How many of those behind them it befalls; all where nil.
    public var times: Int?
    /// The share of them that it befalls, at random.
    public var probability: Double
    /// How long a "while" is, in milliseconds; for a stalled body, how long at most.
    public var milliseconds: Int
    /// The region that ``Fault/wrongRegion`` names.
    public var region: String

    /// Makes a rule; without other arguments it befalls the next request of the kinds.
    public init(
        _ fault: Fault, _ kinds: Set<RequestKind> = [], resource: String? = nil, skip: Int = 0, times: Int? = 1,
        probability: Double = 1, milliseconds: Int = 50, region: String = "eu-west-1"
    ) {
        self.fault = fault
        self.kinds = kinds
        self.resource = resource
        self.skip = skip
        self.times = times
        self.probability = probability
        self.milliseconds = milliseconds
        self.region = region
    }

    /// How long a "while" is.
    var delay: Duration { .milliseconds(milliseconds) }

    /// Whether a request is one of those that the rule counts.
    func matches(_ request: ProxiedRequest) -> Bool {
        (kinds.isEmpty || kinds.contains(request.kind)) && resource.map { request.resource.contains($0) } ?? true
    }
}

extension FaultRule {
    private enum CodingKeys: String, CodingKey {
        case fault, kinds, resource, skip, times, probability, milliseconds, region
    }

    /// Reads a rule; what is missing has the default of the other initialiser, and `"times": null` means all.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try values.decode(Fault.self, forKey: .fault))
        kinds = try values.decodeIfPresent(Set<RequestKind>.self, forKey: .kinds) ?? kinds
        resource = try values.decodeIfPresent(String.self, forKey: .resource)
        skip = try values.decodeIfPresent(Int.self, forKey: .skip) ?? skip
        if values.contains(.times) { times = try values.decode(Int?.self, forKey: .times) }
        probability = try values.decodeIfPresent(Double.self, forKey: .probability) ?? probability
        milliseconds = try values.decodeIfPresent(Int.self, forKey: .milliseconds) ?? milliseconds
        region = try values.decodeIfPresent(String.self, forKey: .region) ?? region
    }
}
