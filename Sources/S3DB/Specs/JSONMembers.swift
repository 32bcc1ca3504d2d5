import S3DBCore

/// The members of a JSON object, read one by one; what is missing, unknown or of the wrong kind is refused by name.
struct JSONMembers {
    private let json: JSONValue

    /// Takes an object that may have the members `known` and no others.
    ///
    /// - Parameter owner: What the object is, with its article, for messages.
    /// - Throws: ``S3DBError/Code/invalidSpec``.
    init(_ json: JSONValue, of owner: String, known: [String]) throws(S3DBError) {
        guard let members = json.objectValue else {
            throw Self.invalid("\(owner) is \(json.kind)", "Make it an object")
        }
        for member in members where !known.contains(member.name) {
            let nearest = known.nearest(to: member.name)
            throw Self.invalid(
                "\(owner) has no member \(S3DBError.quoted(member.name))", nearest.map { "The nearest is \($0)" })
        }
        self.json = json
    }

    /// A string that must be there.
    func text(_ name: String) throws(S3DBError) -> String {
        guard let text = try optionalText(name) else {
            throw Self.invalid("the member \(S3DBError.quoted(name)) is missing", nil)
        }
        return text
    }

    /// A string, where it is there.
    func optionalText(_ name: String) throws(S3DBError) -> String? {
        guard let value = json[name] else { return nil }
        guard let text = value.stringValue else { throw Self.wrongKind(name, value, "a string") }
        return text
    }

    /// Strings that must be there.
    func texts(_ name: String, remedy: String) throws(S3DBError) -> [String] {
        guard let value = json[name] else {
            throw Self.invalid("the member \(S3DBError.quoted(name)) is missing", remedy)
        }
        guard let elements = value.arrayValue, elements.allSatisfy({ $0.stringValue != nil }) else {
            throw Self.wrongKind(name, value, "an array of strings")
        }
        return elements.compactMap(\.stringValue)
    }

    /// True or false; false where it is not there.
    func flag(_ name: String) throws(S3DBError) -> Bool {
        guard let value = json[name] else { return false }
        guard let flag = value.boolValue else { throw Self.wrongKind(name, value, "true or false") }
        return flag
    }

    /// A whole number, where it is there.
    func number(_ name: String) throws(S3DBError) -> Int? {
        guard let value = json[name] else { return nil }
        guard let number = value.intValue else { throw Self.wrongKind(name, value, "a whole number") }
        return number
    }

    /// Strings by name; none where it is not there.
    func pairs(_ name: String) throws(S3DBError) -> [String: String] {
        guard let value = json[name] else { return [:] }
        guard let members = value.objectValue else { throw Self.wrongKind(name, value, "an object of strings") }
        var pairs: [String: String] = [:]
        for member in members {
            guard let text = member.value.stringValue else { throw Self.wrongKind(name, member.value, "a string") }
            pairs[member.name] = text
        }
        return pairs
    }

    /// An object, where it is there.
    func object(_ name: String) throws(S3DBError) -> JSONValue? {
        guard let value = json[name] else { return nil }
        guard value.objectValue != nil else { throw Self.wrongKind(name, value, "an object") }
        return value
    }

    /// One of the cases of a type, where it is there.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(S3DBError) -> Choice? {
        guard let text = try optionalText(name) else { return nil }
        return try Self.choice(text, of: name, type)
    }

    /// The case of a type that `text` names.
    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String, of name: String, _ type: Choice.Type
    ) throws(S3DBError) -> Choice {
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        throw invalid(
            "\(name) cannot be \(S3DBError.quoted(text))", "There are: \(known.joined(separator: ", "))")
    }

    private static func wrongKind(_ name: String, _ value: JSONValue, _ wanted: String) -> S3DBError {
        invalid("the member \(S3DBError.quoted(name)) is \(value.kind)", "Make it \(wanted)")
    }

    private static func invalid(_ message: String, _ remedy: String?) -> S3DBError {
        S3DBError(.invalidSpec, message, remedy: remedy)
    }
}
