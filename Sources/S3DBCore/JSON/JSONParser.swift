/// A recursive descent parser of JSON texts (RFC 8259, https://www.rfc-editor.org/rfc/rfc8259).
struct JSONParser: ~Escapable {
    private let bytes: Span<UInt8>
    /// The first byte that is not read yet.
    private var position = 0
    private var depth = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
        // Every bit pattern is a byte.
        self.bytes = unsafe bytes._unsafeView(as: UInt8.self)
    }

    /// Reads all bytes as one value between white space.
    mutating func parse() throws(S3DBError) -> JSONValue {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end of the text") }
        return value
    }

    private mutating func value() throws(S3DBError) -> JSONValue {
        guard let byte = peek else { throw unexpected("a value") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { (parser) throws(S3DBError) in .object(try parser.members()) }
        case UInt8(ascii: "["): return try nested { (parser) throws(S3DBError) in .array(try parser.elements()) }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(S3DBError) -> JSONValue
    ) throws(S3DBError) -> JSONValue {
        guard depth < JSONValue.maximumDepth else {
            throw error("JSON values are nested deeper than \(JSONValue.maximumDepth)")
        }
        depth += 1
        position += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func members() throws(S3DBError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var names = Set<String>()
        skipSpace()
        if take(UInt8(ascii: "}")) { return members }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
            let start = position
            let name = try string()
            guard names.insert(name).inserted else {
                throw error("the name \(S3DBError.quoted(name)) stands twice in a JSON object", at: start)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("a colon") }
            skipSpace()
            members.append(.init(name, try value()))
            skipSpace()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw unexpected("a comma or a closing brace") }
        }
    }

    private mutating func elements() throws(S3DBError) -> [JSONValue] {
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            skipSpace()
            elements.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw unexpected("a comma or a closing bracket") }
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(S3DBError) -> JSONValue {
        let start = position
        let matches = word.withUTF8Buffer { letters in
            letters.allSatisfy { take($0) }
        }
        guard matches else { throw error("expected \(word) in JSON", at: start) }
        return value
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?` (section 6).
    private mutating func number() throws(S3DBError) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return try text(start..<position)
    }

    private mutating func digits() throws(S3DBError) {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw unexpected("a digit") }
    }

    /// A string (section 7), from its opening quote to behind its closing one.
    private mutating func string() throws(S3DBError) -> String {
        position += 1
        var start = position
        var string = ""
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                string += try text(start..<position)
                position += 1
                return string
            case UInt8(ascii: "\\"):
                string += try text(start..<position)
                string.unicodeScalars.append(try escape())
                start = position
            case 0..<0x20: throw error("a JSON string has an unescaped control character")
            default: position += 1
            }
        }
        throw unexpected("a closing quote")
    }

    private mutating func escape() throws(S3DBError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let letter = peek else { throw unexpected("an escape") }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw error("a JSON string has an unknown escape", at: start)
        }
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // A surrogate: only a pair of them, high before low, is a character.
        guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error("a JSON string has half a surrogate pair", at: start)
        }
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw error("a JSON string has half a surrogate pair", at: start) }
        return scalar
    }

    private mutating func hexadecimal() throws(S3DBError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func text(_ range: Range<Int>) throws(S3DBError) -> String {
        let span = bytes.extracting(range)
        let text = unsafe span.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
        guard let text else { throw error("a JSON string is not valid UTF-8", at: range.lowerBound) }
        return text
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func unexpected(_ expected: String) -> S3DBError {
        error(peek == nil ? "the JSON ends where \(expected) must stand" : "expected \(expected) in JSON")
    }

    private func error(_ message: String, at offset: Int? = nil) -> S3DBError {
        S3DBError(.corruptFile, message, at: .init(byteOffset: offset ?? position))
    }
}
