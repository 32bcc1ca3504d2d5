import S3DBCore
import TestSupport
import Testing

@Suite("Columns of all types")
struct NestedColumnTests {
    static let types = RandomColumn.flatTypes + RandomColumn.nestedTypes

    @Test("slices hold the values of their range", arguments: types)
    func slices(type: DataType) throws {
        var random = SeededGenerator.fresh()
        let column = try RandomColumn.make(type, count: 70, &random)
        let values = ColumnText.values(of: column)
        for range in [0..<70, 0..<0, 70..<70, 1..<9, 63..<65, 5..<70] {
            let slice = column.slice(range)
            #expect(ColumnText.values(of: slice) == Array(values[range]), "\(range), \(random)")
            _ = try AnyColumn(type: type, count: range.count, validity: slice.validity, storage: slice.storage)
            let inner = slice.slice(range.count / 2..<range.count)
            #expect(ColumnText.values(of: inner) == Array(values[range].dropFirst(range.count / 2)), "\(range)")
        }
    }

    @Test("rows are gathered in any order, in runs and scattered, also from slices", arguments: types)
    func gathers(type: DataType) throws {
        var random = SeededGenerator.fresh()
        let whole = try RandomColumn.make(type, count: 70, &random)
        let column = whole.slice(3..<68)
        let values = ColumnText.values(of: column)
        let scattered = (0..<50).map { _ in Int32(random.next() % 65) }
        for rows in [[], [64], Array(10..<60), Array(0..<20) + Array(40..<65), scattered] as [[Int32]] {
            let gathered = column.gather(rows)
            #expect(ColumnText.values(of: gathered) == rows.map { values[Int($0)] }, "\(rows), \(random)")
            _ = try AnyColumn(type: type, count: rows.count, validity: gathered.validity, storage: gathered.storage)
        }
    }

    @Test("columns of nulls", arguments: types)
    func nulls(type: DataType) throws {
        for count in [0, 1, 8, 65] {
            let column = AnyColumn.nulls(type, count: count)
            let isMember = if case .union = type { true } else { false }
            #expect(
                ColumnText.values(of: column).allSatisfy { $0 == "null" || isMember && $0.hasSuffix("=null") })
            _ = try AnyColumn(type: type, count: count, validity: column.validity, storage: column.storage)
        }
    }

    @Test("a dictionary of any type", arguments: types)
    func dictionaries(type: DataType) throws {
        var random = SeededGenerator.fresh()
        // Values of the type null are always null, which no dictionary holds.
        let values = try RandomColumn.make(type, count: 10, hasNulls: false, &random)
        let dictionary = ColumnDictionary(values: values)
        let indices = (0..<65).map { _ in Int32(random.next() % 10) }
        let validity = Bitmap(indices.map { $0 != 3 })
        let column = try AnyColumn(
            type: type, count: 65, validity: validity,
            storage: .dictionary(indices: Buffer(copying: indices), dictionary))
        let texts = ColumnText.values(of: values)
        let expected = indices.map { $0 == 3 ? "null" : texts[Int($0)] }
        #expect(ColumnText.values(of: column) == expected)
        #expect(ColumnText.values(of: column.slice(7..<30)) == Array(expected[7..<30]))
        #expect(ColumnText.values(of: column.gather([64, 0, 1])) == [expected[64], expected[0], expected[1]])
        let isUnion = if case .union = type { true } else { false }
        let plain = ColumnText.values(of: try column.plain())
        #expect(isUnion || plain == expected)
        #expect(
            plain.map { $0.hasSuffix("=null") ? "null" : $0 } == expected.map { $0.hasSuffix("=null") ? "null" : $0 })
    }

    @Test("columns follow one another", arguments: types)
    func concatenations(type: DataType) throws {
        var random = SeededGenerator.fresh()
        let parts = try [5, 0, 65, 9].map { count in
            try RandomColumn.make(type, count: count + 3, hasNulls: count != 5, &random).slice(2..<count + 2)
        }
        let column = try AnyColumn.concatenated(parts)
        #expect(ColumnText.values(of: column) == parts.flatMap { ColumnText.values(of: $0) }, "\(random)")
        _ = try AnyColumn(type: type, count: column.count, validity: column.validity, storage: column.storage)
    }

    @Test("dictionaries that extend one another stay one")
    func growingDictionaries() throws {
        let lineage = ColumnDictionary.Lineage()
        let short = ColumnDictionary(values: AnyColumn(["a", "b"]), lineage: lineage)
        let long = ColumnDictionary(values: AnyColumn(["a", "b", "c"]), lineage: lineage)
        func column(_ indices: [Int32], _ dictionary: ColumnDictionary) throws -> AnyColumn {
            try AnyColumn(
                type: .utf8, count: indices.count,
                storage: .dictionary(indices: Buffer(copying: indices), dictionary))
        }
        let joined = try AnyColumn.concatenated([column([1, 0], short), column([2], long), column([1], short)])
        #expect(ColumnText.values(of: joined) == ["\"b\"", "\"a\"", "\"c\"", "\"b\""])
        guard case .dictionary(_, let shared) = joined.storage else {
            Issue.record("no dictionary")
            return
        }
        #expect(shared === long)
        let other = try column([0], ColumnDictionary(values: AnyColumn(["x"])))
        #expect(ColumnText.values(of: try AnyColumn.concatenated([joined, other])).last == "\"x\"")
        #expect(throws: S3DBError.self) { try AnyColumn.concatenated([]) }
        #expect(throws: S3DBError.self) { try AnyColumn.concatenated([other, AnyColumn([1 as Int8])]) }
    }

    static let wrong: [(String, DataType, Int, AnyColumn.Storage)] = {
        let numbers = AnyColumn([1, 2, 3] as [Int32])
        let element = Field("item", .int32)
        let offsets = Buffer(copying: [0, 1, 3] as [Int32])
        let union = DataType.union(.dense, [.init(id: 1, Field("a", .int32))])
        let runs = DataType.runEndEncoded(ends: Field("e", .int32), values: element)
        let long = Buffer(copying: [13, 0, 0, 0] as [Int32])
        return [
            ("nothing of int8", .int8, 1, .none),
            (
                "32-bit offsets of large text", .largeUTF8, 2,
                .variableLength(offsets: offsets, bytes: Buffer([1, 2, 3]))
            ),
            ("a width that overflows", .fixedSizeBinary(.max), 3, .fixedWidth(Buffer([1]))),
            ("a negative width", .fixedSizeBinary(-1), 0, .fixedWidth(Buffer())),
            ("a count that overflows", .utf8, .max, .variableLength(offsets: offsets, bytes: Buffer())),
            ("values that are not aligned", .int32, 1, .fixedWidth(offsets.slice(1..<5))),
            (
                "lists beyond the elements", .list(element), 1,
                .list(offsets: Buffer(copying: [0, 4] as [Int32]), elements: numbers)
            ),
            ("elements of another type", .list(Field("item", .int64)), 2, .list(offsets: offsets, elements: numbers)),
            (
                "list views beyond the elements", .listView(element), 1,
                .listView(
                    offsets: Buffer(copying: [2] as [Int32]), sizes: Buffer(copying: [2] as [Int32]), elements: numbers)
            ),
            (
                "list views of negative size", .listView(element), 1,
                .listView(
                    offsets: Buffer(copying: [2] as [Int32]), sizes: Buffer(copying: [-1] as [Int32]), elements: numbers
                )
            ),
            ("lists of another size", .fixedSizeList(element, count: 2), 2, .fixedSizeList(elements: numbers)),
            ("lists whose size overflows", .fixedSizeList(element, count: .max), 2, .fixedSizeList(elements: numbers)),
            ("children of another length", .structure([element]), 2, .structure([numbers])),
            ("too few children", .structure([element, element]), 3, .structure([numbers])),
            (
                "a mark of no member", union, 1,
                .union(marks: Buffer([0]), offsets: Buffer(copying: [0] as [Int32]), [numbers])
            ),
            (
                "a negative mark", union, 1,
                .union(marks: Buffer([255]), offsets: Buffer(copying: [0] as [Int32]), [numbers])
            ),
            (
                "an offset beyond its member", union, 1,
                .union(marks: Buffer([1]), offsets: Buffer(copying: [3] as [Int32]), [numbers])
            ),
            ("a dense union without offsets", union, 1, .union(marks: Buffer([1]), offsets: nil, [numbers])),
            ("runs that do not reach the end", runs, 4, .runs(ends: numbers, values: numbers)),
            (
                "runs that shrink", runs, 1,
                .runs(ends: AnyColumn([2, 1] as [Int32]), values: AnyColumn([1, 2] as [Int32]))
            ),
            ("a view into no buffer", .utf8View, 1, .views(long, [])),
            ("a view beyond its buffer", .utf8View, 1, .views(long, [Buffer([1])])),
            ("a view of negative length", .binaryView, 1, .views(Buffer(copying: [-1, 0, 0, 0] as [Int32]), [])),
            (
                "a dictionary that holds nulls", .int32, 1,
                .dictionary(indices: Buffer([0, 0, 0, 0]), ColumnDictionary(values: AnyColumn([1, nil] as [Int32?])))
            ),
        ]
    }()

    @Test("contradictions are refused", arguments: wrong.indices)
    func refuses(index: Int) {
        AnyColumnTests.expectRefusal(Self.wrong[index])
    }

    @Test("the names of primitive types lead back to them")
    func names() {
        for type in DataType.primitives { #expect(DataType(primitive: "\(type)") == type) }
        #expect(DataType(primitive: "list") == nil)
    }
}
