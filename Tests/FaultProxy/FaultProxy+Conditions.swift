import NIOHTTP1

/// What S3 refuses and the servers that stand in for it do not, or not everywhere.
///
/// Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes" and "Conditional deletes";
/// Amazon S3 API Reference, `UploadPartCopy` and `CompleteMultipartUpload`.
extension FaultProxy {
    /// The answer to a request whose conditions do not hold now; nil where they do. Called while its objects are
    /// locked.
    ///
    /// - Parameter isContended: Whether another request touched the object when this one came: then it has lost a race.
    func refusal(of request: ProxiedRequest, isContended: Bool) async throws -> ErrorAnswer? {
        if let refusal = try await copySourceRefusal(of: request) { return refusal }
        if request.kind == "CompleteMultipartUpload", parts.hasTooSmall(request) { return .entityTooSmall }
        guard ["PutObject", "CompleteMultipartUpload", "CopyObject", "DeleteObject"].contains(request.kind) else {
            return nil
        }
        let wanted = request.head.headers.first(name: "If-Match")
        let mustBeAbsent = request.head.headers.first(name: "If-None-Match") == "*"
        guard wanted != nil || mustBeAbsent else { return nil }
        let standing = try await backend.head(request.target.path)
        if let wanted {
            guard let standing else { return isContended ? .conditionalConflict : .noSuchKey }
            if !Self.matches(wanted, standing.etag) { return isContended ? .conditionalConflict : .preconditionFailed }
        }
        if mustBeAbsent, standing != nil { return isContended ? .conditionalConflict : .preconditionFailed }
        return nil
    }

    private func copySourceRefusal(of request: ProxiedRequest) async throws -> ErrorAnswer? {
        let wanted = request.head.headers.first(name: "x-amz-copy-source-if-match")
        guard wanted != nil || request.copyRange != nil, let path = request.copySourcePath else { return nil }
        guard let standing = try await backend.head(path) else { return .noSuchKey }
        if let wanted, !Self.matches(wanted, standing.etag) { return .preconditionFailed }
        if let range = request.copyRange, range.upperBound > standing.byteCount { return .invalidRange }
        return nil
    }

    private static func matches(_ wanted: String, _ etag: String) -> Bool {
        wanted == "*" || wanted.split(separator: "\"").first == etag.split(separator: "\"").first
    }

    private func copiedByteCount(_ request: ProxiedRequest) async throws -> Int {
        if let range = request.copyRange { return range.count }
        guard let path = request.copySourcePath else { return 0 }
        return try await backend.head(path)?.byteCount ?? 0
    }

    /// Remembers what a request has done.
    func noteApplied(_ request: ProxiedRequest, _ id: Int, byteCount: Int) async throws {
        if request.kind == "UploadPart" {
            let decoded = request.head.headers.first(name: "x-amz-decoded-content-length").flatMap { Int($0) }
            parts.note(request, byteCount: decoded ?? byteCount)
        } else if request.kind == "UploadPartCopy" {
            parts.note(request, byteCount: try await copiedByteCount(request))
        }
        log.change(id) { entry in
            entry.isApplied = true
            entry.state = .applied
        }
    }
}
