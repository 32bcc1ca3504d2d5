import Foundation
import S3DBCore
import TestSupport
import Testing

@testable import ColumnarFormats

/// Which rows of a test column are null.
enum NullPattern: String, CaseIterable, Sendable {
    case none, all, alternating, first, last

    func isNull(_ row: Int, of count: Int) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .alternating: row % 2 == 1
        case .first: row == 0
        case .last: row == count - 1
        }
    }
}

/// Columns of random values.
enum TestColumn {
    static let words = ["", "a", "ZONE.WEST", "Äther – 電力 ⚡️", "e\u{301}", "é", String(repeating: "long ", count: 20)]

    static func make(
        _ type: DataType, count: Int, nulls: NullPattern, as encoding: ColumnEncoding = .plain,
        _ random: inout SeededGenerator
    ) -> AnyColumn {
        func column<Element: ColumnElement>(_ value: (inout SeededGenerator) -> Element) -> AnyColumn {
            let values = (0..<count).map { nulls.isNull($0, of: count) ? nil : value(&random) }
            return AnyColumn(values, as: encoding)
        }
        return switch type {
        case .bool: column { $0.next() & 1 == 0 }
        case .int8: column { Int8(truncatingIfNeeded: $0.next()) }
        case .int16: column { Int16(truncatingIfNeeded: $0.next()) }
        case .int32: column { Int32(truncatingIfNeeded: $0.next()) }
        case .int64: column { Int64(truncatingIfNeeded: $0.next()) }
        case .uint8: column { UInt8(truncatingIfNeeded: $0.next()) }
        case .uint16: column { UInt16(truncatingIfNeeded: $0.next()) }
        case .uint32: column { UInt32(truncatingIfNeeded: $0.next()) }
        case .uint64: column { $0.next() }
        case .float32: column { Float(Int32(truncatingIfNeeded: $0.next())) / 7 }
        case .float64: column { Double(Int64(truncatingIfNeeded: $0.next())) / 7 }
        case .utf8: column { words[Int($0.next() % UInt64(words.count))] + ($0.next() & 3 == 0 ? "\($0.next())" : "") }
        default: column { random in (0..<Int(random.next() % 20)).map { _ in UInt8(random.next() & 255) } }
        }
    }

    /// The values in a form that is the same in Python: numbers in decimal, floats by their bits, bytes in hex.
    static func canonical(_ column: AnyColumn) throws -> [String?] {
        func hex(_ bytes: some Sequence<UInt8>) -> String {
            bytes.map { String($0 + 0x100 as UInt16, radix: 16).dropFirst() }.joined()
        }
        func texts<Element: ColumnElement>(_ type: Element.Type, _ text: (Element) -> String) throws -> [String?] {
            try column.values(as: type).map { $0.map(text) }
        }
        return switch column.type {
        case .bool: try texts(Bool.self) { "\($0)" }
        case .int8: try texts(Int8.self) { "\($0)" }
        case .int16: try texts(Int16.self) { "\($0)" }
        case .int32: try texts(Int32.self) { "\($0)" }
        case .int64: try texts(Int64.self) { "\($0)" }
        case .uint8: try texts(UInt8.self) { "\($0)" }
        case .uint16: try texts(UInt16.self) { "\($0)" }
        case .uint32: try texts(UInt32.self) { "\($0)" }
        case .uint64: try texts(UInt64.self) { "\($0)" }
        case .float32: try texts(Float.self) { "\($0.bitPattern)" }
        case .float64: try texts(Double.self) { "\($0.bitPattern)" }
        case .utf8: try texts(String.self) { hex($0.utf8) }
        default: try texts([UInt8].self) { hex($0) }
        }
    }
}

extension UInt8 {
    fileprivate static func + (byte: UInt8, more: UInt16) -> UInt16 { UInt16(byte) + more }
}

/// What strangers must find in a stream.
struct ExpectedTable: Codable {
    struct Column: Codable {
        var name: String
        var type: String
        var isNullable: Bool
        var isDictionary: Bool
        var values: [String?]
    }

    var columns: [Column]
    var batchRowCounts: [Int]
    var metadata: [[String]]

    /// The rows of some sections of batches, nullable as seen.
    init(
        _ schema: Schema, _ sections: [[RecordBatch]], strings: ArrowOptions.Strings = .plain, batchRowCount: Int,
        metadata: KeyValueMetadata = []
    ) throws {
        columns = try schema.fields.enumerated().map { index, field in
            let values = try sections.joined().flatMap { try TestColumn.canonical($0.columns[index]) }
            return Column(
                name: field.name, type: field.type.description, isNullable: values.contains(nil),
                isDictionary: strings == .dictionary && field.type == .utf8, values: values)
        }
        batchRowCounts = sections.flatMap { section in
            let count = section.reduce(0) { $0 + $1.rowCount }
            return stride(from: 0, to: count, by: batchRowCount).map { min(batchRowCount, count - $0) }
        }
        self.metadata = metadata.map { [$0.key, $0.value] }
    }
}

/// Writes streams and shows them to pyarrow and Polars.
struct ArrowReaders {
    private let directory: TemporaryDirectory
    private var count = 0

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Adds a stream to what ``check()`` shows.
    mutating func add(_ stream: Buffer, _ expected: ExpectedTable) throws {
        try directory.write(stream, to: "\(count).arrow")
        try directory.write(try JSONEncoder().encode(expected), to: "\(count).json")
        count += 1
    }

    /// Reads all streams that were added.
    ///
    /// - Throws: with the first difference.
    func check(polars: Bool = true) throws {
        try #require(count > 0)
        let output = try Python.run(Self.script, [directory.url.path, "\(count)", polars ? "polars" : "-"])
        #expect(output == "checked \(count)\n")
    }

    private static let script = """
        import sys, json, struct
        import pyarrow as pa, polars as pl
        directory, count, polars = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "polars"

        def canonical(kind, value):
            if value is None: return None
            if kind == "bool": return "true" if value else "false"
            if kind == "float32": return str(struct.unpack("<I", struct.pack("<f", value))[0])
            if kind == "float64": return str(struct.unpack("<Q", struct.pack("<d", value))[0])
            if kind == "utf8": return value.encode().hex()
            if kind == "binary": return value.hex()
            return str(value)

        types = {"bool": pa.bool_(), "float32": pa.float32(), "float64": pa.float64(), "utf8": pa.string(),
                 "binary": pa.binary()}
        types |= {f"{s}int{w}": getattr(pa, f"{s}int{w}")() for s in ("", "u") for w in (8, 16, 32, 64)}

        for number in range(count):
            path = f"{directory}/{number}.arrow"
            expected = json.load(open(f"{directory}/{number}.json"))
            for source in (pa.memory_map(path), pa.OSFile(path)):
                reader = pa.ipc.open_stream(source)
                batches = list(reader)
                for batch in batches: batch.validate(full=True)
                table = pa.Table.from_batches(batches, reader.schema)
                table.validate(full=True)
                fields = []
                for column in expected["columns"]:
                    kind = types[column["type"]]
                    if column["isDictionary"]: kind = pa.dictionary(pa.int32(), kind)
                    fields.append(pa.field(column["name"], kind, column["isNullable"]))
                assert reader.schema.equals(pa.schema(fields)), (number, reader.schema, fields)
                metadata = [[k.decode(), v.decode()] for k, v in (reader.schema.metadata or {}).items()]
                assert metadata == expected["metadata"], (number, metadata)
                rows = [batch.num_rows for batch in batches]
                assert rows == expected["batchRowCounts"], (number, rows, expected["batchRowCounts"])
                for column in expected["columns"]:
                    found = [canonical(column["type"], v) for v in table[column["name"]].to_pylist()]
                    assert found == column["values"], (number, column["name"], found[:9], column["values"][:9])
            if polars:
                frame = pl.read_ipc_stream(path)
                assert frame.columns == [c["name"] for c in expected["columns"]], number
                for column in expected["columns"]:
                    found = [canonical(column["type"], v) for v in frame[column["name"]].to_list()]
                    assert found == column["values"], (number, "polars", column["name"], found[:9], column["values"][:9])
        print("checked", count)
        """
}

/// The bytes of a whole file of some sections.
func makeArrowStream(
    _ schema: Schema, _ sections: [[RecordBatch]], _ options: ArrowOptions = ArrowOptions(),
    codec: (any Codec)? = nil, level: Int? = nil, metadata: KeyValueMetadata = [], placed: [Int]? = nil
) throws -> Buffer {
    let sink = ArrowStream(options)
    let target = SinkTarget(schema: schema, innerCodec: codec, innerLevel: level)
    let encoder = try sink.makeEncoder(target)
    let encoded = try sections.map { section in
        for batch in section { try encoder.append(batch) }
        return try encoder.finish()
    }
    let assembler = try sink.makeAssembler(target)
    let chosen = (placed ?? Array(encoded.indices)).map { encoded[$0] }
    for section in chosen { try assembler.place(section) }
    let ends = try assembler.seal(metadata)
    var output = BufferBuilder()
    output.append(ends.prologue.bytes)
    for section in chosen { output.append(section.content.bytes) }
    output.append(ends.epilogue.bytes)
    return output.freeze()
}
