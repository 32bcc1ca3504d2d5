import Foundation
import NIOCore
import NIOHTTP1

/// A request on its way through the proxy.
struct ProxiedRequest: Sendable {
    /// The head as the client sent it.
    let head: HTTPRequestHead
    let target: RequestTarget
    /// The body, where it must be looked into or kept; nil where it flows through.
    private(set) var body: ByteBuffer?
    private(set) var kind: RequestKind
    /// What it is about: `bucket/key`, or the name of a queue, topic or role.
    private(set) var resource: String

    init(_ head: HTTPRequestHead) {
        self.head = head
        target = RequestTarget(head.uri)
        kind = RequestKind(method: head.method, target: target, headers: head.headers)
        resource = target.key.isEmpty ? target.bucket : "\(target.bucket)/\(target.key)"
    }

    /// Whether what it asks for, or what it needs to be checked, is in its body.
    var isReadWhole: Bool { head.method == .POST && kind != "CreateMultipartUpload" }

    /// Whether it is S3's, by the lack of what the others have.
    var isS3: Bool { !isJSON && !isForm }

    /// Whether it speaks the AWS JSON protocol.
    var isJSON: Bool { head.headers.contains(name: "X-Amz-Target") }

    /// Whether it speaks the AWS query protocol.
    var isForm: Bool {
        head.headers.first(name: "Content-Type")?.hasPrefix("application/x-www-form-urlencoded") ?? false
    }

    /// Keeps the body, and reads from it what the head does not tell.
    mutating func keep(_ body: ByteBuffer) {
        self.body = body
        guard !isS3 else { return }
        let fields = isForm ? RequestTarget.pairs(String(buffer: body)) : Self.topLevelTexts(body)
        kind = RequestKind(method: head.method, target: target, headers: head.headers, form: isForm ? fields : [:])
        let names = ["QueueUrl", "QueueName", "TopicArn", "RoleArn"]
        let name = names.lazy.compactMap { fields[$0] }.first ?? target.path
        resource = name.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? name
    }

    /// The same with another bit in the middle of the body that was kept; nil where it is empty.
    var withFlippedBit: ProxiedRequest? {
        guard var body, body.readableBytes > 0 else { return nil }
        let index = body.readerIndex + body.readableBytes / 2
        body.setInteger((body.getInteger(at: index, as: UInt8.self) ?? 0) ^ 1, at: index)
        var damaged = self
        damaged.body = body
        return damaged
    }

    /// What it copies from, as a path; nil for requests that copy nothing.
    var copySourcePath: String? {
        head.headers.first(name: "x-amz-copy-source").map { source in
            let path = source.split(separator: "?").first ?? ""
            return path.hasPrefix("/") ? String(path) : "/\(path)"
        }
    }

    /// The first byte and the one behind the last of `x-amz-copy-source-range`.
    var copyRange: Range<Int>? {
        guard let match = head.headers.first(name: "x-amz-copy-source-range")?.wholeMatch(of: /bytes=(\d+)-(\d+)/),
            let first = Int(match.1), let last = Int(match.2), first <= last
        else { return nil }
        return first..<last + 1
    }

    /// The numbers of the parts in the order in which a completion lists them.
    var listedParts: [Int] {
        guard kind == "CompleteMultipartUpload", let body else { return [] }
        return String(buffer: body).matches(of: /<PartNumber>\s*(\d+)\s*<\/PartNumber>/).compactMap { Int($0.1) }
    }

    /// The objects that it creates, replaces or removes, or must find unchanged, as `bucket/key`.
    var lockedObjects: Set<String> {
        switch kind {
        case "PutObject", "CompleteMultipartUpload", "DeleteObject": return [resource]
        case "CopyObject", "UploadPartCopy":
            let source = copySourcePath.map { RequestTarget($0) }
            let objects = [kind == "CopyObject" ? resource : nil, source.map { "\($0.bucket)/\($0.key)" }]
            return Set(objects.compactMap(\.self))
        case "DeleteObjects":
            let keys = body.map { String(buffer: $0).matches(of: /<Key>(.*?)<\/Key>/).map { String($0.1) } } ?? []
            return Set(keys.map { "\(target.bucket)/\($0)" })
        default: return []
        }
    }

    private static func topLevelTexts(_ body: ByteBuffer) -> [String: String] {
        let object = try? JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? [String: Any]
        return (object ?? [:]).compactMapValues { $0 as? String }
    }
}
