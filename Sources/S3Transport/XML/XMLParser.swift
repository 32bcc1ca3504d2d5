import S3DBCore

/// Reads the XML that S3 and STS answer with: elements, text, references, CDATA, comments and instructions.
///
/// Attributes and namespaces are skipped; a document type is refused, and with it every entity but the five that XML
/// has. Depth and size are bounded, and nothing in the input traps.
///
/// Source: Extensible Markup Language (XML) 1.0 (Fifth Edition), https://www.w3.org/TR/xml/, chapters 2 and 4.
struct XMLParser {
    /// How deep elements may nest.
    static let maximumDepth = 32

    private let bytes: [UInt8]
    private var position = 0
    private var open: [XMLElement] = []
    private var root: XMLElement?

    /// The root element of a document.
    ///
    /// - Throws: ``S3DBError/Code/malformedAnswer`` at the byte where it stops being XML, also for one that is cut off.
    static func parse(_ document: Buffer) throws(S3DBError) -> XMLElement {
        var parser = XMLParser(bytes: Array(document))
        return try parser.parse()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func parse() throws(S3DBError) -> XMLElement {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<") { try markup() } else { try text() }
        }
        guard let root, open.isEmpty else { throw error("the document ends before its root element does") }
        return root
    }

    private mutating func markup() throws(S3DBError) {
        if take("<!--") {
            try skip(through: "-->")
        } else if take("<![CDATA[") {
            let start = position
            try skip(through: "]]>")
            try append(Array(bytes[start..<position - 3]))
        } else if take("<?") {
            try skip(through: "?>")
        } else if take("<!") {
            throw error("a document type is not allowed")
        } else if take("</") {
            try endTag()
        } else {
            position += 1
            try startTag()
        }
    }

    private mutating func startTag() throws(S3DBError) {
        if root != nil && open.isEmpty { throw error("a second root element") }
        guard open.count < Self.maximumDepth else { throw error("elements nest deeper than \(Self.maximumDepth)") }
        open.append(XMLElement(name: try name()))
        while true {
            skipBlanks()
            if take("/>") { return try close() }
            if take(">") { return }
            try attribute()
        }
    }

    private mutating func attribute() throws(S3DBError) {
        _ = try name()
        skipBlanks()
        guard take("=") else { throw error("an attribute without a value") }
        skipBlanks()
        guard position < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[position]) else {
            throw error("an attribute's value without quotes")
        }
        let quote = bytes[position]
        guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { throw error("an open quote") }
        position = end + 1
    }

    private mutating func endTag() throws(S3DBError) {
        let name = try name()
        skipBlanks()
        guard take(">") else { throw error("an end tag that does not end") }
        guard open.last?.name == name else { throw error("an end tag \(S3DBError.quoted(name)) that nothing opened") }
        try close()
    }

    private mutating func close() throws(S3DBError) {
        guard let element = open.popLast() else { throw error("an end tag that nothing opened") }
        if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }

    /// A name, of which what stands before a colon is dropped.
    private mutating func name() throws(S3DBError) -> String {
        let start = position
        while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
        guard position > start, let name = String(validating: bytes[start..<position], as: UTF8.self) else {
            throw error("a name is expected")
        }
        return name.split(separator: ":").last.map(String.init) ?? name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    // MARK: Text

    private mutating func text() throws(S3DBError) {
        var run: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if bytes[position] == UInt8(ascii: "&") {
                run += Array(String(try reference()).utf8)
            } else {
                run.append(bytes[position])
                position += 1
            }
        }
        try append(run)
    }

    private mutating func append(_ run: [UInt8]) throws(S3DBError) {
        guard !open.isEmpty else {
            let isBlank = run.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
            if !isBlank { throw error("text outside the root element") }
            return
        }
        guard let text = String(validating: run, as: UTF8.self) else { throw error("text that is no UTF-8") }
        open[open.count - 1].text += text
    }

    /// `&amp;` and its like, `&#38;`, `&#x26;`.
    private mutating func reference() throws(S3DBError) -> Unicode.Scalar {
        let start = position + 1
        guard let end = bytes[start...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
            throw error("a reference that does not end")
        }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        position = end + 1
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let number: UInt32? =
            if name.hasPrefix("#x") { UInt32(name.dropFirst(2), radix: 16) } else if name.hasPrefix("#") {
                UInt32(name.dropFirst())
            } else { nil }
        guard let number, let scalar = Unicode.Scalar(number) else {
            throw error("an unknown reference \(S3DBError.quoted(name))")
        }
        return scalar
    }

    // MARK: Bytes

    private mutating func take(_ text: StaticString) -> Bool {
        let isHere = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if isHere { position += text.utf8CodeUnitCount }
        return isHere
    }

    private mutating func skip(through text: StaticString) throws(S3DBError) {
        while position < bytes.count {
            if take(text) { return }
            position += 1
        }
        throw error("the document is cut off")
    }

    private mutating func skipBlanks() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private func error(_ message: String) -> S3DBError {
        S3DBError(.malformedAnswer, "the answer is no XML: \(message)", at: .init(byteOffset: position))
    }
}

extension S3DBError.Code {
    /// A server's answer is not what its protocol says.
    public static let malformedAnswer = Self(rawValue: "malformed-answer")
}

extension String {
    /// The text with what XML gives meaning to, and control characters, as references.
    var xmlEscaped: String {
        var escaped = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case _ where scalar.value < 0x20: escaped += "&#\(scalar.value);"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
