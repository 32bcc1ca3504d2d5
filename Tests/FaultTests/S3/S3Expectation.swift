import FaultProxy
import S3DB
import TestSupport

/// What a request must come to under a fault.
enum S3Expectation {
    /// To the same as without it.
    case recovers
    /// To an error, with everything as it was.
    case fails(Set<S3DBError.Code>)
    /// The fault makes no sense there.
    case makesNoSense(String)

    /// What a fault that happens once must come to.
    init(_ scenario: S3Scenario, _ fault: Fault, on server: StandIn.Kind) {
        switch (fault, scenario.kind) {
        case (.refusedSignature, _):
            self = .fails([.permissionDenied])
        case (.expiredToken, _) where server == .rclone:
            self = .makesNoSense("rclone's credentials have no token")
        case (.flippedBit, "GetObject") where scenario.name != "GetObject":
            self = .makesNoSense("nothing tells the checksum of a range")
        case (.flippedBit, "GetObject"):
            // rclone tells the checksum that came with the object.
            self = server == .rclone ? .recovers : .makesNoSense("moto tells no CRC-64/NVME")
        case (.flippedBit, _):
            self = .makesNoSense("only objects have checksums; TLS guards the rest")
        case (.flippedRequestBit, let kind) where !Self.kindsWithBody.contains(kind):
            self = .makesNoSense("the request has no body")
        case (.errorInOK, "GetObject"):
            self = .makesNoSense("the body is the object's")
        case (.errorInOK, "HeadObject"):
            self = .makesNoSense("an answer to HEAD has no body")
        default:
            self = .recovers
        }
    }

    private static let kindsWithBody: Set<RequestKind> = [
        "PutObject", "UploadPart", "CompleteMultipartUpload", "DeleteObjects",
    ]

    /// What a fault that befalls every attempt must come to; nil where the client may find a way.
    static func lasting(_ fault: Fault) -> Set<S3DBError.Code>? {
        switch fault {
        case .resetBeforeApplied: [.ioFailure, .outcomeUnknown]
        case .internalError: [.ioFailure, .outcomeUnknown]
        case .slowDown, .tooManyRequests: [.throttled]
        case .expiredToken: [.expiredCredentials]
        case .wrongRegion: [.wrongRegion]
        default: nil
        }
    }
}
