import NIOHTTP1
import S3DBCore

extension S3Client {
    /// One page of the objects whose keys begin with `prefix`, in the order of their keys' UTF-8 (ListObjectsV2).
    ///
    /// - Parameters:
    ///   - after: Lists only keys behind this one.
    ///   - delimiter: Folds keys that have it behind the prefix into one prefix each.
    ///   - page: The token of the page before; nil for the first page.
    public func list(
        prefix: String, after: String? = nil, delimiter: String? = nil, page: S3PageToken? = nil
    ) async throws(S3DBError) -> S3Page<S3Object> {
        let action = "list objects"
        let root = try await listing(
            "ListObjectsV2", [("list-type", "2")], prefix: prefix, delimiter: delimiter,
            page: page?.query ?? after.map { ["start-after": $0] } ?? [:], action)
        let decodes = root.text("EncodingType") == "url"
        var objects: [S3Object] = []
        for entry in root.children where entry.name == "Contents" {
            guard let key = entry.text("Key").flatMap({ Self.name($0, decodes: decodes) }),
                let byteCount = entry.text("Size").flatMap({ Int($0) }), let tag = entry.text("ETag"),
                (0...Self.objectByteLimit).contains(byteCount)
            else { throw malformed(action, "an entry without key, size or ETag", key: nil) }
            objects.append(S3Object(key: key, byteCount: byteCount, version: EntityTag.version(tag)))
        }
        var next: S3PageToken?
        if root.text("IsTruncated") == "true" {
            guard let token = root.text("NextContinuationToken"), token != page?.query["continuation-token"] else {
                throw malformed(action, "a page that does not say where the next one begins", key: nil)
            }
            next = S3PageToken(query: ["continuation-token": token])
        }
        return S3Page(elements: objects, prefixes: try prefixes(root, decodes: decodes, action), next: next)
    }

    /// More bytes than an object can have, which are 50 TB; the sizes of a listing can be summed.
    private static var objectByteLimit: Int { 1 << 46 }

    /// One page of the uploads in progress whose keys begin with `prefix` (ListMultipartUploads).
    public func listUploads(prefix: String, page: S3PageToken? = nil) async throws(S3DBError) -> S3Page<S3Upload> {
        let action = "list uploads"
        let root: XMLElement
        do throws(S3DBError) {
            root = try await listing(
                "ListMultipartUploads", [("uploads", "")], prefix: prefix, delimiter: nil, page: page?.query ?? [:],
                action)
        } catch  where error.code == .notFound {
            // What some servers say of a bucket that has none; one that is not there has a code of its own.
            return S3Page(elements: [], prefixes: [], next: nil)
        }
        let decodes = root.text("EncodingType") == "url"
        var uploads: [S3Upload] = []
        for entry in root.children where entry.name == "Upload" {
            guard let key = entry.text("Key").flatMap({ Self.name($0, decodes: decodes) }),
                let id = entry.text("UploadId")
            else { throw malformed(action, "an entry without key or name", key: nil) }
            uploads.append(
                S3Upload(key: key, id: id, begunSeconds: entry.text("Initiated").flatMap { Timestamp.seconds($0) }))
        }
        var next: S3PageToken?
        if root.text("IsTruncated") == "true" {
            guard let key = root.text("NextKeyMarker").flatMap({ Self.name($0, decodes: decodes) }), !uploads.isEmpty
            else {
                throw malformed(action, "a page that does not say where the next one begins", key: nil)
            }
            let id = root.text("NextUploadIdMarker") ?? ""
            next = S3PageToken(query: ["key-marker": key].merging(id.isEmpty ? [:] : ["upload-id-marker": id]) { $1 })
        }
        return S3Page(elements: uploads, prefixes: [], next: next)
    }

    /// Aborts the uploads under a prefix that were begun before `age` ago; returns how many.
    ///
    /// An upload whose beginning the server does not tell is left alone.
    public func sweepUploads(prefix: String, olderThan age: Duration) async throws(S3DBError) -> Int {
        // The server counts in whole seconds.
        let limit = service.timing.now() + service.gate.clockOffsetSeconds + 1 - age.components.seconds
        var count = 0
        var page: S3PageToken?
        repeat {
            let uploads = try await listUploads(prefix: prefix, page: page)
            for upload in uploads.elements {
                guard let begun = upload.begunSeconds, begun < limit else { continue }
                try await abort(upload)
                count += 1
            }
            page = uploads.next
        } while page != nil
        return count
    }

    private func listing(
        _ operation: String, _ query: [(name: String, value: String)], prefix: String, delimiter: String?,
        page: [String: String], _ action: String
    ) async throws(S3DBError) -> XMLElement {
        var call = Call(operation, .GET)
        // Keys can hold characters that XML cannot.
        call.query = query + [("encoding-type", "url"), ("prefix", prefix)]
        if let delimiter { call.query.append(("delimiter", delimiter)) }
        call.query += page.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        return try xml(try await answer(call, to: action), action)
    }

    private func prefixes(_ root: XMLElement, decodes: Bool, _ action: String) throws(S3DBError) -> [String] {
        var prefixes: [String] = []
        for entry in root.children where entry.name == "CommonPrefixes" {
            guard let prefix = entry.text("Prefix").flatMap({ Self.name($0, decodes: decodes) }) else {
                throw malformed(action, "a prefix that is not encoded as its listing says", key: nil)
            }
            prefixes.append(prefix)
        }
        return prefixes
    }

    /// A key as a listing has it, decoded once where the listing says that it is encoded: as in forms, with `+` for a
    /// space.
    private static func name(_ text: String, decodes: Bool) -> String? {
        decodes ? text.percentDecoded(plusIsSpace: true) : text
    }
}
