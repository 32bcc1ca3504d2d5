import S3DB
import Synchronization
import TestSupport
import Testing

/// Credentials whose secrets are easy to find again, and a check that nobody has shown them.
final class Canary: Sendable {
    /// Gives the credentials, with a fresh token whenever one was refused.
    let provider = Provider()
    /// Everything that was logged, at the finest level.
    let log = LogRecord()

    private let shown = Mutex<[String]>([])

    final class Provider: CredentialsProvider {
        private let generation = Mutex(0)

        /// How often fresh credentials were asked for.
        var refusalCount: Int { generation.withLock { $0 } }

        func credentials() async throws(S3DBError) -> Credentials? {
            Credentials(
                accessKeyID: "AKIACANARYCANARY", secretAccessKey: Canary.secret,
                sessionToken: "\(Canary.token)-\(refusalCount)")
        }

        func refuse(_ credentials: Credentials) async {
            generation.withLock { $0 += 1 }
        }
    }

    private static let secret = "canary/Secret+Access/Key=="
    private static let token = "CanarySessionToken//=="

    /// Nothing of this may be in a log or an error, in whatever case.
    private static let forbidden = [
        secret, token, "AWS4-HMAC", "Signature=", "Credential=", "Authorization", "X-Amz-Security-Token",
        "X-Amz-Signature", "X-Amz-Credential",
    ]

    /// Remembers an error in all the ways in which it can be shown.
    func note(_ error: any Error) {
        shown.withLock { $0 += ["\(error)", String(reflecting: error)] }
    }

    /// Fails where anything secret was logged or stood in an error.
    func expectSilence(sourceLocation: SourceLocation = #_sourceLocation) {
        let lines = log.lines + shown.withLock { $0 }
        for line in lines {
            let folded = line.lowercased()
            for text in Self.forbidden where folded.contains(text.lowercased()) {
                Issue.record("\(text.prefix(9))… is shown in: \(line)", sourceLocation: sourceLocation)
            }
        }
    }
}
