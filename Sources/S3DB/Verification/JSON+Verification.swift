import S3DBCore

extension VerificationFinding {
    /// The finding as JSON: `kind`, `dataset`, `partition`, `key`, `days`, `detail` and `repair`.
    public var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "dataset": .string(dataset.description),
            "partition": partition.map { .string($0.description) } ?? .null, "key": .string(key),
            "days": .array(days.map { .string($0.description) }), "detail": .string(detail),
            "repair": .string(repair.rawValue),
        ]
    }
}

extension SectionVerification {
    /// The section as JSON: `days`, `state`, `rows`, `bytes` and `pieces`.
    public var json: JSONValue {
        [
            "days": .array(days.map { .string($0.description) }), "state": .string(state.rawValue),
            "rows": rowCount.map { .number($0) } ?? .null, "bytes": byteCount.map { .number($0) } ?? .null,
            "pieces": .number(pieceCount),
        ]
    }
}

extension OutputVerification {
    /// The output as JSON: `dataset`, `partition`, `key`, `state`, `rows`, the number of `sections` in each state, and the
    /// `findings`.
    ///
    /// - Parameter listsSections: Whether `section_list` has each section.
    public func json(listsSections: Bool = false) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("dataset", .string(dataset.description)), .init("partition", .string(partition.description)),
            .init("key", .string(key.text)), .init("state", .string(state.name)),
            .init("rows", rowCount.map { .number($0) } ?? .null), .init("sections", sectionStates.json),
        ]
        if listsSections { members.append(.init("section_list", .array(sections.map(\.json)))) }
        members.append(.init("findings", .array(findings.map(\.json))))
        return .object(members)
    }
}

extension VerificationSummary.Figures {
    /// The figures as members of an object: `outputs`, `holding`, `rows`, `sections`, and `findings` by kind.
    var members: [JSONValue.Member] {
        [
            .init("outputs", .number(outputCount)), .init("holding", .number(holdingCount)),
            .init("rows", .number(rowCount)), .init("sections", sections.json),
            .init(
                "findings",
                .counts(
                    VerificationFinding.Kind.allCases.compactMap { kind in
                        findingCounts[kind].map { (state: kind.rawValue, count: $0) }
                    })),
        ]
    }
}
