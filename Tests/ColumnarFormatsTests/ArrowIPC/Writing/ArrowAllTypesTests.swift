import Codecs
import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Columns of every type, written here and read by pyarrow and by the reader.
@Suite("Arrow columns of all types") struct ArrowAllTypesTests {
    static let types = RandomColumn.flatTypes + RandomColumn.nestedTypes
    static let encodings: [DictionaryEncoding?] = [
        nil, DictionaryEncoding(), DictionaryEncoding(indexType: .uint8, isOrdered: true),
        DictionaryEncoding(indexType: .int64),
    ]

    /// Some sections of batches, sliced from longer ones.
    static func sections(_ schema: Schema, _ random: inout SeededGenerator) throws -> [[RecordBatch]] {
        try (0..<2).map { _ in
            try [0, 1, 65, 9].map { count in
                let columns = try schema.fields.map { field in
                    try RandomColumn.make(field.type, count: count + 5, hasNulls: count != 9, &random)
                        .slice(3..<count + 3)
                }
                return try RecordBatch(schema: schema, columns: columns, rowCount: count)
            }
        }
    }

    static func bytes(
        _ schema: Schema, _ batches: [RecordBatch], _ options: ArrowOptions, codec: (any Codec)? = nil
    ) throws -> Buffer {
        // The file format has dictionaries in one section only.
        let rowCount = options.container == .file ? 1 << 20 : 60
        var file = try FileWriter(
            FileConfiguration(
                ArrowStream(options), schema: schema, codec: codec, limits: CuttingLimits(sectionRowCount: rowCount)))
        var output = BufferBuilder()
        for batch in batches { try file.append(batch) }
        try file.finish()
        output.append(file.takeBytes().bytes)
        return output.freeze()
    }

    static func texts(_ batches: [RecordBatch]) -> [[String]] {
        guard let first = batches.first else { return [] }
        return first.columns.indices.map { index in batches.flatMap { ColumnText.values(of: $0.columns[index]) } }
    }

    @Test("streams are read back", arguments: types)
    func roundTrip(type: DataType) throws {
        var random = SeededGenerator.fresh()
        for encoding in Self.encodings {
            let schema = try Schema([Field("a", type, dictionary: encoding), Field("b", .int8)])
            let batches = try Self.sections(schema, &random).flatMap { $0 }
            for batchRowCount in [7, 65_536] {
                let options = ArrowOptions(recordBatchRowCount: batchRowCount)
                let bytes = try Self.bytes(schema, batches, options, codec: batchRowCount == 7 ? nil : LZ4())
                let reader = try ArrowReader(bytes, codecs: [LZ4()])
                #expect(reader.schema == schema)
                #expect(Self.texts(try reader.batches()) == Self.texts(batches), "\(random), \(type)")
            }
        }
    }

    @Test("pyarrow reads them", .needsPython)
    func pyarrow() throws {
        var random = SeededGenerator.fresh()
        let directory = try TemporaryDirectory()
        var count = 0
        for type in Self.types {
            for encoding in Self.encodings.prefix(2) {
                if encoding != nil && !Self.pyarrowHasDictionaries(of: type) { continue }
                for container in ArrowContainer.allCases {
                    let schema = try Schema([Field("a", type, dictionary: encoding)])
                    let batches = try Self.sections(schema, &random).flatMap { $0 }
                    let options = ArrowOptions(recordBatchRowCount: 50, container: container)
                    try directory.write(try Self.bytes(schema, batches, options), to: "\(count).arrow")
                    try directory.write(try JSONEncoder().encode(Self.texts(batches)), to: "\(count).json")
                    count += 1
                }
            }
        }
        let output = try Python.run(
            ArrowPython.texts + """

                directory, count = sys.argv[1], int(sys.argv[2])
                for number in range(count):
                    expected = json.load(open(f"{directory}/{number}.json"))
                    schema, batches = read(f"{directory}/{number}.arrow")
                    for batch in batches: batch.validate(full=True)
                    found = joined(batches)
                    for i, (x, y) in enumerate(zip(expected, found)):
                        assert x == y, (number, str(schema[i]), x[:9], y[:9])
                    assert len(expected) == len(found)
                print("read", count)
                """, [directory.url.path, "\(count)"])
        #expect(output == "read \(count)\n", "\(random)")
    }

    /// Whether pyarrow has dictionaries of a type's values, and shows them.
    static func pyarrowHasDictionaries(of type: DataType) -> Bool {
        switch type {
        case .utf8View, .binaryView, .null, .interval: false
        default: type.children.isEmpty
        }
    }

    @Test("a file refuses a second section with dictionaries")
    func replacedDictionaries() throws {
        let schema = try Schema([Field("a", .utf8, dictionary: DictionaryEncoding())])
        let batch = try RecordBatch(schema: schema, columns: [AnyColumn(["x", "y"], as: .dictionary)], rowCount: 2)
        let options = ArrowOptions(container: .file)
        let target = SinkTarget(schema: schema)
        let encoder = try ArrowStream(options).makeEncoder(target)
        let assembler = try ArrowStream(options).makeAssembler(target)
        try encoder.append(batch)
        try assembler.place(try encoder.finish())
        try encoder.append(batch)
        let second = try encoder.finish()
        let error = #expect(throws: S3DBError.self) { try assembler.place(second) }
        #expect(error?.code == .unsupported)
    }

    @Test("a dictionary that outgrows its index type")
    func narrowIndices() throws {
        let schema = try Schema([Field("a", .int32, dictionary: DictionaryEncoding(indexType: .int8))])
        let encoder = try ArrowStream().makeEncoder(SinkTarget(schema: schema))
        let column = AnyColumn((0..<129).map(Int32.init))
        try encoder.append(try RecordBatch(schema: schema, columns: [column], rowCount: 129))
        let error = #expect(throws: S3DBError.self) { try encoder.finish() }
        #expect(error?.code == .limitExceeded)
        #expect(error?.location.column == "a")
    }

    @Test("the options of containers")
    func options() throws {
        #expect(ArrowStream().canonicalOptions == "strings=plain batch-rows=262144")
        let file = try ArrowStream().configured(["container": "file"])
        #expect(file.options.container == .file)
        #expect(file.canonicalOptions == "strings=plain batch-rows=262144 container=file")
        #expect(throws: S3DBError.self) { try ArrowStream().configured(["container": "box"]) }
        #expect(try file.check(for: nil).isEmpty)
    }
}
