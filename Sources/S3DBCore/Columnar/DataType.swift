/// The logical type of a column: Arrow's (Arrow `Schema.fbs`, `union Type`).
///
/// A type also says how plain values lie in memory, as Arrow's do: see ``layout``. Dictionary encoding is no part of
/// it: see ``AnyColumn/Storage-swift.enum``.
public indirect enum DataType: Hashable, Sendable {
    /// Nothing but nulls.
    case null
    /// True or false.
    case bool
    /// A signed 8-bit integer.
    case int8
    /// A signed 16-bit integer.
    case int16
    /// A signed 32-bit integer.
    case int32
    /// A signed 64-bit integer.
    case int64
    /// An unsigned 8-bit integer.
    case uint8
    /// An unsigned 16-bit integer.
    case uint16
    /// An unsigned 32-bit integer.
    case uint32
    /// An unsigned 64-bit integer.
    case uint64
    /// An IEEE 754 binary16 number.
    case float16
    /// An IEEE 754 binary32 number.
    case float32
    /// An IEEE 754 binary64 number.
    case float64
    /// A two's complement integer, as many bytes as `width` has, times ten to the power of `-scale`.
    case decimal(DecimalWidth, precision: Int, scale: Int)

    /// Days since 1970 in 32 bits.
    case date32
    /// Milliseconds since 1970 in 64 bits, whole days.
    case date64
    /// A time of day: in 32 bits for seconds and milliseconds, in 64 for the finer units.
    case time(TimeUnit)
    /// A moment since 1970 in 64 bits: in UTC for readers in `timeZone`, or of no zone where that is nil.
    case timestamp(TimeUnit, timeZone: String?)
    /// A length of time in 64 bits.
    case duration(TimeUnit)
    /// A length of time on the calendar.
    case interval(IntervalUnit)

    /// Text in UTF-8, by 32-bit offsets.
    case utf8
    /// Bytes of any length, by 32-bit offsets.
    case binary
    /// Text in UTF-8, by 64-bit offsets.
    case largeUTF8
    /// Bytes of any length, by 64-bit offsets.
    case largeBinary
    /// Text in UTF-8, by views of 16 bytes that hold short values whole.
    case utf8View
    /// Bytes of any length, by views of 16 bytes that hold short values whole.
    case binaryView
    /// So many bytes.
    case fixedSizeBinary(Int)

    /// Any number of values, by 32-bit offsets.
    case list(Field)
    /// Any number of values, by 64-bit offsets.
    case largeList(Field)
    /// Any number of values, each by offset and size in 32 bits, in any order.
    case listView(Field)
    /// Any number of values, each by offset and size in 64 bits, in any order.
    case largeListView(Field)
    /// So many values.
    case fixedSizeList(Field, count: Int)
    /// A value of each field.
    case structure([Field])
    /// Any number of entries, which are structures of key and value; by 32-bit offsets.
    case map(entries: Field, keysAreSorted: Bool)
    /// A value of one of several fields.
    case union(UnionMode, [UnionMember])
    /// Values that repeat, stored once a run. `ends` is a field of int16, int32 or int64.
    case runEndEncoded(ends: Field, values: Field)

    /// How many bits a decimal has.
    public enum DecimalWidth: Int, Hashable, Sendable, CaseIterable {
        /// 32 bits, up to 9 digits.
        case bits32 = 32
        /// 64 bits, up to 18 digits.
        case bits64 = 64
        /// 128 bits, up to 38 digits.
        case bits128 = 128
        /// 256 bits, up to 76 digits.
        case bits256 = 256

        /// The most decimal digits that always fit.
        public var maximumPrecision: Int {
            switch self {
            case .bits32: 9
            case .bits64: 18
            case .bits128: 38
            case .bits256: 76
            }
        }
    }

    /// The unit of times.
    public enum TimeUnit: Int, Hashable, Sendable, CaseIterable {
        /// Seconds.
        case second
        /// Milliseconds.
        case millisecond
        /// Microseconds.
        case microsecond
        /// Nanoseconds.
        case nanosecond
    }

    /// What an interval counts.
    public enum IntervalUnit: Int, Hashable, Sendable, CaseIterable {
        /// Months, in 32 bits.
        case yearMonth
        /// Days and milliseconds, 32 bits each.
        case dayTime
        /// Months and days, 32 bits each, and nanoseconds, 64 bits.
        case monthDayNano
    }

    /// How the values of a union are stored.
    public enum UnionMode: Int, Hashable, Sendable, CaseIterable {
        /// Each member has a value for every row.
        case sparse
        /// Each member has the values of its own rows only.
        case dense
    }

    /// One of the fields of a union.
    public struct UnionMember: Hashable, Sendable {
        /// What rows of this member are marked with, 0 to 127.
        public var id: Int8
        /// The field.
        public var field: Field

        /// Makes a member.
        public init(id: Int8, _ field: Field) {
            self.id = id
            self.field = field
        }
    }
}

extension DataType {
    /// How plain values of a type lie in memory (Arrow Columnar Format, "Physical Memory Layout").
    public enum Layout: Hashable, Sendable {
        /// Nothing is stored.
        case none
        /// Bits.
        case bits
        /// Values of so many bytes, one after the other.
        case fixedWidth(Int)
        /// Offsets of so many bytes each into bytes.
        case variableLength(offsetByteWidth: Int)
        /// Views of 16 bytes, and the bytes of the longer values.
        case views
        /// Offsets of so many bytes each into the values of a child.
        case list(offsetByteWidth: Int)
        /// Offsets and sizes of so many bytes each into the values of a child.
        case listView(offsetByteWidth: Int)
        /// So many values of a child for each row.
        case fixedSizeList(Int)
        /// A child for each field.
        case structure
        /// Marks, for dense unions offsets, and a child for each member.
        case union(UnionMode)
        /// The ends of runs, and the value of each.
        case runs

        /// Whether columns of the layout say themselves which values are null; the others leave it to their type or
        /// children.
        public var hasValidity: Bool {
            switch self {
            case .none, .union, .runs: false
            default: true
            }
        }
    }

    /// How plain values lie in memory.
    public var layout: Layout {
        switch self {
        case .null: .none
        case .bool: .bits
        case .int8, .uint8: .fixedWidth(1)
        case .int16, .uint16, .float16: .fixedWidth(2)
        case .int32, .uint32, .float32, .date32: .fixedWidth(4)
        case .int64, .uint64, .float64, .date64, .timestamp, .duration: .fixedWidth(8)
        case .decimal(let width, _, _): .fixedWidth(width.rawValue / 8)
        case .time(let unit): .fixedWidth(unit == .second || unit == .millisecond ? 4 : 8)
        case .interval(let unit): .fixedWidth(unit == .yearMonth ? 4 : unit == .dayTime ? 8 : 16)
        case .fixedSizeBinary(let byteCount): .fixedWidth(byteCount)
        case .utf8, .binary: .variableLength(offsetByteWidth: 4)
        case .largeUTF8, .largeBinary: .variableLength(offsetByteWidth: 8)
        case .utf8View, .binaryView: .views
        case .list, .map: .list(offsetByteWidth: 4)
        case .largeList: .list(offsetByteWidth: 8)
        case .listView: .listView(offsetByteWidth: 4)
        case .largeListView: .listView(offsetByteWidth: 8)
        case .fixedSizeList(_, let count): .fixedSizeList(count)
        case .structure: .structure
        case .union(let mode, _): .union(mode)
        case .runEndEncoded: .runs
        }
    }

    /// The bytes of one value, or nil for types whose values are bits, of variable length or nested.
    public var byteWidth: Int? {
        if case .fixedWidth(let width) = layout { width } else { nil }
    }

    /// Whether values are bytes or text of any length by 32-bit offsets.
    public var isVariableLength: Bool { self == .utf8 || self == .binary }

    /// Whether values are text.
    public var isText: Bool { self == .utf8 || self == .largeUTF8 || self == .utf8View }

    /// The fields of the values within, in the order of a column's children.
    public var children: [Field] {
        switch self {
        case .list(let element), .largeList(let element), .listView(let element), .largeListView(let element),
            .fixedSizeList(let element, _), .map(let element, _):
            [element]
        case .structure(let fields): fields
        case .union(_, let members): members.map(\.field)
        case .runEndEncoded(let ends, let values): [ends, values]
        default: []
        }
    }

    /// The types without parameters that are neither nested nor tied to one memory layout of bytes.
    public static let primitives: [DataType] = [
        .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .utf8, .binary,
    ]

    /// The primitive type of a name, as ``description`` gives it; nil where there is none.
    public init?(primitive name: String) {
        guard let type = Self.primitives.first(where: { $0.description == name }) else { return nil }
        self = type
    }
}

extension DataType.TimeUnit: CustomStringConvertible {
    /// `s`, `ms`, `us` or `ns`.
    public var description: String {
        switch self {
        case .second: "s"
        case .millisecond: "ms"
        case .microsecond: "us"
        case .nanosecond: "ns"
        }
    }
}

extension DataType: CustomStringConvertible {
    /// The type's name as Arrow's implementations print it, with its parameters.
    public var description: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .uint8: "uint8"
        case .uint16: "uint16"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .float16: "float16"
        case .float32: "float32"
        case .float64: "float64"
        case .decimal(let width, let precision, let scale): "decimal\(width.rawValue)(\(precision), \(scale))"
        case .date32: "date32"
        case .date64: "date64"
        case .time(let unit): "time\((byteWidth ?? 4) * 8)[\(unit)]"
        case .timestamp(let unit, let zone): "timestamp[\(unit)\(zone.map { ", tz=\($0)" } ?? "")]"
        case .duration(let unit): "duration[\(unit)]"
        case .interval(.yearMonth): "month_interval"
        case .interval(.dayTime): "day_time_interval"
        case .interval(.monthDayNano): "month_day_nano_interval"
        case .utf8: "utf8"
        case .binary: "binary"
        case .largeUTF8: "large_utf8"
        case .largeBinary: "large_binary"
        case .utf8View: "utf8_view"
        case .binaryView: "binary_view"
        case .fixedSizeBinary(let byteCount): "fixed_size_binary[\(byteCount)]"
        case .list(let element): "list<\(element)>"
        case .largeList(let element): "large_list<\(element)>"
        case .listView(let element): "list_view<\(element)>"
        case .largeListView(let element): "large_list_view<\(element)>"
        case .fixedSizeList(let element, let count): "fixed_size_list<\(element)>[\(count)]"
        case .structure(let fields): "struct<\(fields.map(\.description).joined(separator: ", "))>"
        case .map(let entries, let isSorted):
            "map<\(entries.type.children.map { "\($0.type)" }.joined(separator: ", "))\(isSorted ? ", sorted" : "")>"
        case .union(let mode, let members):
            "\(mode)_union<\(members.map { "\($0.field)=\($0.id)" }.joined(separator: ", "))>"
        case .runEndEncoded(let ends, let values): "run_end_encoded<\(ends), \(values)>"
        }
    }
}
