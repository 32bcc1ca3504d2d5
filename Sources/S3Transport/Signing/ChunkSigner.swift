import Crypto
import S3DBCore

/// Frames a body as chunks that are signed one after the other, each with the signature before it.
///
///     <size in hex>;chunk-signature=<64 digits>\r\n<bytes>\r\n … 0;chunk-signature=<64 digits>\r\n\r\n
///
/// Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in
/// Multiple Chunks".
struct ChunkSigner: Sendable {
    private let key: SigningKey
    private let time: SigningTime
    private let scope: String
    /// The signature of the latest chunk; at first that of the request.
    private(set) var signature: String

    private static let emptyHash = SHA256.hash(data: [UInt8]()).hexadecimal

    init(_ signer: RequestSigner, with credentials: Credentials, at time: SigningTime, seed: SignatureLevels) {
        key = SigningKey(
            credentials.secretAccessKey, date: time.date, region: signer.region, service: signer.service)
        self.time = time
        scope = signer.scope(at: time)
        signature = seed.signature
    }

    /// The framed form of the next chunk; that of an empty one ends the body.
    mutating func frame(_ chunk: Buffer) -> [Buffer] {
        var hasher = SHA256()
        chunk.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        let lines = [
            "\(RequestSigner.algorithm)-PAYLOAD", time.stamp, scope, signature, Self.emptyHash,
            hasher.finalize().hexadecimal,
        ]
        signature = key.sign(lines.joined(separator: "\n"))
        let head = Buffer("\(String(chunk.count, radix: 16));chunk-signature=\(signature)\r\n".utf8)
        let end = Buffer("\r\n".utf8)
        return chunk.isEmpty ? [head, end] : [head, chunk, end]
    }

    /// The size of a body of `byteCount` bytes when it is framed in chunks of `chunkByteCount`.
    static func framedByteCount(_ byteCount: Int, chunkByteCount: Int) -> Int {
        func framed(_ count: Int) -> Int { String(count, radix: 16).utf8.count + 17 + 64 + 4 + count }
        let rest = byteCount % chunkByteCount
        return byteCount / chunkByteCount * framed(chunkByteCount) + (rest > 0 ? framed(rest) : 0) + framed(0)
    }
}
