import Logging
import NIOHTTP1
import S3DBCore

/// The bytes of an opened object of S3, read on under its version when a body is cut or stalls.
///
/// Unchecked: one task at a time reads it, as every reader asks.
public final class S3Reader: @unchecked Sendable {
    /// The object as it was when opened.
    public let object: S3Object

    private let client: S3Client
    private var body: (any HTTPBody)?
    /// The bytes that are still to come, as positions in the object.
    private var rest: Range<Int>
    private var pending = Buffer()
    private var attempts: RetryState
    private var byteCountSinceFailure = 0
    private var expected: (checksum: Checksum, value: String)?

    /// So many bytes without a failure make earlier failures forgotten.
    private static let progressByteCount = 1 << 20

    init(client: S3Client, object: S3Object, range: Range<Int>, answer: ServiceAnswer?) {
        self.client = client
        self.object = object
        rest = range
        body = answer?.stream
        attempts = RetryState(client.service.retries)
        if let answer, range.count == object.byteCount { expected = Self.expectedChecksum(answer) }
    }

    /// The checksum of the whole object that an answer names.
    private static func expectedChecksum(_ answer: ServiceAnswer) -> (Checksum, String)? {
        guard answer.headers.first(name: "x-amz-checksum-type") != "COMPOSITE" else { return nil }
        for algorithm in ChecksumAlgorithm.allCases {
            guard let value = answer.headers.first(name: algorithm.header) else { continue }
            // A value of another length, or one of parts ("…-3"), is none of the whole object.
            let checksum = Checksum(algorithm)
            if value.utf8.count == checksum.base64.utf8.count { return (checksum, value) }
        }
        return nil
    }

    /// The next bytes, at most `limit`; nil at the end.
    ///
    /// - Throws: ``S3DBError/Code/preconditionFailed`` when the object changed and its old bytes are no longer to be
    ///   had, ``S3DBError/Code/checksumMismatch`` when the bytes are not those that were stored.
    public func read(limit: Int) async throws(S3DBError) -> Buffer? {
        while pending.isEmpty {
            guard let chunk = try await nextChunk() else { return nil }
            pending = chunk
        }
        let taken = min(max(limit, 1), pending.count)
        let bytes = pending.slice(0..<taken)
        pending = pending.slice(taken..<pending.count)
        return bytes
    }

    private func nextChunk() async throws(S3DBError) -> Buffer? {
        while !rest.isEmpty {
            do throws(HTTPFailure) {
                guard let chunk = try await body?.next() else {
                    throw HTTPFailure(.connectionLost, "the body ended \(rest.count) bytes early")
                }
                try take(chunk)
                return chunk
            } catch {
                body = nil
                try await resume(after: error)
            }
        }
        // The end of the body is read too, so that its connection serves the next request.
        _ = try? await body?.next()
        body = nil
        if let (checksum, value) = expected, checksum.base64 != value {
            throw S3DBError(
                .checksumMismatch,
                "read an object: the bytes do not have the \(checksum.algorithm.rawValue) that was stored",
                remedy: "Run the command again; where it stays, the object is damaged", at: .init(key: object.key))
        }
        expected = nil
        return nil
    }

    private func take(_ chunk: Buffer) throws(HTTPFailure) {
        guard chunk.count <= rest.count else {
            throw HTTPFailure(.connectionLost, "the body has more bytes than were asked for")
        }
        rest = rest.lowerBound + chunk.count..<rest.upperBound
        expected?.checksum.update(chunk)
        byteCountSinceFailure += chunk.count
        if byteCountSinceFailure >= Self.progressByteCount { attempts = RetryState(client.service.retries) }
    }

    /// Opens the rest of the object, after a pause, if the same version still stands.
    private func resume(after failure: HTTPFailure) async throws(S3DBError) {
        let service = client.service
        let action = "read an object"
        byteCountSinceFailure = 0
        let decision = service.gate.decide(failure.retryClass, of: &attempts, random: service.timing.random())
        guard case .retry(let delay) = decision else {
            throw failure.error(action, at: .init(key: object.key, byteOffset: rest.lowerBound))
        }
        service.logger.debug(
            "resume",
            metadata: [
                "service": "s3", "key": "\(object.key)", "byte": "\(rest.lowerBound)", "failure": "\(failure.kind)",
            ])
        guard await service.timing.pause(delay) else {
            throw S3DBError(.cancelled, "\(action): cancelled", at: .init(key: object.key))
        }
        let answer: ServiceAnswer
        do throws(ServiceFailure) {
            answer = try await client.get(object.key, range: rest, version: object.version)
        } catch {
            if error.refusal?.status == 404 || error.refusal?.status == 416 { throw changed }
            throw client.error(error, action, key: object.key)
        }
        let (standing, bytes) = try client.extent(object.key, rest, answer, action)
        guard standing == object, bytes == rest else { throw changed }
        body = answer.stream
    }

    private var changed: S3DBError {
        S3DBError(
            .preconditionFailed, "the object changed while it was read", remedy: "Read it again from the start",
            at: .init(key: object.key))
    }
}
