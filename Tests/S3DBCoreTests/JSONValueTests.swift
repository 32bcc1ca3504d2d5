import Foundation
import S3DBCore
import TestSupport
import Testing

private func parse(_ text: some Sequence<UInt8>) throws(S3DBError) -> JSONValue {
    try JSONValue.parse(Buffer(text).bytes)
}

@Suite struct JSONValueTests {
    @Test("values read and write in order, numbers as they are spelled")
    func roundTrip() throws {
        let text = #"{"z":[1,-0.50,1e+3,null,true,false],"a":{"":"é\"\\\n\u0001😀"},"b":[]}"#
        let value = try parse(text.utf8)
        #expect(value.serialized() == text)
        #expect(value["z"]?.arrayValue?.count == 6)
        #expect(value["z"]?.arrayValue?[0].intValue == 1)
        #expect(value["z"]?.arrayValue?[1] == .number("-0.50"))
        #expect(value["z"]?.arrayValue?[2].doubleValue == 1000)
        #expect(value["missing"] == nil)
        #expect(value.objectValue?.map(\.name) == ["z", "a", "b"])
    }

    @Test("white space and escapes")
    func escapes() throws {
        let value = try parse("\u{FEFF} \n[ \"\\u0041\\ud83d\\ude00\\/\\b\\f\" \r\n, {\t} ]\n".utf8)
        #expect(value == ["A😀/\u{8}\u{C}", [:]])
    }

    @Test(
        "what is not JSON is refused at its byte",
        arguments: [
            ("", 0), ("  ", 2), ("{", 1), ("[1,]", 3), ("[1 2]", 3), ("01", 1), ("-", 1), ("1.", 2), ("1e", 2),
            (".5", 0), ("+1", 0), ("nul", 0), ("NaN", 0), ("\"a", 2), ("\"\\x\"", 1), ("\"\\u12g4\"", 5),
            ("\"\\ud800\"", 1), ("\"\\udc00\"", 1), ("\"\\ud800\\u0041\"", 1), ("\"a\nb\"", 2), ("{\"a\":1,}", 7),
            ("{\"a\" 1}", 5), ("{a:1}", 1), ("{\"a\":1,\"a\":2}", 7), ("1 1", 2), ("{\"a\":1,\"\\u0061\":2}", 7),
        ])
    func refused(text: String, offset: Int) {
        #expect { try parse(text.utf8) } throws: { error in
            let error = error as? S3DBError
            return error?.code == .corruptFile && error?.location.byteOffset == offset
        }
    }

    @Test(
        "bytes that are not UTF-8 are refused", arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]])
    func invalidUTF8(bytes: [UInt8]) {
        #expect(throws: S3DBError.self) { try parse([0x22] + bytes + [0x22]) }
        #expect(throws: S3DBError.self) { try parse(bytes) }
    }

    @Test("nesting has a limit")
    func depth() throws {
        let limit = JSONValue.maximumDepth
        _ = try parse(Array(repeating: 0x5B, count: limit) + Array(repeating: 0x5D, count: limit))
        #expect(throws: S3DBError.self) { try parse(Array(repeating: 0x5B, count: limit + 1)) }
        #expect(throws: S3DBError.self) { try parse(Array(repeating: 0x5B, count: 1_000_000)) }
    }

    @Test("no cut or changed byte of a text traps")
    func mutations() throws {
        var generator = SeededGenerator.fresh()
        let text = Array(#"{"a":[1.5e-3,"x\u00e9\ud83d\ude00",{"b":null}],"c":true}"#.utf8)
        for length in 0..<text.count { _ = try? parse(text.prefix(length)) }
        for _ in 0..<5000 {
            var changed = text
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                changed[Int.random(in: 0..<changed.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            if let value = try? parse(changed) {
                #expect(try parse(value.serialized().utf8) == value, "seed \(generator.seed)")
            }
        }
    }

    @Test("Python reads what is written", .needsPython)
    func python() throws {
        let value: JSONValue = ["k": [1, "\u{0}\u{1F}\u{7F}\"\\/é😀\u{2028}", true, nil, .number(0.1), .number(1e300)]]
        let printed = try Python.run(
            "import json,sys; print(json.dumps(json.loads(sys.argv[1]), separators=(',', ':'), ensure_ascii=True))",
            [value.serialized()])
        #expect(try parse(printed.utf8) == value)
        #expect(JSONValue.number(Double.nan) == .null)
    }
}
