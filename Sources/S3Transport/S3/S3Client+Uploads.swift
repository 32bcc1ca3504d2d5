import NIOHTTP1
import S3DBCore

extension S3Client {
    /// Begins an upload in parts (CreateMultipartUpload).
    public func createUpload(_ key: String) async throws(S3DBError) -> S3Upload {
        let action = "begin an upload"
        let marker = Self.freshMarker()
        var call = Call("CreateMultipartUpload", .POST, key)
        call.query = [("uploads", "")]
        call.headers = configuration.writeOptions.headers + [(Self.markerHeader, marker)]
        if configuration.sendsChecksums {
            call.headers.append(("x-amz-checksum-algorithm", ChecksumAlgorithm.crc64NVME.rawValue))
            call.headers.append(Self.wholeChecksumHeader)
        }
        let answer = try await answer(call, to: action)
        guard let id = try xml(answer, action, key: key).text("UploadId"), !id.isEmpty else {
            throw malformed(action, "an answer without an upload's name", key: key)
        }
        return S3Upload(key: key, id: id, marker: marker)
    }

    /// Writes one part, in place of another of the same number (UploadPart).
    public func uploadPart(
        _ upload: S3Upload, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart {
        let action = "upload part \(number)"
        var call = Call("UploadPart", .PUT, upload.key)
        call.query = [("partNumber", String(number)), ("uploadId", upload.id)]
        call.body = content
        let checksum = checksum(of: content)
        call.headers = checksumHeaders(checksum)
        let answer = try await answer(call, to: action)
        guard let tag = answer.headers.first(name: "ETag") else {
            throw malformed(action, "an answer without ETag", key: upload.key)
        }
        return UploadedPart(
            number: number, byteCount: content.reduce(0) { $0 + $1.count },
            token: PartToken(tag: tag, checksum: checksum).text)
    }

    /// The header field that says that an upload's checksum is that of all its bytes, not one of the checksums of its
    /// parts.
    private static var wholeChecksumHeader: (String, String) { ("x-amz-checksum-type", "FULL_OBJECT") }

    /// Copies a range of an object inside the service as one part (UploadPartCopy).
    ///
    /// - Parameter version: The version of the source that must stand.
    public func copyPart(
        _ upload: S3Upload, number: Int, from source: String, in sourceBucket: String? = nil, version: VersionToken?,
        range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart {
        let action = "copy part \(number)"
        guard range.lowerBound >= 0, !range.isEmpty else {
            throw S3DBError(.invalidArgument, "\(action): the range \(range) is empty", at: .init(key: upload.key))
        }
        var call = Call("UploadPartCopy", .PUT, upload.key)
        call.query = [("partNumber", String(number)), ("uploadId", upload.id)]
        call.headers = copySource(source, in: sourceBucket, version)
        call.headers.append(("x-amz-copy-source-range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        let answer = try await answer(call, to: action)
        guard let tag = try xml(answer, action, key: upload.key).text("ETag") else {
            throw malformed(action, "an answer without ETag", key: upload.key)
        }
        return UploadedPart(number: number, byteCount: range.count, token: tag)
    }

    /// Makes the parts, in the order of their numbers, the object (CompleteMultipartUpload).
    ///
    /// Where the checksum of every part is known, that of the object is sent along, so that parts that were mixed up are
    /// refused. Source: Amazon S3 User Guide, "Checking object integrity", full object checksums.
    ///
    /// - Throws: ``S3DBError/Code/preconditionFailed`` when the condition does not hold;
    ///   ``S3DBError/Code/outcomeUnknown`` where the answer was lost and neither the object nor the upload is to be seen.
    public func complete(
        _ upload: S3Upload, parts: [UploadedPart], if condition: WriteCondition = .none
    ) async throws(S3DBError) -> S3Object {
        let action = "complete an upload"
        let entries = parts.map { part in
            "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(PartToken(part.token).tag.xmlEscaped)</ETag></Part>"
        }
        let body = "<CompleteMultipartUpload xmlns=\"\(Self.namespace)\">\(entries.joined())</CompleteMultipartUpload>"
        var call = Call("CompleteMultipartUpload", .POST, upload.key)
        call.query = [("uploadId", upload.id)]
        call.headers = condition.headers
        if let checksum = parts.joinedChecksum {
            call.headers += [(checksum.algorithm.header, checksum.base64), Self.wholeChecksumHeader]
        }
        call.body = [Buffer(body.utf8)]
        call.settle = { await settlement(of: upload) }
        let answer: ServiceAnswer
        do throws(ServiceFailure) {
            answer = try await send(call)
        } catch {
            throw self.error(error, action, key: upload.key, under: condition)
        }
        let byteCount = parts.reduce(0) { $0 + $1.byteCount }
        if answer.body.isEmpty, let version = EntityTag.version(in: answer.headers) {
            return S3Object(key: upload.key, byteCount: byteCount, version: version)
        }
        if let tag = try? xml(answer, action).text("ETag") {
            return S3Object(key: upload.key, byteCount: byteCount, version: EntityTag.version(tag))
        }
        // An answer that says nothing is as good as a lost one.
        guard case .applied(let found) = await settlement(of: upload),
            let version = EntityTag.version(in: found.headers)
        else {
            var error = malformed(action, "an answer that does not say whether it was done", key: upload.key)
            error.code = .outcomeUnknown
            throw error
        }
        return S3Object(key: upload.key, byteCount: byteCount, version: version)
    }

    /// Whether a completion was carried out: then the object carries the upload's mark. While the upload is still
    /// there it was not; where neither is to be seen, nobody can say.
    private func settlement(of upload: S3Upload) async -> Settlement {
        guard let marker = upload.marker else { return .unknown }
        return await settlement(of: upload.key, marker: marker) {
            if await isInProgress(upload) == true { return .notApplied }
            // It may have ended between the two looks.
            return await settlement(of: upload.key, marker: marker) { .unknown }
        }
    }

    /// Whether an upload is neither completed nor aborted (ListParts); nil where the server does not say.
    func isInProgress(_ upload: S3Upload) async -> Bool? {
        var call = Call("ListParts", .GET, upload.key)
        call.query = [("max-parts", "1"), ("uploadId", upload.id)]
        do throws(ServiceFailure) {
            _ = try await send(call)
            return true
        } catch {
            return error.refusal?.status == 404 ? false : nil
        }
    }

    /// Forgets an upload and its parts (AbortMultipartUpload). Unknown uploads are no error.
    public func abort(_ upload: S3Upload) async throws(S3DBError) {
        var call = Call("AbortMultipartUpload", .DELETE, upload.key)
        call.query = [("uploadId", upload.id)]
        do throws(ServiceFailure) {
            _ = try await send(call)
        } catch {
            guard error.refusal?.status != 404 else { return }
            throw self.error(error, "abort an upload", key: upload.key)
        }
    }
}
