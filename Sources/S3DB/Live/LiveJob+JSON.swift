import S3DBCore

extension LiveJob {
    /// The job as an object of a live-job document; members have the names of the command line's options.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(name)), .init("datasets", .array(datasets.map { .string($0) })),
            .init("destination", .string(destination)), .init("format", .string(spec.format)),
            .init("codec", .string(spec.codec)),
        ]
        if let level = spec.level { members.append(.init("level", .number(level))) }
        members += [.init("layout", .string(spec.layout)), .init("partition", .string(spec.size.rawValue))]
        if let reader = spec.reader { members.append(.init("reader", .string(reader.rawValue))) }
        if !spec.types.isEmpty { members.append(.init("types", Self.json(spec.types.mapValues(\.rawValue)))) }
        if !spec.options.isEmpty { members.append(.init("options", Self.json(spec.options))) }
        if spec.assumesStrings { members.append(.init("assume-strings", true)) }
        if isPaused { members.append(.init("paused", true)) }
        return .object(members)
    }

    private static func json(_ texts: [String: String]) -> JSONValue {
        .object(texts.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
    }

    private static let memberNames = [
        "name", "datasets", "destination", "format", "codec", "level", "layout", "partition", "reader", "types",
        "options", "assume-strings", "paused",
    ]

    /// Reads what ``json`` writes.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for a member that is missing, unknown or of the wrong kind.
    public init(json: JSONValue) throws(S3DBError) {
        guard let members = json.objectValue else { throw Self.invalid("a job is \(json.kind)", "Make it an object") }
        for member in members where !Self.memberNames.contains(member.name) {
            let nearest = Self.memberNames.nearest(to: member.name)
            throw Self.invalid(
                "a job has no member \(S3DBError.quoted(member.name))", nearest.map { "The nearest is \($0)" })
        }
        name = try Self.text("name", in: json)
        let owner = name
        func located<Value>(_ body: () throws(S3DBError) -> Value) throws(S3DBError) -> Value {
            do throws(S3DBError) {
                return try body()
            } catch {
                throw Self.invalid("job \(S3DBError.quoted(owner)): \(error.message)", error.remedy)
            }
        }
        datasets = try located { () throws(S3DBError) in try Self.texts("datasets", in: json) }
        destination = try located { () throws(S3DBError) in try Self.text("destination", in: json) }
        spec = try located { () throws(S3DBError) in try Self.spec(json) }
        isPaused = try located { () throws(S3DBError) in try Self.flag("paused", in: json) }
    }

    private static func spec(_ json: JSONValue) throws(S3DBError) -> ConversionSpec {
        var types: [String: S3DBType] = [:]
        for (column, name) in try pairs("types", in: json) {
            types[column] = try choice(name, of: "types", S3DBType.self)
        }
        var level: Int?
        if let value = json["level"] {
            guard let number = value.intValue else { throw wrongKind("level", value, "a whole number") }
            level = number
        }
        return ConversionSpec(
            format: try text("format", in: json), codec: try text("codec", in: json), level: level,
            layout: try text("layout", in: json),
            size: try choice(try text("partition", in: json), of: "partition", PartitionSize.self),
            reader: json["reader"] == nil
                ? nil : try choice(try text("reader", in: json), of: "reader", ReaderProfile.self),
            types: types, assumesStrings: try flag("assume-strings", in: json), options: try pairs("options", in: json))
    }

    private static func text(_ name: String, in json: JSONValue) throws(S3DBError) -> String {
        guard let value = json[name] else {
            throw invalid("the member \(S3DBError.quoted(name)) is missing", nil)
        }
        guard let text = value.stringValue else { throw wrongKind(name, value, "a string") }
        return text
    }

    private static func texts(_ name: String, in json: JSONValue) throws(S3DBError) -> [String] {
        guard let value = json[name] else {
            throw invalid("the member \(S3DBError.quoted(name)) is missing", "Write [\"*/*\"] for all datasets")
        }
        guard let elements = value.arrayValue, elements.allSatisfy({ $0.stringValue != nil }) else {
            throw wrongKind(name, value, "an array of strings")
        }
        return elements.compactMap(\.stringValue)
    }

    private static func flag(_ name: String, in json: JSONValue) throws(S3DBError) -> Bool {
        guard let value = json[name] else { return false }
        guard let flag = value.boolValue else { throw wrongKind(name, value, "true or false") }
        return flag
    }

    private static func pairs(_ name: String, in json: JSONValue) throws(S3DBError) -> [String: String] {
        guard let value = json[name] else { return [:] }
        guard let members = value.objectValue else { throw wrongKind(name, value, "an object of strings") }
        var pairs: [String: String] = [:]
        for member in members {
            guard let text = member.value.stringValue else { throw wrongKind(name, member.value, "a string") }
            pairs[member.name] = text
        }
        return pairs
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String, of name: String, _ type: Choice.Type
    ) throws(S3DBError) -> Choice where Choice.RawValue == String {
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
