/// What the values of a column are written from.
indirect enum ValueForm: Sendable {
    case none
    case bits(Bitmap)
    case signed(Buffer, byteWidth: Int)
    case unsigned(Buffer, byteWidth: Int)
    case floating(Buffer, byteWidth: Int)
    case decimal(Buffer, byteWidth: Int, scale: Int)
    case day(Buffer)
    case dayOfMilliseconds(Buffer)
    case time(Buffer, DataType.TimeUnit, byteWidth: Int)
    case timestamp(Buffer, DataType.TimeUnit, isUTC: Bool)
    case duration(Buffer, DataType.TimeUnit)
    case interval(Buffer, DataType.IntervalUnit)
    case text(BytesAccess)
    case bytes(BytesAccess)
    case dictionary(Buffer, ValueWriter)
    case list([Range<Int>], ValueWriter)
    /// Names as JSON strings, each with the colon behind it.
    case structure([(name: Buffer, values: ValueWriter)])
    case union(marks: Buffer, offsets: Buffer?, [Int8: ValueWriter])
    case runs([Int], ValueWriter)

    init(_ column: AnyColumn, notANumber: String) {
        switch column.storage {
        case .none: self = .none
        case .bits(let bits): self = .bits(bits)
        case .fixedWidth(let values): self = Self.fixedWidth(values, column)
        case .variableLength, .views:
            guard let access = BytesAccess(column) else {
                self = .none
                return
            }
            self = column.type.isText ? .text(access) : .bytes(access)
        case .dictionary(let indices, let dictionary):
            self = .dictionary(indices, ValueWriter(dictionary.values, notANumber: notANumber))
        case .list, .listView, .fixedSizeList:
            guard let (ranges, elements) = column.lists() else {
                self = .none
                return
            }
            self = .list(ranges, ValueWriter(elements, notANumber: notANumber))
        case .structure(let children):
            self = .structure(
                zip(column.type.children, children).map { field, child in
                    (Self.key(field.name), ValueWriter(child, notANumber: notANumber))
                })
        case .union(let marks, let offsets, let children):
            self = .union(marks: marks, offsets: offsets, Self.members(column.type, children, notANumber))
        case .runs(let ends, let values):
            self = .runs(RunEnds.values(of: ends), ValueWriter(values, notANumber: notANumber))
        }
    }

    private static func fixedWidth(_ values: Buffer, _ column: AnyColumn) -> ValueForm {
        let width = column.type.byteWidth ?? 1
        return switch column.type {
        case .uint8, .uint16, .uint32, .uint64: .unsigned(values, byteWidth: width)
        case .float16, .float32, .float64: .floating(values, byteWidth: width)
        case .decimal(_, _, let scale): .decimal(values, byteWidth: width, scale: scale)
        case .date32: .day(values)
        case .date64: .dayOfMilliseconds(values)
        case .time(let unit): .time(values, unit, byteWidth: width)
        case .timestamp(let unit, let zone): .timestamp(values, unit, isUTC: zone != nil)
        case .duration(let unit): .duration(values, unit)
        case .interval(let unit): .interval(values, unit)
        case .fixedSizeBinary: BytesAccess(column).map { .bytes($0) } ?? .none
        default: .signed(values, byteWidth: width)
        }
    }

    private static func members(
        _ type: DataType, _ children: [AnyColumn], _ notANumber: String
    ) -> [Int8: ValueWriter] {
        guard case .union(_, let members) = type else { return [:] }
        var writers: [Int8: ValueWriter] = [:]
        for (member, child) in zip(members, children) {
            writers[member.id] = ValueWriter(child, notANumber: notANumber)
        }
        return writers
    }

    /// A name as JSON has it in front of a value.
    static func key(_ name: String) -> Buffer {
        var output = BufferBuilder()
        output.append(jsonString: Buffer(name.utf8))
        output.append(UInt8(ascii: ":"))
        return output.freeze()
    }

    /// A signed integer of any width.
    static func signed(_ values: Buffer, _ row: Int, byteWidth: Int) -> Int64 {
        switch byteWidth {
        case 1: values.withElements(of: Int8.self) { Int64($0[row]) }
        case 2: values.withElements(of: Int16.self) { Int64($0[row]) }
        case 4: values.withElements(of: Int32.self) { Int64($0[row]) }
        default: values.withElements(of: Int64.self) { $0[row] }
        }
    }

    /// An unsigned integer of any width.
    static func unsigned(_ values: Buffer, _ row: Int, byteWidth: Int) -> UInt64 {
        switch byteWidth {
        case 1: values.withElements(of: UInt8.self) { UInt64($0[row]) }
        case 2: values.withElements(of: UInt16.self) { UInt64($0[row]) }
        case 4: values.withElements(of: UInt32.self) { UInt64($0[row]) }
        default: values.withElements(of: UInt64.self) { $0[row] }
        }
    }
}
