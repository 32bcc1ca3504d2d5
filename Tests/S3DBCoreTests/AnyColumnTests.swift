import S3DBCore
import Testing

@Suite("Columns")
struct AnyColumnTests {
    /// Storage that contradicts its type, count or own rules.
    static let wrong: [(String, DataType, Int, AnyColumn.Storage)] = {
        let offsets = Buffer(copying: [0, 1, 3] as [Int32])
        let dictionary = ColumnDictionary(values: AnyColumn(["a", "b"]))
        return [
            ("too short", .int64, 2, .fixedWidth(Buffer(copying: [1] as [Int64]))),
            ("too long", .int64, 1, .fixedWidth(Buffer(copying: [1, 2] as [Int64]))),
            ("fixed-width text", .utf8, 1, .fixedWidth(Buffer([1]))),
            ("bits of int8", .int8, 1, .bits(Bitmap([true]))),
            ("too few bits", .bool, 2, .bits(Bitmap([true]))),
            ("offsets of bool", .bool, 2, .variableLength(offsets: offsets, bytes: Buffer([1, 2, 3]))),
            ("too few offsets", .utf8, 3, .variableLength(offsets: offsets, bytes: Buffer([1, 2, 3]))),
            ("offsets beyond the bytes", .utf8, 2, .variableLength(offsets: offsets, bytes: Buffer([1, 2]))),
            (
                "offsets that shrink", .utf8, 2,
                .variableLength(offsets: Buffer(copying: [0, 2, 1] as [Int32]), bytes: Buffer([1, 2]))
            ),
            (
                "a negative offset", .utf8, 1,
                .variableLength(offsets: Buffer(copying: [-1, 1] as [Int32]), bytes: Buffer([1, 2]))
            ),
            ("another type's dictionary", .binary, 1, .dictionary(indices: Buffer([0, 0, 0, 0]), dictionary)),
            ("too few indices", .utf8, 2, .dictionary(indices: Buffer([0, 0, 0, 0]), dictionary)),
            ("index too large", .utf8, 1, .dictionary(indices: Buffer([2, 0, 0, 0]), dictionary)),
            ("negative index", .utf8, 1, .dictionary(indices: Buffer([255, 255, 255, 255]), dictionary)),
            ("negative count", .bool, -1, .bits(Bitmap([]))),
        ]
    }()

    @Test("contradictions are refused", arguments: wrong.indices)
    func refuses(index: Int) {
        Self.expectRefusal(Self.wrong[index])
    }

    /// Expects a column that contradicts itself to be refused.
    static func expectRefusal(_ wrong: (String, DataType, Int, AnyColumn.Storage)) {
        let (problem, type, count, storage) = wrong
        let error = #expect(throws: S3DBError.self, "\(problem)") {
            try AnyColumn(type: type, count: count, storage: storage)
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test("validity must have the column's length, and counts its nulls")
    func validity() throws {
        let values = AnyColumn.Storage.fixedWidth(Buffer([1, 2, 3]))
        #expect(throws: S3DBError.self) {
            try AnyColumn(type: .int8, count: 3, validity: Bitmap([true]), storage: values)
        }
        let column = try AnyColumn(type: .int8, count: 3, validity: Bitmap([true, false, true]), storage: values)
        #expect(column.nullCount == 1)
        #expect(try column.values(as: Int8.self) == [1, nil, 3])
        let full = try AnyColumn(type: .int8, count: 3, validity: Bitmap([true, true, true]), storage: values)
        #expect(full.validity == nil)
        #expect(throws: S3DBError.self) { try column.values(as: Int16.self) }
    }

    @Test("a column of nulls of every type", arguments: DataType.primitives)
    func nulls(type: DataType) throws {
        for count in [0, 1, 8, 65] {
            let column = AnyColumn.nulls(type, count: count)
            #expect(column.nullCount == count)
            _ = try AnyColumn(type: type, count: count, validity: column.validity, storage: column.storage)
        }
    }

    @Test("arrays and optionals, plain and by dictionary", arguments: [ColumnEncoding.plain, .dictionary])
    func arrays(encoding: ColumnEncoding) throws {
        #expect(try AnyColumn([1.5, nil, -0.0] as [Double?], as: encoding).values() == [1.5, nil, -0.0])
        #expect(try AnyColumn([true, nil, false] as [Bool?], as: encoding).values() == [true, nil, false])
        #expect(try AnyColumn(["a", nil, "", "a"] as [String?], as: encoding).values() == ["a", nil, "", "a"])
        #expect(try AnyColumn([[1, 2], [], nil] as [[UInt8]?], as: encoding).values() == [[1, 2], [], nil])
        #expect(try AnyColumn([] as [String], as: encoding).values(as: String.self).isEmpty)
    }

    @Test("booleans by a dictionary, as files of others may have them")
    func booleansByDictionary() throws {
        let dictionary = ColumnDictionary(values: AnyColumn([true, false]))
        let indices = Buffer(copying: [1, 0, 0] as [Int32])
        let column = try AnyColumn(
            type: .bool, count: 3, validity: Bitmap([true, false, true]),
            storage: .dictionary(indices: indices, dictionary))
        #expect(try column.values() == [false, nil, true] as [Bool?])
    }

    @Test("strings that Unicode holds for equal stay distinct")
    func canonicalEquivalence() throws {
        let texts = ["é", "e\u{301}", "é"]
        let column = AnyColumn(texts, as: .dictionary)
        guard case .dictionary(let indices, let dictionary) = column.storage else {
            Issue.record("no dictionary")
            return
        }
        #expect(dictionary.values.count == 2)
        #expect(indices.withElements(of: Int32.self) { Array($0) } == [0, 1, 0])
        #expect(try column.values(as: String.self).map { $0.map { Array($0.utf8) } } == texts.map { Array($0.utf8) })
    }

    @Test("a batch's columns fit its schema and each other")
    func batches() throws {
        let schema = try Schema([Field("a", .int8, isNullable: false), Field("b", .utf8)])
        let a = AnyColumn([1, 2] as [Int8])
        let b = AnyColumn(["x", "y"])
        let batch = try RecordBatch(schema: schema, columns: [a, b], rowCount: 2)
        #expect(try batch.column("b").values(as: String.self) == ["x", "y"])
        func code(_ columns: [AnyColumn], _ count: Int) -> S3DBError.Code? {
            #expect(throws: S3DBError.self) {
                try RecordBatch(schema: schema, columns: columns, rowCount: count)
            }?.code
        }
        #expect(code([a], 2) == .invalidArgument)
        #expect(code([b, a], 2) == .invalidArgument)
        #expect(code([a, b], 3) == .invalidArgument)
        #expect(code([AnyColumn([1, nil] as [Int8?]), b], 2) == .nullValue)
        #expect(throws: S3DBError.self) { try batch.column("c") }
        #expect(throws: S3DBError.self) { try RecordBatch([NamedColumn("a", [1] as [Int8]), NamedColumn("a", ["x"])]) }
        #expect(throws: S3DBError.self) { try RecordBatch([NamedColumn("", ["x"])]) }
        #expect(throws: S3DBError.self) { try RecordBatch([NamedColumn("a", ["x"]), NamedColumn("b", ["x", "y"])]) }
        let made = try RecordBatch([NamedColumn("n", [1, nil] as [Int64?]), NamedColumn("m", [1, 2] as [Int64])])
        #expect(made.schema.fields.map(\.isNullable) == [true, false])
    }
}
