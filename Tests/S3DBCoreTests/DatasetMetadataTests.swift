import Foundation
import S3DBCore
import TestSupport
import Testing

private func metadata(_ text: String) throws(S3DBError) -> DatasetMetadata {
    try DatasetMetadata(parsing: Buffer(text.utf8).bytes)
}

@Suite struct DatasetMetadataTests {
    @Test("types keep their order and become columns")
    func types() throws {
        let types = S3DBType.allCases.reversed().map { "\"c_\($0)\": \n\"\($0)\"" }.joined(separator: ",")
        var metadata = try metadata(
            "{\"type_map\": {\(types), \"target_bounds\": \"int\"}, \"superkey\": [\"a\"], \"tags\": {\"f\": 1}}")
        #expect(
            metadata.columns.map(\.name)
                == S3DBType.allCases.reversed().map { "c_\($0)" } + ["target_bounds"])
        #expect(
            metadata.columns.map(\.columnType)
                == [.float64, .int64, .utf8, .utf8, .bool, .float64, .int64, .utf8, .int8])
        #expect(metadata.columns.filter(\.emptyIsNull).map(\.type) == [.tuple, .list])
        #expect(metadata.superkey == ["a"] && metadata.valueKey == [] && metadata.tags == ["f": 1])
        metadata.declare("c_str", as: .bool)
        metadata.declare("new", as: .float)
        #expect(metadata.type(of: "c_str") == .bool && metadata.columns.last == DeclaredColumn("new", .float))
        #expect(DeclaredColumn.columnType(of: "undeclared", declared: nil) == .utf8)
    }

    @Test(
        "broken descriptions say what is wrong",
        arguments: [
            ("", "ends"), ("[]", "an array"), ("{}", "no type_map"), ("{\"type_map\": []}", "an array"),
            ("{\"type_map\": {\"a\": 1}}", "a number"), ("{\"type_map\": {\"a\": \"flaot\"}}", "\"float\""),
            ("{\"type_map\": {\"a\": \"string\"}}", "nearest is \"str\""),
            ("{\"type_map\": {\"a\": \"integer\"}}", "nearest is \"int\""),
            ("{\"type_map\": {\"a\": \"boolean\"}}", "nearest is \"bool\""),
            ("{\"type_map\": {\"a\": \"int\", \"a\": \"str\"}}", "twice"), ("{\"type_map\": {\"\": \"int\"}}", "name"),
            ("{\"type_map\": {}, \"superkey\": \"a\"}", "superkey"),
            ("{\"type_map\": {}, \"value_key\": [1]}", "value_key"),
        ])
    func broken(text: String, expected: String) {
        #expect { try metadata(text) } throws: { error in
            (error as? S3DBError)?.code == .invalidMetadata && "\(error)".contains(expected)
        }
    }

    @Test("real descriptions are read", .needsRealData)
    func real() throws {
        for name in ["caiso/dayahead_price", "miso/realtime_price", "datasoup/ercot_da_gen_ancillary_offers"] {
            let bytes = try Data(contentsOf: Requirement.realData.appending(path: "\(name)/METADATA.json"))
            let metadata = try DatasetMetadata(parsing: Buffer(bytes).bytes)
            #expect(metadata.type(of: "target_start") == .int)
            #expect(metadata.columns.first { $0.name == "target_bounds" }?.columnType == .int8)
            #expect(metadata.superkey.contains("target_start") && !metadata.valueKey.isEmpty)
            #expect(metadata.tags.objectValue?.isEmpty == false)
        }
    }
}
