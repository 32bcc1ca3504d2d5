extension Provenance.Section {
    /// The section's entry in the provenance.
    ///
    ///     {"key": …, "token": …, "rows": 4711, "bytes": 1234, "content": 5678, "checksum": …, "nulls": […], "lacks": […]}
    ///
    /// Where the span has several sources, `"sources": [{"key": …, "token": …}, …]` stands in place of the first two.
    var json: JSONValue {
        var members: [JSONValue.Member] =
            if let only = sources.first, sources.count == 1 {
                only.members
            } else {
                [.init("sources", .array(sources.map { .object($0.members) }))]
            }
        if let rowCount { members.append(.init("rows", .number(String(rowCount)))) }
        if let byteCount { members.append(.init("bytes", .number(String(byteCount)))) }
        if let digest {
            members.append(.init("content", .number(String(digest.contentByteCount))))
            if digest.checksum != 0 { members.append(.init("checksum", .number(String(digest.checksum)))) }
        }
        if !nullColumns.isEmpty { members.append(.init("nulls", .array(nullColumns.map(JSONValue.string)))) }
        if !absentColumns.isEmpty { members.append(.init("lacks", .array(absentColumns.map(JSONValue.string)))) }
        return .object(members)
    }

    /// Reads what ``json`` gave.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``.
    init(json: JSONValue) throws(S3DBError) {
        var sources: [Provenance.Source] = []
        for source in json["sources"]?.arrayValue ?? [json] { sources.append(try Provenance.Source(json: source)) }
        let counts = ["rows", "bytes", "content", "checksum"].map { json[$0]?.intValue }
        guard !sources.isEmpty, counts.allSatisfy({ $0 ?? 0 >= 0 }), counts[3] ?? 0 <= UInt32.max else {
            throw Provenance.malformed
        }
        self.init(
            sources: sources, rowCount: counts[0], byteCount: counts[1],
            digest: counts[2].map {
                PieceDigest(contentByteCount: $0, checksum: UInt32(truncatingIfNeeded: counts[3] ?? 0))
            },
            nullColumns: (json["nulls"]?.arrayValue ?? []).compactMap(\.stringValue),
            absentColumns: (json["lacks"]?.arrayValue ?? []).compactMap(\.stringValue))
    }
}

extension Provenance.Source {
    fileprivate var members: [JSONValue.Member] {
        [.init("key", .string(key)), .init("token", .string(token.text))]
    }

    fileprivate init(json: JSONValue) throws(S3DBError) {
        guard let key = json["key"]?.stringValue, let token = json["token"]?.stringValue else {
            throw Provenance.malformed
        }
        self.init(key: key, token: VersionToken(token))
    }
}
