import ColumnarFormats
import S3DBCore
import TestSupport

/// Tables of random schemas and values, of all that Parquet can hold.
struct RandomTable {
    private var random: SeededGenerator
    /// How many of ten values are null.
    private var nullTenths: UInt64 = 0

    /// The types without children that are written.
    static let flatTypes =
        RandomColumn.flatTypes.filter { type in
            switch type {
            case .interval: false
            case .decimal(_, _, let scale): scale >= 0
            default: true
            }
        } + [
            .decimal(.bits128, precision: 9, scale: 9), .decimal(.bits128, precision: 18, scale: 0),
            .decimal(.bits256, precision: 19, scale: 3), .decimal(.bits32, precision: 5, scale: 1),
            .timestamp(.millisecond, timeZone: "UTC"), .timestamp(.microsecond, timeZone: nil),
            .duration(.nanosecond),
        ]

    init(_ random: SeededGenerator) {
        self.random = random
    }

    private mutating func number(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

    private mutating func isNull() -> Bool { random.next() % 10 < nullTenths }

    /// A schema and some batches of it.
    mutating func make() throws -> (schema: Schema, batches: [RecordBatch]) {
        var fields: [Field] = []
        for index in 0..<1 + number(4) { fields.append(field("c\(index)", depth: number(4))) }
        let schema = try Schema(fields)
        nullTenths = [0, 2, 2, 9, 10][number(5)]
        var batches: [RecordBatch] = []
        for _ in 0..<[0, 1, 1, 2, 4][number(5)] {
            let count = [0, 1, 7, 8, 9, 64, 65, 700][number(8)]
            let (before, behind) = (number(9), number(9))
            var columns: [AnyColumn] = []
            for field in fields {
                columns.append(try column(field, before + count + behind).slice(before..<before + count))
            }
            batches.append(try RecordBatch(schema: schema, columns: columns, rowCount: count))
        }
        return (schema, batches)
    }

    // MARK: Schemas

    private mutating func field(_ name: String, depth: Int) -> Field {
        let type = type(depth: depth)
        var isNullable = number(4) > 0 || type == .null
        // Runs have no nulls of their own.
        if case .runEndEncoded(_, let values) = type { isNullable = values.isNullable }
        return Field(name, type, isNullable: isNullable)
    }

    private mutating func type(depth: Int) -> DataType {
        if depth == 0 { return Self.flatTypes[number(Self.flatTypes.count)] }
        switch number(9) {
        case 0: return .list(field("item", depth: depth - 1))
        case 1: return .largeList(field("element", depth: depth - 1))
        case 2: return .listView(field("x", depth: depth - 1))
        case 3: return .largeListView(field("item", depth: depth - 1))
        case 4: return .fixedSizeList(field("item", depth: depth - 1), count: number(4))
        case 5:
            let key = Field("key", [.utf8, .int32, .largeUTF8][number(3)], isNullable: false)
            let pair = DataType.structure([key, field("value", depth: depth - 1)])
            return .map(entries: Field("entries", pair, isNullable: false), keysAreSorted: false)
        case 6:
            let ends = Field("run_ends", [.int16, .int32, .int64][number(3)], isNullable: false)
            return .runEndEncoded(ends: ends, values: field("values", depth: depth - 1))
        default: return .structure((0..<1 + number(3)).map { field("f\($0)", depth: depth - 1) })
        }
    }

    // MARK: Columns

    private mutating func column(_ field: Field, _ count: Int) throws -> AnyColumn {
        if count > 0, number(5) == 0, field.type.layout.hasValidity { return try dictionary(field, count) }
        return try plain(field, count)
    }

    /// A column by a dictionary, whose values are not null themselves.
    private mutating func dictionary(_ field: Field, _ count: Int) throws -> AnyColumn {
        var required = field
        required.isNullable = false
        let valueCount = 1 + number(9)
        let values = try plain(required, valueCount)
        let validity = validity(field, count)
        let indices = (0..<count).map { row in validity?[row] ?? true ? Int32(number(valueCount)) : 0 }
        return try AnyColumn(
            type: field.type, count: count, validity: validity,
            storage: .dictionary(indices: Buffer(copying: indices), ColumnDictionary(values: values)))
    }

    private mutating func validity(_ field: Field, _ count: Int) -> Bitmap? {
        field.isNullable ? Bitmap((0..<count).map { _ in !isNull() }) : nil
    }

    private mutating func plain(_ field: Field, _ count: Int) throws -> AnyColumn {
        let storage: AnyColumn.Storage
        switch field.type {
        case .list(let element), .largeList(let element), .map(let element, _):
            let lengths = (0..<count).map { _ in [0, 0, 1, 2, 5][number(5)] }
            let elements = try elements(element, lengths.reduce(0, +))
            let ends = lengths.reduce(into: [elements.start]) { $0.append($0[$0.count - 1] + $1) }
            storage = .list(offsets: Self.integers(ends, field.type), elements: elements.column)
        case .listView(let element), .largeListView(let element):
            let lengths = (0..<count).map { _ in [0, 0, 1, 2, 5][number(5)] }
            let starts = lengths.map { _ in number(6) }
            storage = .listView(
                offsets: Self.integers(starts, field.type), sizes: Self.integers(lengths, field.type),
                elements: try column(element, 11))
        case .fixedSizeList(let element, let size):
            storage = .fixedSizeList(elements: try column(element, count * size))
        case .structure(let fields):
            var children: [AnyColumn] = []
            for child in fields { children.append(try column(child, count)) }
            storage = .structure(children)
        case .runEndEncoded(let ends, let values):
            var rows: [Int] = []
            while rows.last ?? 0 < count { rows.append(min(count, (rows.last ?? 0) + 1 + number(5))) }
            storage = .runs(
                ends: try Self.ends(rows, ends.type), values: try column(values, rows.count))
        default:
            var generator = SeededGenerator(seed: random.next())
            let column = try RandomColumn.make(field.type, count: count, hasNulls: false, &generator)
            if field.type == .null { return column }
            return try AnyColumn(
                type: field.type, count: count, validity: validity(field, count), storage: column.storage)
        }
        let validity = field.type.layout.hasValidity ? validity(field, count) : nil
        return try AnyColumn(type: field.type, count: count, validity: validity, storage: storage)
    }

    /// Elements of lists, of which the first few may belong to none. Keys of maps are all different.
    private mutating func elements(_ field: Field, _ count: Int) throws -> (column: AnyColumn, start: Int) {
        let start = number(3)
        guard case .structure(let pair) = field.type, pair.count == 2, pair[0].name == "key" else {
            return (try column(field, start + count), start)
        }
        let keys = try Self.keys(pair[0].type, start + count)
        let values = try column(pair[1], start + count)
        return (
            try AnyColumn(type: field.type, count: start + count, storage: .structure([keys, values])), start
        )
    }

    private static func keys(_ type: DataType, _ count: Int) throws -> AnyColumn {
        if type == .int32 { return AnyColumn((0..<count).map { Int32($0 * 7) }) }
        let texts = (0..<count).map { "k\($0)" }
        guard type == .largeUTF8 else { return AnyColumn(texts) }
        let ends = texts.reduce(into: [Int64(0)]) { $0.append($0[$0.count - 1] + Int64($1.utf8.count)) }
        return try AnyColumn(
            type: type, count: count,
            storage: .variableLength(offsets: Buffer(copying: ends), bytes: Buffer(texts.joined().utf8)))
    }

    private static func integers(_ values: [Int], _ type: DataType) -> Buffer {
        switch type.layout {
        case .list(8), .listView(8): Buffer(copying: values.map(Int64.init))
        default: Buffer(copying: values.map(Int32.init))
        }
    }

    private static func ends(_ rows: [Int], _ type: DataType) throws -> AnyColumn {
        switch type {
        case .int16: AnyColumn(rows.map(Int16.init))
        case .int32: AnyColumn(rows.map(Int32.init))
        default: AnyColumn(rows.map(Int64.init))
        }
    }

    /// Random options.
    mutating func options() throws -> Parquet {
        let choices: [(String, [String])] = [
            ("page-version", ["1", "2"]), ("page-rows", ["1", "3", "50", "100000"]),
            ("page-bytes", ["1", "40", "500", "1MiB"]), ("dictionary-bytes", ["0", "20", "200", "1MiB"]),
            ("row-group-rows", ["5", "100", "1000", "100000"]), ("statistics-bytes", ["1", "5", "64"]),
            ("integers", ["plain", "delta", "split"]), ("floats", ["plain", "split"]),
            ("strings", ["plain", "delta", "delta-length"]), ("bloom-filter-millionths", ["0", "0", "10000"]),
        ]
        var options: [String: String] = [:]
        for (name, values) in choices { options[name] = values[number(values.count)] }
        return try Parquet().configured(options)
    }

    /// One of the codecs that pages are compressed with, or none.
    mutating func codec() throws -> (any Codec)? {
        let name = ["none", "sz", "gz", "zst", "lz4", "br"][number(6)]
        return name == "none" ? nil : try ParquetReading.codecs.named(name)
    }
}
