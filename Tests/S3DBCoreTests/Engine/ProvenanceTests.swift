import Testing

@testable import S3DBCore

@Suite struct ProvenanceTests {
    private let provenance = Provenance(
        tool: "tool version 1.2.3 (build x)", spec: "format=parquet codec=sz", schemaHash: "00ff",
        extraColumns: ["ñ \"quoted\""],
        sections: [
            .init(sources: [Self.source(1)], rowCount: 5, byteCount: 77),
            .init(
                sources: [Self.source(1)], rowCount: 2, byteCount: 7,
                digest: PieceDigest(contentByteCount: 9, checksum: .max), nullColumns: ["x"]),
            .init(
                sources: [Self.source(2), Self.source(3)], digest: PieceDigest(contentByteCount: 0),
                absentColumns: ["ñ"]),
        ],
        hourRowCounts: (0..<24).map { $0 * 3 })

    private static func source(_ number: Int) -> Provenance.Source {
        .init(key: "a/b/year=2020/\(number).csv.gz", token: VersionToken("\(number)-34"))
    }

    @Test func readsWhatItWrote() throws {
        #expect(try Provenance(json: provenance.json) == provenance)
    }

    @Test func namesEachSourceOnce() {
        #expect(provenance.sources == (1...3).map(Self.source))
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"tool":"t","spec":"s","schema_hash":"h","sections":[{}]}"#,
        #"{"tool":"t","spec":"s","schema_hash":"h","sections":[{"sources":[]}]}"#,
        #"{"tool":"t","spec":"s","schema_hash":"h","sections":[{"key":"k","token":"t","rows":-1}]}"#,
        #"{"tool":"t","spec":"s","schema_hash":"h","sections":[{"key":"k","token":"t","content":1,"checksum":4294967296}]}"#,
        #"{"tool":"t","spec":"s","schema_hash":"h","sections":[],"hour_rows":[1,2]}"#,
        #"{"tool":"t","spec":"s","schema_hash":"h","sections":[],"hour_rows":[-1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"#,
        #"{"tool":"t","spec":"s","schema_hash":"h","sections":[{"key":"k","token":"t","rows":9223372036854775807}]}"#,
        #"{"tool":"t","spec":"s","schema_hash":"h","sections":[{"key":"k","token":"t","bytes":1152921504606846976},{"key":"k","token":"t","bytes":1}]}"#,
    ])
    func refusesWhatIsNone(text: String) {
        #expect { try Provenance(json: text) } throws: { ($0 as? S3DBError)?.code == .corruptFile }
    }
}
