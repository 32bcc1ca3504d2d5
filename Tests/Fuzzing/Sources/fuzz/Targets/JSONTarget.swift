import S3DBCore

extension FuzzTarget {
    /// JSON texts: as values that are written and read again, METADATA.json, and provenance.
    static let json = FuzzTarget(
        name: "json", memory: MemoryBound(byteCount: 1 << 20, factor: 2048), dictionary: "json.dict",
        seeds: JSONSeeds.all,
        run: { input in
            guard let value = attempt({ () throws(S3DBError) in try JSONValue.parse(input.bytes) }) else { return }
            let text = value.serialized()
            let again = attempt { () throws(S3DBError) in try JSONValue.parse(text.utf8Span.span.bytes) }
            if again != value { fatalError("JSON that was written is read as something else: \(text)") }
            _ = attempt { () throws(S3DBError) in try DatasetMetadata(value) }
            if let provenance = attempt({ () throws(S3DBError) in try Provenance(json: text) }) {
                let again = attempt { () throws(S3DBError) in try Provenance(json: provenance.json) }
                if again != provenance { fatalError("provenance that was written is read as something else: \(text)") }
            }
        })
}

/// JSON to begin with.
private enum JSONSeeds {
    static func all() -> [Seed] {
        let source = Provenance.Source(key: "2020/1/1.csv.gz", token: VersionToken("\"abc\""))
        let section = Provenance.Section(
            sources: [source], rowCount: 24, byteCount: 1000, digest: PieceDigest(contentByteCount: 5, checksum: 9),
            nullColumns: ["lmp"], absentColumns: ["x"])
        let provenance = Provenance(
            tool: "tool 1", spec: "format=parquet", schemaHash: "0123456789abcdef", extraColumns: ["x"],
            sections: [section], hourRowCounts: Array(repeating: 1, count: 24))
        return [
            Seed("provenance", provenance.json),
            Seed("escapes", #"{"a\u00e9\n\ud83d\ude00":[true,false,null,-1.5e+10,0,"",{}],"b":{"c":[[]]}}"#),
            Seed(
                "metadata",
                #"{"columns":{"lmp":"float64","node":"string"},"superkey":["target_start","node"],"value_key":["lmp"],"tags":{}}"#
            ),
            Seed("deep", String(repeating: "[", count: 127) + String(repeating: "]", count: 127)),
        ]
    }
}
