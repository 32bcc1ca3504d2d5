/// What is known of the type of a column while its rows are looked at.
indirect enum RowType {
    /// Only nulls so far.
    case unknown
    case known(DataType)
    case list(RowType, hasNulls: Bool)
    case structure([(name: String, type: RowType, isNullable: Bool)])

    /// The type of one value.
    init(_ value: RowValue) throws(S3DBError) {
        switch value {
        case .null(let type): self = type.map { .known($0) } ?? .unknown
        case .bool: self = .known(.bool)
        case .signed(_, let type), .unsigned(_, let type): self = .known(type)
        case .float: self = .known(.float32)
        case .double: self = .known(.float64)
        case .text: self = .known(.utf8)
        case .bytes: self = .known(.binary)
        case .moment: self = .known(RowValue.momentType)
        case .list(let values):
            var element = RowType.unknown
            var hasNulls = false
            for value in values {
                if case .null = value { hasNulls = true }
                element = try element.joined(try RowType(value))
            }
            self = .list(element, hasNulls: hasNulls)
        case .structure(let fields):
            var members: [(String, RowType, Bool)] = []
            for (name, value) in fields {
                let isNull = if case .null = value { true } else { false }
                members.append((name, try RowType(value), isNull))
            }
            self = .structure(members)
        }
    }

    /// The type of values of this and of another type.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` where there is none.
    func joined(_ other: RowType) throws(S3DBError) -> RowType {
        switch (self, other) {
        case (.unknown, _): return other
        case (_, .unknown): return self
        case (.known(let a), .known(let b)) where a == b: return self
        case (.list(let a, let aHasNulls), .list(let b, let bHasNulls)):
            return .list(try a.joined(b), hasNulls: aHasNulls || bHasNulls)
        case (.structure(let a), .structure(let b)): return try Self.joined(a, b)
        default:
            throw S3DBError(
                .invalidArgument, "the values of a column have types that differ from row to row",
                remedy: "Encode values of one type under each key")
        }
    }

    /// The fields of both; those that one lacks are nullable.
    private static func joined(
        _ a: [(name: String, type: RowType, isNullable: Bool)], _ b: [(name: String, type: RowType, isNullable: Bool)]
    ) throws(S3DBError) -> RowType {
        var fields = a
        var seen = Set<String>()
        for member in b {
            seen.insert(member.name)
            guard let index = fields.firstIndex(where: { $0.name == member.name }) else {
                fields.append((member.name, member.type, true))
                continue
            }
            fields[index].type = try fields[index].type.joined(member.type)
            fields[index].isNullable = fields[index].isNullable || member.isNullable
        }
        for index in fields.indices where !seen.contains(fields[index].name) { fields[index].isNullable = true }
        return .structure(fields)
    }

    /// The column type.
    var dataType: DataType {
        switch self {
        case .unknown: .null
        case .known(let type): type
        case .list(let element, let hasNulls): .list(Field("item", element.dataType, isNullable: hasNulls))
        case .structure(let fields):
            .structure(fields.map { Field($0.name, $0.type.dataType, isNullable: $0.isNullable) })
        }
    }
}
