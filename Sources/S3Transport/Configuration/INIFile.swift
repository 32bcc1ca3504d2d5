import S3DBCore

/// A configuration file of the SDKs: sections of properties.
///
///     # a comment, on a line of its own; `;` begins one too
///     [profile production:admin]
///     region = eu-west-1            the name is put in lower case, blanks at both ends of the value are dropped
///     s3 =                          lines that stand further in than the name go on with its value
///         addressing_style = path
///
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files"; where that says little, the rules
/// are those of botocore, which reads the files with Python's `configparser`: `:` is a delimiter like `=`, a `#` behind
/// a value belongs to it, and a section or a property that stands twice is an error. No message quotes a value.
struct INIFile: Hashable, Sendable {
    /// What stands under one heading.
    struct Section: Hashable, Sendable {
        var name: String
        var properties: [String: String] = [:]
    }

    /// The sections in the order of the file.
    var sections: [Section] = []

    /// Reads the text of the file at `path`.
    ///
    /// - Throws: ``S3DBError/Code/invalidConfiguration`` at the line that breaks the rules.
    init(_ text: Buffer, path: String) throws(S3DBError) {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw Self.invalid("the file is not valid UTF-8", path, line: nil)
        }
        var reader = Reader(path: path)
        for line in string.split(
            omittingEmptySubsequences: false, whereSeparator: { ["\n", "\r", "\r\n"].contains($0) })
        {
            try reader.read(line)
        }
        sections = reader.finished()
    }

    /// The properties that a value holds whose lines are properties themselves, such as `s3`'s; lines that are none are
    /// skipped.
    static func nested(_ value: String?) -> [String: String] {
        var properties: [String: String] = [:]
        for line in (value ?? "").split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            properties[line[..<equals].trimmed.lowercased()] = line[line.index(after: equals)...].trimmed
        }
        return properties
    }

    fileprivate static func invalid(_ message: String, _ path: String, line: Int?) -> S3DBError {
        S3DBError(
            .invalidConfiguration, "the AWS configuration cannot be read: \(message)",
            remedy: "Mend the file; it has lines such as [profile name] and region = eu-west-1",
            at: .init(key: path, line: line))
    }
}

/// The state between two lines.
private struct Reader {
    let path: String
    private var sections: [INIFile.Section] = []
    private var lineNumber = 0
    /// How far in the current property stands; what stands further in goes on with its value.
    private var indent = 0
    private var property: String?
    private var values: [String: [String]] = [:]

    init(path: String) {
        self.path = path
    }

    mutating func read(_ line: Substring) throws(S3DBError) {
        lineNumber += 1
        let text = line.trimmed
        if text.first == "#" || text.first == ";" { return }
        if text.isEmpty {
            if let property { values[property]?.append("") }
            return
        }
        let lineIndent = line.prefix { $0 == " " || $0 == "\t" }.count
        if let property, lineIndent > indent {
            values[property]?.append(text)
            return
        }
        indent = lineIndent
        if text.first == "[", let end = text.lastIndex(of: "]"), text.index(after: text.startIndex) < end {
            try begin(String(text[text.index(after: text.startIndex)..<end]))
        } else {
            try beginProperty(text)
        }
    }

    private mutating func begin(_ name: String) throws(S3DBError) {
        endSection()
        guard !sections.contains(where: { $0.name == name }) else {
            throw error("the section \(S3DBError.quoted(name)) stands twice")
        }
        sections.append(INIFile.Section(name: name))
    }

    private mutating func beginProperty(_ text: String) throws(S3DBError) {
        guard let section = sections.last else { throw error("a line before the first section") }
        guard let delimiter = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            throw error("a line of the section \(S3DBError.quoted(section.name)) has no =")
        }
        let name = text[..<delimiter].trimmed.lowercased()
        guard !name.isEmpty else { throw error("a property without a name") }
        guard values[name] == nil else { throw error("the property \(S3DBError.quoted(name)) stands twice") }
        values[name] = [text[text.index(after: delimiter)...].trimmed]
        property = name
    }

    private mutating func endSection() {
        property = nil
        guard !sections.isEmpty else { return }
        sections[sections.count - 1].properties = values.mapValues { lines in
            let last = lines.lastIndex { !$0.isEmpty } ?? 0
            return lines[...last].joined(separator: "\n")
        }
        values = [:]
    }

    mutating func finished() -> [INIFile.Section] {
        endSection()
        return sections
    }

    private func error(_ message: String) -> S3DBError {
        INIFile.invalid(message, path, line: lineNumber)
    }
}

extension StringProtocol {
    /// The text without blanks at its ends.
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}

extension S3DBError.Code {
    /// AWS's configuration contradicts itself or cannot be read.
    public static let invalidConfiguration = Self(rawValue: "invalid-configuration")
}
