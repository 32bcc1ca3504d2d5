/// A JSON text (RFC 8259) as a value that keeps the order of its members and the spelling of its numbers.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number as it is written.
    case number(String)
    /// Text.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Named values in order; no name stands twice.
    case object([Member])

    /// One name of an object, with its value.
    public struct Member: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The value.
        public var value: JSONValue

        /// Makes a member.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Reads a text in UTF-8; a byte order mark in front is skipped.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` at the byte where the text stops being JSON, also for a name that
    ///   stands twice in an object and for values nested deeper than ``maximumDepth``.
    public static func parse(_ bytes: RawSpan) throws(S3DBError) -> JSONValue {
        var parser = JSONParser(bytes)
        return try parser.parse()
    }

    /// How deep arrays and objects may nest.
    public static let maximumDepth = 128
}

extension JSONValue {
    /// An integer.
    public static func number(_ value: some BinaryInteger) -> JSONValue {
        .number(String(value))
    }

    /// A number in the shortest form that reads back equal; null for infinities and NaN, which JSON lacks.
    public static func number(_ value: Double) -> JSONValue {
        value.isFinite ? .number("\(value)") : .null
    }

    /// The value of the member called `name`; nil where there is none, or no object. O(members).
    public subscript(name: String) -> JSONValue? {
        objectValue?.first { $0.name == name }?.value
    }

    /// The text of a string.
    public var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, where it is written as an integer in range.
    public var intValue: Int? {
        if case .number(let text) = self { Int(text) } else { nil }
    }

    /// The number.
    public var doubleValue: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }

    /// True or false.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of an array.
    public var arrayValue: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object.
    public var objectValue: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// What kind of value it is, with an article, for messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a bool"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes a string.
    public init(stringLiteral value: String) {
        self = .string(value)
    }

    /// Makes a number.
    public init(integerLiteral value: Int) {
        self = .number(value)
    }

    /// Makes a bool.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// Makes null.
    public init(nilLiteral: ()) {
        self = .null
    }

    /// Makes an array.
    public init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    /// Makes an object whose members have the literal's order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
