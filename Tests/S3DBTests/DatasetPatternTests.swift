import S3DB
import Testing

@Suite struct DatasetPatternTests {
    @Test(
        "a star stands for any characters and a question mark for one, within a part",
        arguments: [
            ("miso/realtime_price", true), ("miso/*", true), ("*/*", true), ("m?so/real*price", true),
            ("*/*_*", true), ("miso/realtime_price*", true), ("miso/**price", true), ("miso/?ealtime_pric?", true),
            ("*", false), ("miso*", false), ("miso/realtime", false), ("miso/*prices", false), ("*/*/*", false),
            ("miso/?realtime_price", false), ("", false), ("/", false), ("MISO/*", false),
        ])
    func matches(pattern: String, isMatch: Bool) throws {
        let dataset = try #require(DatasetID("miso/realtime_price"))
        #expect(DatasetPattern(pattern).matches(dataset) == isMatch)
    }

    @Test("many stars take no exponential time")
    func stars() throws {
        let dataset = try #require(DatasetID("a/" + String(repeating: "a", count: 180)))
        #expect(!DatasetPattern("*/" + String(repeating: "*a", count: 60) + "b").matches(dataset))
    }

    @Test("each dataset is chosen once, in the order of all")
    func chosen() throws {
        let all = ["a/x", "a/y", "b/x"].compactMap { DatasetID($0) }
        let chosen = try DatasetSelection.matching(["b/*", "*/x"]).chosen(of: all, at: "there")
        #expect(chosen.map(\.description) == ["a/x", "b/x"])
        #expect(try DatasetSelection.all.chosen(of: all, at: "there") == all)
    }

    @Test("a pattern that matches none names the nearest")
    func unknown() throws {
        let all = ["caiso/load", "miso/load"].compactMap { DatasetID($0) }
        let error = #expect(throws: S3DBError.self) {
            try DatasetSelection.matching(["miso/lod"]).chosen(of: all, at: "there")
        }
        #expect(error?.code == .unknownName)
        #expect(error?.remedy == "The nearest is miso/load")
        #expect(throws: S3DBError.self) { try DatasetSelection.all.chosen(of: [], at: "there") }
    }
}
