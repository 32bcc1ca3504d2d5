import NIOHTTP1
import S3DBCore

extension S3Client {
    /// The size and version of an object; nil where none stands (HeadObject).
    public func head(_ key: String) async throws(S3DBError) -> S3Object? {
        let action = "look at an object"
        let answer: ServiceAnswer
        do throws(ServiceFailure) {
            answer = try await send(Call("HeadObject", .HEAD, key))
        } catch {
            guard error.refusal?.status != 404 else { return nil }
            throw self.error(error, action, key: key)
        }
        return try object(key, answer.headers, byteCount: Self.contentLength(answer.headers), action)
    }

    /// The object that an answer's head describes.
    func object(
        _ key: String, _ headers: HTTPHeaders, byteCount: Int?, _ action: String
    ) throws(S3DBError) -> S3Object {
        guard let version = EntityTag.version(in: headers), let byteCount else {
            throw malformed(action, "an answer without ETag or size", key: key)
        }
        return S3Object(key: key, byteCount: byteCount, version: version)
    }

    static func contentLength(_ headers: HTTPHeaders) -> Int? {
        headers.first(name: "Content-Length").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// Opens an object, or a range of its bytes, cut to the object's size (GetObject).
    ///
    /// The bytes are those of one version, whatever happens meanwhile: a body that is cut or stalls is read on from
    /// where it ended, under `If-Match`. A whole object is checked against its checksum where the server tells one.
    ///
    /// - Parameter version: The version that must stand.
    public func open(
        _ key: String, range: Range<Int>? = nil, version: VersionToken? = nil
    ) async throws(S3DBError) -> S3Reader {
        let action = "read an object"
        if let range, range.isEmpty { return try await openNothing(key, version: version, action) }
        let answer: ServiceAnswer
        do throws(ServiceFailure) {
            answer = try await get(key, range: range, version: version)
        } catch {
            // 416: the range lies behind the object's end.
            guard error.refusal?.status == 416 else { throw self.error(error, action, key: key) }
            return try await openNothing(key, version: version, action)
        }
        let (object, bytes) = try extent(key, range, answer, action)
        // A server that ignores `If-Match` must not pass one version off as another.
        try check(version, of: object, action)
        return S3Reader(client: self, object: object, range: bytes, answer: answer)
    }

    /// GetObject as it is: the answer's head, with its body to be read.
    func get(_ key: String, range: Range<Int>?, version: VersionToken?) async throws(ServiceFailure) -> ServiceAnswer {
        var call = Call("GetObject", .GET, key)
        call.isStreamed = true
        // What is stored is what is wanted: no transport may unpack it.
        call.headers.append(("Accept-Encoding", "identity"))
        if let range {
            call.headers.append(("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        } else {
            call.headers.append(("x-amz-checksum-mode", "ENABLED"))
        }
        if let version { call.headers.append(("If-Match", EntityTag.header(version))) }
        return try await send(call)
    }

    private func openNothing(
        _ key: String, version: VersionToken?, _ action: String
    ) async throws(S3DBError) -> S3Reader {
        guard let object = try await head(key) else {
            throw S3DBError(.notFound, "\(action): nothing is there", at: .init(key: key))
        }
        try check(version, of: object, action)
        return S3Reader(client: self, object: object, range: 0..<0, answer: nil)
    }

    private func check(_ version: VersionToken?, of object: S3Object, _ action: String) throws(S3DBError) {
        guard let version, version != object.version else { return }
        throw S3DBError(
            .preconditionFailed, "\(action): the object is not at the version that was named",
            at: .init(key: object.key))
    }

    /// The object and which of its bytes an answer brings.
    func extent(
        _ key: String, _ range: Range<Int>?, _ answer: ServiceAnswer, _ action: String
    ) throws(S3DBError) -> (S3Object, Range<Int>) {
        let headers = answer.headers
        guard let range else {
            let object = try object(key, headers, byteCount: Self.contentLength(headers), action)
            return (object, 0..<object.byteCount)
        }
        // Some servers say 200 of a range, too; what was sent is in Content-Range.
        guard let extent = Self.contentRange(headers),
            extent.bytes.lowerBound == range.lowerBound,
            extent.bytes.upperBound == min(range.upperBound, extent.total)
        else {
            throw malformed(action, "an answer that does not give the range that was asked for", key: key)
        }
        return (try object(key, headers, byteCount: extent.total, action), extent.bytes)
    }

    /// `bytes 0-99/1000` (RFC 9110, section 14.4).
    private static func contentRange(_ headers: HTTPHeaders) -> (bytes: Range<Int>, total: Int)? {
        guard let text = headers.first(name: "Content-Range"), text.hasPrefix("bytes ") else { return nil }
        let numbers = text.dropFirst(6).split { $0 == "-" || $0 == "/" }.map { Int($0) ?? -1 }
        guard numbers.count == 3, numbers[0] >= 0, numbers[0] <= numbers[1], numbers[1] < numbers[2] else { return nil }
        return (numbers[0]..<numbers[1] + 1, numbers[2])
    }
}
