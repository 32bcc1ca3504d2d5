import Testing

@testable import S3DBCore

@Suite struct ProvenanceTests {
    private let provenance = Provenance(
        tool: "tool version 1.2.3 (build x)", spec: "format=parquet codec=sz", schemaHash: "00ff",
        extraColumns: ["ñ \"quoted\""],
        sections: [
            .init(key: "a/b/year=2020/1.csv.gz", token: VersionToken("12-34"), rowCount: 5, byteCount: 77),
            .init(
                key: "a/b/year=2020/1.csv.gz", token: VersionToken("12-34"), rowCount: 2, byteCount: 7,
                nullColumns: ["x"]),
            .init(key: "a/b/year=2020/2.csv.gz", token: VersionToken("56-78")),
        ],
        hourRowCounts: (0..<24).map { $0 * 3 })

    @Test func readsWhatItWrote() throws {
        #expect(try Provenance(json: provenance.json) == provenance)
    }

    @Test func namesEachSourceOnce() {
        #expect(provenance.sources.map(\.key) == ["a/b/year=2020/1.csv.gz", "a/b/year=2020/2.csv.gz"])
        #expect(provenance.sources.map(\.token.text) == ["12-34", "56-78"])
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"tool":"t","spec":"s","schema_hash":"h","sections":[{}]}"#,
        #"{"tool":"t","spec":"s","schema_hash":"h","sections":[],"hour_rows":[1,2]}"#,
        #"{"tool":"t","spec":"s","schema_hash":"h","sections":[],"hour_rows":[-1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"#,
    ])
    func refusesWhatIsNone(text: String) {
        #expect { try Provenance(json: text) } throws: { ($0 as? S3DBError)?.code == .corruptFile }
    }
}
