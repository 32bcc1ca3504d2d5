import Crypto
import NIOHTTP1
import S3DBCore

extension S3Client {
    /// Writes an object whole (PutObject).
    ///
    /// A conditional put whose answer is lost is not repeated before reading back has said that nothing of it stands:
    /// it carries a mark by which it is known.
    ///
    /// - Throws: ``S3DBError/Code/preconditionFailed`` when the condition does not hold.
    @discardableResult
    public func put(
        _ key: String, _ content: [Buffer], if condition: WriteCondition = .none
    ) async throws(S3DBError) -> S3Object {
        let action = "write an object"
        var call = Call("PutObject", .PUT, key)
        call.body = content
        call.headers =
            configuration.writeOptions.headers + condition.headers
            + checksumHeaders(checksum(of: content))
        if condition != .none {
            let marker = Self.freshMarker()
            call.headers.append((Self.markerHeader, marker))
            // Another request was deciding about the key; which one won is known now.
            call.retriedCodes = ["ConditionalRequestConflict"]
            call.settle = { await settlement(of: key, marker: marker) { .notApplied } }
        }
        let byteCount = content.reduce(0) { $0 + $1.count }
        let answer: ServiceAnswer
        do throws(ServiceFailure) {
            answer = try await send(call)
        } catch {
            throw self.error(error, action, key: key, under: condition)
        }
        return try await written(key, byteCount, EntityTag.version(in: answer.headers), action)
    }

    /// The object that was written; where the answer does not name its version, it is looked up.
    func written(
        _ key: String, _ byteCount: Int, _ version: VersionToken?, _ action: String
    ) async throws(S3DBError) -> S3Object {
        if let version { return S3Object(key: key, byteCount: byteCount, version: version) }
        guard let object = try await head(key), object.byteCount == byteCount else {
            throw malformed(action, "what was written is not there", key: key)
        }
        return object
    }

    /// Copies an object inside the service (CopyObject), with the write options of this client. 5 GiB at most.
    ///
    /// - Parameters:
    ///   - source: The key of an object of the same bucket, unless `sourceBucket` names another in the same region.
    ///   - version: The version of the source that must stand.
    @discardableResult
    public func copy(
        _ key: String, from source: String, in sourceBucket: String? = nil, version: VersionToken? = nil
    ) async throws(S3DBError) -> VersionToken {
        let action = "copy an object"
        var call = Call("CopyObject", .PUT, key)
        call.headers = configuration.writeOptions.headers + copySource(source, in: sourceBucket, version)
        let answer = try await answer(call, to: action)
        guard let tag = try xml(answer, action, key: key).text("ETag") else {
            throw malformed(action, "an answer without ETag", key: key)
        }
        return EntityTag.version(tag)
    }

    /// The header fields that name the source of a copy.
    func copySource(_ key: String, in bucket: String? = nil, _ version: VersionToken?) -> [(String, String)] {
        let path = "/\(bucket ?? self.bucket)/\(key)".percentEncoded(allowing: "/")
        let condition = version.map { [("x-amz-copy-source-if-match", EntityTag.header($0))] } ?? []
        return [("x-amz-copy-source", path)] + condition
    }

    /// Removes an object (DeleteObject); none there is no error.
    public func delete(_ key: String, if condition: WriteCondition = .none) async throws(S3DBError) {
        let action = "remove an object"
        if condition == .absent {
            guard try await head(key) != nil else { return }
            throw S3DBError(.preconditionFailed, "\(action): an object stands at the key", at: .init(key: key))
        }
        var call = Call("DeleteObject", .DELETE, key)
        call.headers = condition.headers
        do throws(ServiceFailure) {
            _ = try await send(call)
        } catch {
            guard error.refusal?.code != "NoSuchKey" else { return }
            // Also what an own request met that came after one whose answer was lost.
            if error.refusal?.status == 412, try await head(key) == nil { return }
            throw self.error(error, action, key: key)
        }
    }

    /// Removes objects (DeleteObjects), 1,000 a request; those that are not there are no error.
    ///
    /// - Throws: What the service says of the first object that it did not remove, with the others as related errors.
    public func delete(_ keys: [String]) async throws(S3DBError) {
        var failures: [S3DBError] = []
        for start in stride(from: 0, to: keys.count, by: 1000) {
            failures += try await deleteBatch(keys[start..<min(start + 1000, keys.count)])
        }
        guard var first = failures.first else { return }
        first.related = Array(failures.dropFirst())
        throw first
    }

    private func deleteBatch(_ keys: ArraySlice<String>) async throws(S3DBError) -> [S3DBError] {
        let action = "remove objects"
        let entries = keys.map { "<Object><Key>\($0.xmlEscaped)</Key></Object>" }.joined()
        let body = Buffer("<Delete xmlns=\"\(Self.namespace)\"><Quiet>true</Quiet>\(entries)</Delete>".utf8)
        var call = Call("DeleteObjects", .POST)
        call.query = [("delete", "")]
        call.body = [body]
        // The digest that every server of the API knows; the service demands one here.
        call.headers = [("Content-MD5", Base64.encode(Array(Insecure.MD5.hash(data: Array(body)))))]
        let answer = try await answer(call, to: action)
        return try xml(answer, action).all("Error").map { entry in
            let key = entry.text("Key")
            return S3DBError(
                entry.text("Code") == "AccessDenied" ? .permissionDenied : .ioFailure,
                "\(action): the server refuses (\(S3DBError.quoted(entry.text("Code") ?? "")))",
                at: .init(key: key))
        }
    }

    /// The namespace of documents that are sent.
    static var namespace: String { "http://s3.amazonaws.com/doc/2006-03-01/" }

    // MARK: Lost answers

    /// A mark that no other write has.
    static func freshMarker() -> String {
        String(UInt64.random(in: 0...UInt64.max), radix: 16) + String(UInt64.random(in: 0...UInt64.max), radix: 16)
    }

    /// Whether a write with a mark stands at a key; `otherwise` says what it means that it does not.
    func settlement(
        of key: String, marker: String, otherwise: () async -> Settlement
    ) async -> Settlement {
        do throws(ServiceFailure) {
            let answer = try await send(Call("HeadObject", .HEAD, key))
            if answer.headers.first(name: Self.markerHeader) == marker { return .applied(answer) }
        } catch {
            guard error.refusal?.status == 404 else { return .unknown }
        }
        return await otherwise()
    }

    /// The error of a conditional write. Over a version of an object that is gone the service says 404.
    func error(_ failure: ServiceFailure, _ action: String, key: String, under condition: WriteCondition) -> S3DBError {
        var error = error(failure, action, key: key)
        if case .version = condition, error.code == .notFound, failure.refusal?.code != "NoSuchUpload" {
            error.code = .preconditionFailed
            error.message = "\(action): nothing stands where a version was named"
        }
        if error.code == .preconditionFailed || error.code == .conflict { error.remedy = "Plan again" }
        return error
    }
}
