import S3DBCore

extension FuzzTarget {
    /// The XML that servers answer with, by the parser of S3Transport, whose sources are linked into this module: alone they
    /// need no HTTP client.
    static let xml = FuzzTarget(
        name: "xml", memory: MemoryBound(byteCount: 1 << 20, factor: 2048), dictionary: "xml.dict",
        seeds: XMLSeeds.all,
        run: { input in
            guard let root = attempt({ () throws(S3DBError) in try XMLParser.parse(input) }) else { return }
            let text = written(root)
            let again = attempt { () throws(S3DBError) in try XMLParser.parse(Buffer(text.utf8)) }
            if again != root { fatalError("XML that was written is read as something else: \(text)") }
        })

    private static func written(_ element: XMLElement) -> String {
        "<\(element.name)>\(element.text.xmlEscaped)\(element.children.map(written).joined())</\(element.name)>"
    }
}

/// XML to begin with.
private enum XMLSeeds {
    static func all() -> [Seed] {
        [
            Seed(
                "list",
                #"<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated><Contents><Key>a&amp;b&#x26;&#38;</Key><Size>1</Size></Contents></ListBucketResult>"#
            ),
            Seed(
                "error",
                "<Error>\n  <Code>NoSuchKey</Code><Message><![CDATA[a<b]]></Message><!-- c --><x:Y a='1'/></Error>"),
            Seed("deep", String(repeating: "<a>", count: 32) + "é" + String(repeating: "</a>", count: 32)),
        ]
    }
}
