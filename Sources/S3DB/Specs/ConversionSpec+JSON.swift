import S3DBCore

extension ConversionSpec {
    /// The members that a spec has in JSON: the names of the command line's options, and what cuts sections.
    static let memberNames = [
        "format", "codec", "level", "layout", "partition", "span", "reader", "types", "options", "assume-strings",
        "batch-rows", "section-rows", "section-bytes",
    ]

    /// The spec as members of a JSON object; what is as it is without being said is left out.
    var jsonMembers: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("format", .string(format)), .init("codec", .string(codec))]
        if let level { members.append(.init("level", .number(level))) }
        members += [.init("layout", .string(layout)), .init("partition", .string(size.rawValue))]
        if span != .day { members.append(.init("span", .string(span.rawValue))) }
        if let reader { members.append(.init("reader", .string(reader.rawValue))) }
        if !types.isEmpty { members.append(.init("types", Self.json(types.mapValues(\.rawValue)))) }
        if !options.isEmpty { members.append(.init("options", Self.json(options))) }
        if assumesStrings { members.append(.init("assume-strings", true)) }
        let standard = CuttingLimits()
        for (name, value, usual) in [
            ("batch-rows", cutting.batchRowCount, standard.batchRowCount),
            ("section-rows", cutting.sectionRowCount, standard.sectionRowCount),
            ("section-bytes", cutting.sectionByteCount, standard.sectionByteCount),
        ] where value != usual {
            members.append(.init(name, .number(value)))
        }
        return members
    }

    private static func json(_ texts: [String: String]) -> JSONValue {
        .object(texts.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
    }

    /// Reads what ``jsonMembers`` wrote.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for a member that is missing or of the wrong kind.
    init(_ members: JSONMembers) throws(S3DBError) {
        var types: [String: S3DBType] = [:]
        for (column, name) in try members.pairs("types") {
            types[column] = try JSONMembers.choice(name, of: "types", S3DBType.self)
        }
        let standard = CuttingLimits()
        self.init(
            format: try members.text("format"), codec: try members.text("codec"), level: try members.number("level"),
            layout: try members.text("layout"),
            size: try JSONMembers.choice(try members.text("partition"), of: "partition", PartitionSize.self),
            reader: try members.choice("reader", of: ReaderProfile.self), types: types,
            assumesStrings: try members.flag("assume-strings"), options: try members.pairs("options"),
            span: try members.choice("span", of: SectionSpan.self) ?? .day,
            cutting: CuttingLimits(
                batchRowCount: try members.number("batch-rows") ?? standard.batchRowCount,
                sectionRowCount: try members.number("section-rows") ?? standard.sectionRowCount,
                sectionByteCount: try members.number("section-bytes") ?? standard.sectionByteCount))
    }
}
