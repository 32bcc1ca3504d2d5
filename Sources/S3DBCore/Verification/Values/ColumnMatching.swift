/// What differs between the columns of two tables.
public struct SchemaDifference: Hashable, Sendable {
    /// The kind.
    public let kind: Kind
    /// The column's name.
    public let column: String
    /// What it is in each table: its type, or its place counted from 1; nil where it is not there.
    public let sides: [String?]
    /// Whether the values are compared all the same.
    public let isCompared: Bool

    /// In which way.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Only the first table has the column.
        case onlyFirst = "only-first"
        /// Only the second table has it.
        case onlySecond = "only-second"
        /// It is of another type.
        case type
        /// It stands elsewhere among the columns that both have.
        case place
    }
}

/// Which columns of two tables belong together.
struct ColumnMatching {
    private(set) var pairs: [RowComparison.Pair] = []
    private(set) var differences: [SchemaDifference] = []

    /// Matches columns by name; of several with one name the first with the first, and so on.
    init(_ first: Schema, _ second: Schema) {
        var left: [String: [Int]] = [:]
        for (index, field) in second.fields.enumerated().reversed() { left[field.name, default: []].append(index) }
        var common: [(Int, Int)] = []
        for (index, field) in first.fields.enumerated() {
            guard let other = left[field.name]?.popLast() else {
                note(.onlyFirst, field.name, ["\(field.type)", nil])
                continue
            }
            common.append((index, other))
            match(field, second.fields[other], [index, other])
        }
        for index in left.values.joined().sorted() {
            note(.onlySecond, second.fields[index].name, [nil, "\(second.fields[index].type)"])
        }
        let order = common.map(\.1).sorted()
        for (place, (index, other)) in common.enumerated() where order[place] != other {
            note(.place, first.fields[index].name, ["\(index + 1)", "\(other + 1)"], isCompared: true)
        }
    }

    private mutating func match(_ first: Field, _ second: Field, _ indices: [Int]) {
        let isComparable = ComparedType(first.type) == ComparedType(second.type)
        if first.type != second.type, "\(first.type)" != "\(second.type)" || !isComparable {
            note(.type, first.name, ["\(first.type)", "\(second.type)"], isCompared: isComparable)
        }
        if isComparable { pairs.append(.init(name: first.name, indices: indices)) }
    }

    private mutating func note(
        _ kind: SchemaDifference.Kind, _ column: String, _ sides: [String?], isCompared: Bool = false
    ) {
        differences.append(SchemaDifference(kind: kind, column: column, sides: sides, isCompared: isCompared))
    }
}

/// What two types have in common whose values can be compared, whatever they are stored in.
indirect enum ComparedType: Hashable {
    case integer
    case floating
    case decimal(scale: Int)
    case text
    case bytes
    case list(ComparedType)
    case structure([String], [ComparedType])
    case other(DataType)

    init(_ type: DataType) {
        switch type {
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32: self = .integer
        case .float16, .float32, .float64: self = .floating
        case .decimal(_, _, let scale): self = .decimal(scale: scale)
        case .utf8, .largeUTF8, .utf8View: self = .text
        case .binary, .largeBinary, .binaryView, .fixedSizeBinary: self = .bytes
        case .list(let element), .largeList(let element), .listView(let element), .largeListView(let element),
            .fixedSizeList(let element, _), .map(let element, _):
            self = .list(ComparedType(element.type))
        case .structure(let fields): self = .structure(fields.map(\.name), fields.map { ComparedType($0.type) })
        case .runEndEncoded(_, let values): self = ComparedType(values.type)
        default: self = .other(type)
        }
    }
}
