import S3DBCore

extension SourceFormat {
    /// The members that tell of a source's format in JSON: the names of the command line's options.
    static let memberNames = ["source-format", "source-layout", "source-partition"]

    /// The format as members of a JSON object; none for the days of a lake.
    var jsonMembers: [JSONValue.Member] {
        guard isTables else { return [] }
        var members: [JSONValue.Member] = [.init("source-format", .string(name))]
        if let layout { members.append(.init("source-layout", .string(layout))) }
        if let size { members.append(.init("source-partition", .string(size.rawValue))) }
        return members
    }

    /// Reads what ``jsonMembers`` wrote.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for a member of the wrong kind.
    init(_ members: JSONMembers) throws(S3DBError) {
        self.init(
            try members.optionalText("source-format") ?? SourceFormat.csvName,
            layout: try members.optionalText("source-layout"),
            size: try members.choice("source-partition", of: PartitionSize.self))
    }
}
