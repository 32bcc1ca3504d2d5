import S3DBCore
import Testing

@testable import S3Transport

/// The XML that servers answer with, and what is none.
@Suite struct XMLParserTests {
    private static func parse(_ text: String) throws -> XMLElement { try XMLParser.parse(Buffer(text.utf8)) }

    @Test func anAnswer() throws {
        let root = try Self.parse(
            """
            \u{FEFF}<?xml version="1.0" encoding="UTF-8"?>
            <!-- made up --><s3:List xmlns:s3='http://x/' a="1 > 0">
              <Key>a &amp; b&#x20;&#233;<![CDATA[<&]]></Key><Empty/><Key>ü</Key>
            </s3:List>
            """)
        #expect(root.name == "List")
        #expect(root.all("Key").map(\.text) == ["a & b é<&", "ü"])
        #expect(root.text("Empty") == "")
        #expect(root["None"] == nil)
    }

    @Test(arguments: [
        "", "x", "<a>", "<a></b>", "<a/><b/>", "<a", "<a b=1/>", "<a b='1/>", "<a>&foo;</a>", "<a>&#xD800;</a>",
        "<a>&amp</a>", "<!DOCTYPE a><a/>", "<a><!-- </a>", "<a><![CDATA[x</a>", "</a>", "<a>x</a>y", "<?xml", "< a/>",
        "<a>&#99999999999;</a>",
    ])
    func whatIsNoXML(text: String) {
        let error = #expect(throws: S3DBError.self) { try Self.parse(text) }
        #expect(error?.code == .malformedAnswer)
        #expect(error?.location.byteOffset.map { (0...text.utf8.count).contains($0) } == true)
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        _ = try Self.parse(nested(XMLParser.maximumDepth))
        #expect(throws: S3DBError.self) { try Self.parse(nested(XMLParser.maximumDepth + 1)) }
    }

    @Test func everyCutIsAnError() throws {
        let text = "<A><B>x &amp; y</B><C/><!-- c --><![CDATA[d]]></A>"
        _ = try Self.parse(text)
        for count in 0..<text.utf8.count {
            #expect(throws: S3DBError.self, "\(count)") { try Self.parse(String(text.prefix(count))) }
        }
    }

    @Test func escapedTextReadsBack() throws {
        let text = "a<b>&\"'\u{1}\n\t é"
        #expect(try Self.parse("<K>\(text.xmlEscaped)</K>").text == text)
    }
}
