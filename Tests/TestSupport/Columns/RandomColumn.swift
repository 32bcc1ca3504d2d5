import S3DBCore

/// Columns of random values of any type.
public enum RandomColumn {
    /// The types without children, one of each kind and width.
    public static let flatTypes: [DataType] =
        DataType.primitives + [
            .null, .float16, .date32, .date64, .time(.second), .time(.millisecond), .time(.microsecond),
            .time(.nanosecond), .timestamp(.second, timeZone: nil), .timestamp(.nanosecond, timeZone: "Europe/Berlin"),
            .duration(.millisecond), .interval(.yearMonth), .interval(.dayTime), .interval(.monthDayNano),
            .decimal(.bits32, precision: 9, scale: 2), .decimal(.bits64, precision: 18, scale: -3),
            .decimal(.bits128, precision: 38, scale: 10), .decimal(.bits256, precision: 76, scale: 0),
            .fixedSizeBinary(3), .fixedSizeBinary(16), .fixedSizeBinary(0), .largeUTF8, .largeBinary, .utf8View,
            .binaryView,
        ]

    /// Types with children, nested also in one another.
    public static let nestedTypes: [DataType] = {
        let text = Field("item", .utf8)
        let numbers = Field("item", .int32)
        let key = Field("key", .utf8, isNullable: false)
        let structure = DataType.structure([Field("a", .int16), Field("b", .list(text)), Field("c", .bool)])
        let members = [
            DataType.UnionMember(id: 5, Field("number", .int32)), DataType.UnionMember(id: 7, Field("text", .utf8)),
        ]
        return [
            .list(text), .largeList(numbers), .listView(text), .largeListView(numbers),
            .fixedSizeList(numbers, count: 3), .fixedSizeList(text, count: 0), structure,
            .list(Field("item", structure)),
            .map(
                entries: Field(
                    "entries", .structure([key, Field("value", .float64)]), isNullable: false), keysAreSorted: false),
            .union(.sparse, members), .union(.dense, members), .list(Field("item", .union(.dense, members))),
            .runEndEncoded(ends: Field("run_ends", .int32, isNullable: false), values: Field("values", .utf8)),
            .structure([]), .fixedSizeList(Field("item", .fixedSizeList(numbers, count: 2)), count: 2),
        ]
    }()

    /// A column of `count` values.
    ///
    /// - Parameter hasNulls: Whether about a third of the values is null, here and within; for run-end encoded types
    ///   and unions within only.
    public static func make(
        _ type: DataType, count: Int, hasNulls: Bool = true, _ random: inout SeededGenerator
    ) throws -> AnyColumn {
        let numbers = Numbers(random)
        defer { random = numbers.generator }
        return try make(type, count: count, hasNulls: hasNulls, numbers)
    }

    /// Random numbers for functions that call one another.
    private final class Numbers {
        var generator: SeededGenerator

        init(_ generator: SeededGenerator) {
            self.generator = generator
        }

        func next() -> UInt64 { generator.next() }
    }

    private static func make(
        _ type: DataType, count: Int, hasNulls: Bool, _ random: Numbers
    ) throws -> AnyColumn {
        func validity() -> Bitmap? { hasNulls ? Bitmap((0..<count).map { _ in random.next() % 3 != 0 }) : nil }
        func child(_ field: Field, _ count: Int) throws -> AnyColumn {
            try make(field.type, count: count, hasNulls: hasNulls && field.isNullable, random)
        }
        switch type {
        case .null: return AnyColumn.nulls(.null, count: count)
        case .bool:
            return try AnyColumn(
                type: type, count: count, validity: validity(),
                storage: .bits(Bitmap((0..<count).map { _ in random.next() & 1 == 0 })))
        case .float16, .float32, .float64:
            return try AnyColumn(
                type: type, count: count, validity: validity(), storage: .fixedWidth(floats(type, count, random)))
        case .union(let mode, let members): return try union(type, mode, members, count, child, random)
        case .runEndEncoded(let ends, let values):
            let lengths = (0..<count).filter { $0 + 1 == count || random.next() & 1 == 0 }.map { Int32($0 + 1) }
            return try AnyColumn(
                type: type, count: count,
                storage: .runs(
                    ends: AnyColumn(
                        type: ends.type, count: lengths.count, storage: .fixedWidth(Buffer(copying: lengths))),
                    values: try child(values, lengths.count)))
        default: break
        }
        let storage: AnyColumn.Storage
        switch type.layout {
        case .fixedWidth(let width):
            storage = .fixedWidth(fixedWidth(type, width, count, random))
        case .variableLength(let width):
            let values = texts(type, count, random)
            storage = .variableLength(
                offsets: offsets(values.map(\.count), width), bytes: Buffer(values.flatMap { $0 }))
        case .views: storage = views(texts(type, count, random))
        case .list(let width):
            let lengths = (0..<count).map { _ in Int(random.next() % 4) }
            storage = .list(
                offsets: offsets(lengths, width), elements: try child(type.children[0], lengths.reduce(0, +)))
        case .listView(let width):
            let lengths = (0..<count).map { _ in Int(random.next() % 4) }
            let starts = (0..<count).map { _ in Int(random.next() % 5) }
            storage = .listView(
                offsets: integers(starts, width), sizes: integers(lengths, width),
                elements: try child(type.children[0], 8))
        case .fixedSizeList(let size):
            storage = .fixedSizeList(elements: try child(type.children[0], count * size))
        case .structure: storage = .structure(try type.children.map { try child($0, count) })
        default: storage = .none
        }
        return try AnyColumn(type: type, count: count, validity: validity(), storage: storage)
    }

    private static func union(
        _ type: DataType, _ mode: DataType.UnionMode, _ members: [DataType.UnionMember], _ count: Int,
        _ child: (Field, Int) throws -> AnyColumn, _ random: Numbers
    ) throws -> AnyColumn {
        let chosen = (0..<count).map { _ in Int(random.next() % UInt64(members.count)) }
        var counts = members.map { _ in 0 }
        let offsets = chosen.map { member in
            defer { counts[member] += 1 }
            return Int32(counts[member])
        }
        let children = try members.indices.map { try child(members[$0].field, mode == .dense ? counts[$0] : count) }
        return try AnyColumn(
            type: type, count: count,
            storage: .union(
                marks: Buffer(chosen.map { UInt8(bitPattern: members[$0].id) }),
                offsets: mode == .dense ? Buffer(copying: offsets) : nil, children))
    }

    private static func texts(_ type: DataType, _ count: Int, _ random: Numbers) -> [[UInt8]] {
        let words = ["", "a", "Äther – 電力", "exactly12byt", "thirteen byte", String(repeating: "long ", count: 9)]
        return (0..<count).map { _ in
            if type.isText { return Array(words[Int(random.next() % UInt64(words.count))].utf8) }
            return (0..<Int(random.next() % 20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
    }

    private static func views(_ values: [[UInt8]]) -> AnyColumn.Storage {
        var views = BufferBuilder()
        var buffers: [Buffer] = []
        for value in values {
            views.append(value: Int32(value.count))
            if value.count <= ValueView.inlineByteCount {
                views.append(contentsOf: value)
                views.appendZeros(ValueView.inlineByteCount - value.count)
            } else {
                views.append(contentsOf: value[..<4])
                views.append(value: Int32(buffers.count))
                views.append(value: Int32(2))
                buffers.append(Buffer([0, 0] + value))
            }
        }
        return .views(views.freeze(), buffers)
    }

    private static func fixedWidth(
        _ type: DataType, _ width: Int, _ count: Int, _ random: Numbers
    ) -> Buffer {
        var bytes = BufferBuilder()
        for _ in 0..<count {
            // Small positive numbers are in the range of every type of times, and of every precision.
            let low = random.next() % 80_000
            switch type {
            case .decimal:
                let value = random.next() & 1 == 0 ? Int64(low) : -Int64(low)
                for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * min(index, 7)))) }
            case .date64: bytes.append(value: low * 86_400_000)
            case .timestamp(.second, _): bytes.append(value: low)
            case .time, .date32:
                for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: low >> (8 * min(index, 7)))) }
            default: for _ in 0..<width { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
            }
        }
        return bytes.freeze()
    }

    private static func floats(_ type: DataType, _ count: Int, _ random: Numbers) -> Buffer {
        let values = (0..<count).map { _ in Double(Int32(truncatingIfNeeded: random.next())) / 1024 }
        return switch type {
        case .float16: Buffer(copying: values.map { Float16($0 / 65_536) })
        case .float32: Buffer(copying: values.map(Float.init))
        default: Buffer(copying: values)
        }
    }

    private static func offsets(_ lengths: [Int], _ width: Int) -> Buffer {
        integers(lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }, width)
    }

    private static func integers(_ values: [Int], _ width: Int) -> Buffer {
        width == 4 ? Buffer(copying: values.map(Int32.init)) : Buffer(copying: values.map(Int64.init))
    }
}
