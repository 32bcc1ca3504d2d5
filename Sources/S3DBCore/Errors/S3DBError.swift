/// What went wrong, where, and what to do about it: the one error of this package.
///
/// Every module throws this type, so that a caller needs one `catch` and a job can report any failure the same
/// way. `code` is for programs, `message` and `remedy` for people, `location` for both. Nothing secret and no
/// more than ``maximumQuotedCharacters`` of input ever stands in a message.
public struct S3DBError: Error, Sendable {
    /// The kind of failure.
    public var code: Code

    /// One sentence that says what happened, without a final full stop.
    public var message: String

    /// What the reader of the message can do about it, where there is something.
    public var remedy: String?

    /// Where it happened.
    public var location: Location

    /// Further failures of the same operation, such as the first misfit of each other column.
    public var related: [S3DBError]

    /// The error that led to this one.
    public var cause: (any Error)?

    /// How much of an input's text a message quotes at most.
    public static let maximumQuotedCharacters = 80

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, remedy: String? = nil, at location: Location = Location(),
        related: [S3DBError] = [], cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.location = location
        self.related = related
        self.cause = cause
    }

    /// The same error with the parts of its location that it lacks taken from `outer`.
    public func located(in outer: Location) -> S3DBError {
        var copy = self
        copy.location.fill(from: outer)
        copy.related = related.map { $0.located(in: outer) }
        return copy
    }

    /// `text` between quotes, with control characters escaped and cut to ``maximumQuotedCharacters``.
    public static func quoted(_ text: some StringProtocol) -> String {
        var quoted = "\""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == maximumQuotedCharacters {
                quoted += "…"
                break
            }
            quoted += scalar.value < 0x20 || scalar.value == 0x7F ? scalar.escaped(asASCII: true) : String(scalar)
            count += 1
        }
        return quoted + "\""
    }
}

extension S3DBError {
    /// A kind of failure, open so that plugins can add their own.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The code as it stands in JSON output, in kebab-case.
        public let rawValue: String

        /// Makes a code from its text.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The code's text.
        public var description: String { rawValue }
    }

    /// The place in the input, as far as it is known.
    public struct Location: Hashable, Sendable, CustomStringConvertible {
        /// The object or file.
        public var key: String?
        /// The line, counted from 1; for a record that spans lines, its first.
        public var line: Int?
        /// The column's name.
        public var column: String?
        /// The offset in bytes from the start of the stream that was being read.
        public var byteOffset: Int?

        /// Makes a location.
        public init(key: String? = nil, line: Int? = nil, column: String? = nil, byteOffset: Int? = nil) {
            self.key = key
            self.line = line
            self.column = column
            self.byteOffset = byteOffset
        }

        /// Takes from `outer` what this location does not say.
        public mutating func fill(from outer: Location) {
            key = key ?? outer.key
            line = line ?? outer.line
            column = column ?? outer.column
            byteOffset = byteOffset ?? outer.byteOffset
        }

        /// `key, line 3, column "lmp", byte 120`; empty where nothing is known.
        public var description: String {
            var parts: [String] = []
            if let key { parts.append(key) }
            if let line { parts.append("line \(line)") }
            if let column { parts.append("column \(S3DBError.quoted(column))") }
            if let byteOffset { parts.append("byte \(byteOffset)") }
            return parts.joined(separator: ", ")
        }
    }
}

extension S3DBError: CustomStringConvertible {
    /// `location: message (code). remedy`, then the related errors, one a line.
    public var description: String {
        let place = location.description
        var text = (place.isEmpty ? "" : "\(place): ") + "\(message) (\(code))"
        if let remedy { text += ". \(remedy)" }
        if let cause { text += "; caused by: \(cause)" }
        for error in related { text += "\n  also \(error)" }
        return text
    }
}
