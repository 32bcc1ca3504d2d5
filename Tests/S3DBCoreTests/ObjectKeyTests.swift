import S3DBCore
import Testing

@Suite struct ObjectKeyTests {
    @Test(
        "keys that could leave their store are refused",
        arguments: ["", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "../\u{301}a", "a/./\u{301}b", "a\u{0}"])
    func refused(text: String) {
        #expect { try ObjectKey(text) } throws: { ($0 as? S3DBError)?.code == .invalidKey }
    }

    @Test("keys are equal where their bytes are")
    func equality() throws {
        #expect(try ObjectKey("\u{E9}") != ObjectKey("e\u{301}"))
        #expect(try Set([ObjectKey("\u{E9}"), ObjectKey("e\u{301}"), ObjectKey("\u{E9}")]).count == 2)
        #expect(try ObjectKey("...") < ObjectKey("a..b"))
    }
}
