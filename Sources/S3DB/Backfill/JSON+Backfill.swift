import S3DBCore

extension S3DBError {
    /// The error as JSON: `code`, `message`, and what is known of `remedy`, `key`, `line`, `column`,
    /// `byte_offset`, `cause` and `related`.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("code", .string(code.rawValue)), .init("message", .string(message)),
        ]
        if let remedy { members.append(.init("remedy", .string(remedy))) }
        if let key = location.key { members.append(.init("key", .string(key))) }
        if let line = location.line { members.append(.init("line", .number(line))) }
        if let column = location.column { members.append(.init("column", .string(column))) }
        if let offset = location.byteOffset { members.append(.init("byte_offset", .number(offset))) }
        if let cause { members.append(.init("cause", .string("\(cause)"))) }
        if !related.isEmpty { members.append(.init("related", .array(related.map(\.json)))) }
        return .object(members)
    }
}

extension OutputResult {
    /// The result as JSON: `type` "result", `dataset`, `partition`, `key`, `outcome`, figures or the `error`, and what was
    /// moved as `cost`.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", "result"), .init("dataset", dataset.map { .string($0.description) } ?? .null),
            .init("partition", partition.map { .string($0.description) } ?? .null), .init("key", .string(key)),
            .init("outcome", .string(outcome.name)),
        ]
        switch outcome {
        case .written(let written):
            members += [
                .init("rows", .number(written.rowCount)), .init("bytes", .number(written.byteCount)),
                .init("sections", .number(written.sectionCount)),
                .init("rows_outside_day", .number(written.outsideRowCount)),
                .init("kept_sections", .number(written.keptSectionCount)),
            ]
            if let reason = written.rebuildReason { members.append(.init("rebuilt", .string(reason))) }
        case .failed(let error): members.append(.init("error", error.json))
        case .unchanged, .removed: break
        }
        if cost.requestCount > 0 { members.append(.init("cost", cost.json)) }
        return .object(members)
    }
}

extension TransferCost {
    /// The cost as JSON: `read_bytes`, `copied_bytes`, `sent_bytes` and `requests`.
    public var json: JSONValue {
        [
            "read_bytes": .number(readByteCount), "copied_bytes": .number(copiedByteCount),
            "sent_bytes": .number(sentByteCount), "requests": .number(requestCount),
        ]
    }
}

extension OutputResult.Outcome {
    /// The outcome in one word; `cancelled` for a failure that is none but an early end.
    public var name: String {
        switch self {
        case .written: "written"
        case .unchanged: "unchanged"
        case .removed: "removed"
        case .failed(let error): error.code == .cancelled ? "cancelled" : "failed"
        }
    }
}

extension PlannedOutput {
    /// The output as JSON: `dataset`, `partition`, `key`, `state`, the number of `sections` in each state, and the
    /// `other_spec` of a foreign one.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("dataset", .string(dataset.description)), .init("partition", .string(partition.description)),
            .init("key", .string(key.text)), .init("state", .string(state.name)),
        ]
        if let sections { members.append(.init("sections", sections.json)) }
        if case .foreign(let other) = state { members.append(.init("other_spec", other.map { .string($0) } ?? .null)) }
        return .object(members)
    }
}

extension SectionStates {
    /// The number of sections in each state: `current`, `stale`, `missing` and `gone`.
    public var json: JSONValue { .counts(counts) }
}

extension JSONValue {
    /// The number of things in each state, as an object.
    package static func counts(_ counts: [(state: String, count: Int)]) -> JSONValue {
        .object(counts.map { .init($0.state, .number($0.count)) })
    }
}
