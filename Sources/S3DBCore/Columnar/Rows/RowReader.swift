/// Reads the values of one column as those of rows.
indirect enum RowReader: Sendable {
    case null
    case bool(Column<Bool?>)
    case signed(@Sendable (Int) -> Int64?, DataType)
    case unsigned(@Sendable (Int) -> UInt64?, DataType)
    case float(Column<Float?>)
    case double(Column<Double?>)
    case text(Column<String?>)
    case bytes(Column<Buffer?>)
    case moment(@Sendable (Int) -> RowValue)
    case list([Range<Int>], RowReader, Bitmap?)
    case structure([(name: String, reader: RowReader)], Bitmap?)
    case runs([Int], RowReader)

    /// Opens a column.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` for a type that rows are not read from.
    init(_ column: AnyColumn) throws(S3DBError) {
        if case .runs(let ends, let values) = column.storage {
            self = .runs(RunEnds.values(of: ends), try RowReader(values))
            return
        }
        switch column.type {
        case .null: self = .null
        case .bool: self = .bool(try Column(column))
        case .int8: self = try Self.signed(column, Int8.self)
        case .int16: self = try Self.signed(column, Int16.self)
        case .int32: self = try Self.signed(column, Int32.self)
        case .int64, .time(.microsecond), .time(.nanosecond), .duration: self = try Self.signed(column, Int64.self)
        case .time, .interval(.yearMonth): self = try Self.signed(column, Int32.self)
        case .uint8: self = try Self.unsigned(column, UInt8.self)
        case .uint16: self = try Self.unsigned(column, UInt16.self)
        case .uint32: self = try Self.unsigned(column, UInt32.self)
        case .uint64: self = try Self.unsigned(column, UInt64.self)
        case .float32: self = .float(try Column(column))
        case .float64: self = .double(try Column(column))
        case .utf8, .largeUTF8, .utf8View: self = .text(try Column(column))
        case .binary, .largeBinary, .binaryView, .fixedSizeBinary: self = .bytes(try Column(column))
        case .date32, .date64, .timestamp: self = try Self.moment(column)
        case .list, .largeList, .listView, .largeListView, .fixedSizeList: self = try Self.list(column)
        case .structure(let fields): self = try Self.structure(column, fields)
        default: throw S3DBError(.unsupported, "rows are not read from columns of \(column.type)")
        }
    }

    private static func signed<Number: ColumnValue & SignedInteger>(
        _ column: AnyColumn, _ type: Number.Type
    ) throws(S3DBError) -> RowReader {
        let values = try Column<Number?>(column)
        return .signed({ values[$0].map { Int64($0) } }, column.type)
    }

    private static func unsigned<Number: ColumnValue & UnsignedInteger>(
        _ column: AnyColumn, _ type: Number.Type
    ) throws(S3DBError) -> RowReader {
        let values = try Column<Number?>(column)
        return .unsigned({ values[$0].map { UInt64($0) } }, column.type)
    }

    private static func list(_ column: AnyColumn) throws(S3DBError) -> RowReader {
        guard let (ranges, elements) = try column.plain().lists() else { return .null }
        return .list(ranges, try RowReader(elements), column.validity)
    }

    private static func structure(_ column: AnyColumn, _ fields: [Field]) throws(S3DBError) -> RowReader {
        guard case .structure(let children) = try column.plain().storage else { return .null }
        var readers: [(String, RowReader)] = []
        for (field, child) in zip(fields, children) { readers.append((field.name, try RowReader(child))) }
        return .structure(readers, column.validity)
    }

    /// The value at a row.
    func value(at row: Int) -> RowValue {
        switch self {
        case .null: return .null(nil)
        case .bool(let column): return column[row].map { .bool($0) } ?? .null(nil)
        case .signed(let value, let type): return value(row).map { .signed($0, type) } ?? .null(nil)
        case .unsigned(let value, let type): return value(row).map { .unsigned($0, type) } ?? .null(nil)
        case .float(let column): return column[row].map { .float($0) } ?? .null(nil)
        case .double(let column): return column[row].map { .double($0) } ?? .null(nil)
        case .text(let column): return column[row].map { .text($0) } ?? .null(nil)
        case .bytes(let column): return column[row].map { .bytes([UInt8]($0)) } ?? .null(nil)
        case .moment(let value): return value(row)
        case .list(let ranges, let elements, let validity):
            guard validity.map({ $0[row] }) ?? true else { return .null(nil) }
            return .list(ranges[row].map { elements.value(at: $0) })
        case .structure(let fields, let validity):
            guard validity.map({ $0[row] }) ?? true else { return .null(nil) }
            return .structure(fields.map { ($0.name, $0.reader.value(at: row)) })
        case .runs(let ends, let values): return values.value(at: RunEnds.run(of: row, in: ends))
        }
    }
}
