import ColumnarFormats
import S3DBCore

// What inspection finds as JSON, with the keys that docs/inspect.md lists.

extension TableDescription {
    /// Members that say what the file is.
    public var jsonMembers: [JSONValue.Member] {
        [
            .init("format", .string(format.rawValue)), .init("version", .string(version)),
            .init("created_by", createdBy.map { .string($0) } ?? .null), .init("content_bytes", .number(byteCount)),
            .init("rows", .number(rowCount)), .init("groups", .number(groups.count)),
        ]
    }

    /// A column with what all groups say of it.
    public func json(ofColumn index: Int) -> JSONValue {
        let figures = ColumnFigures(chunks(ofColumn: index))
        let column = columns[index]
        return [
            "name": .string(column.name), "type": .string("\(column.type)"), "stored_as": .string(column.storedAs),
            "nullable": .bool(column.isNullable), "encodings": .strings(figures.encodings),
            "compression": .strings(figures.compressions), "values": .number(figures.valueCount),
            "nulls": .optional(figures.nullCount), "bytes": .number(figures.byteCount),
            "uncompressed_bytes": .optional(figures.contentByteCount),
            "minimum": column.bounds?.minimum ?? .null, "maximum": column.bounds?.maximum ?? .null,
            "indexes": .strings(figures.indexes),
        ]
    }

    /// A column chunk, or a column of a record batch.
    public func json(of chunk: Chunk, inGroup group: Int) -> JSONValue {
        [
            "group": .number(group), "column": .string(columns[chunk.column].name),
            "offset": .optional(chunk.byteOffset), "bytes": .number(chunk.byteCount),
            "uncompressed_bytes": .optional(chunk.contentByteCount),
            "compression": chunk.compression.map { .string($0) } ?? .null,
            "encodings": .strings(chunk.encodings), "values": .number(chunk.valueCount),
            "nulls": .optional(chunk.nullCount), "distinct": .optional(chunk.distinctCount),
            "nans": .optional(chunk.nanCount), "minimum": chunk.bounds?.minimum ?? .null,
            "maximum": chunk.bounds?.maximum ?? .null, "dictionary_offset": .optional(chunk.dictionaryByteOffset),
            "indexes": .object(chunk.indexes.map { .init($0.name, .number($0.byteCount)) }),
        ]
    }
}

extension TableDescription.Group {
    /// The group without its chunks.
    public var json: JSONValue {
        [
            "rows": .number(rowCount), "offset": .optional(byteOffset), "bytes": .number(byteCount),
            "uncompressed_bytes": .optional(contentByteCount), "sorted_by": .strings(sortedBy),
        ]
    }
}

extension TableDescription.Dictionary {
    /// The dictionary.
    public var json: JSONValue {
        [
            "id": .number(id), "delta": .bool(isDelta), "values": .number(valueCount), "offset": .number(byteOffset),
            "bytes": .number(byteCount), "uncompressed_bytes": .optional(contentByteCount),
        ]
    }
}

extension TableDescription.Page {
    /// The page.
    public var json: JSONValue {
        [
            "kind": .string(kind), "path": .strings(path), "offset": .number(byteOffset), "bytes": .number(byteCount),
            "uncompressed_bytes": .optional(contentByteCount), "encoding": encoding.map { .string($0) } ?? .null,
            "values": .optional(valueCount), "first_row": .optional(firstRow), "rows": .optional(rowCount),
            "nulls": .optional(nullCount), "minimum": bounds?.minimum ?? .null, "maximum": bounds?.maximum ?? .null,
            "crc32": checksum.map { .number($0) } ?? .null,
        ]
    }
}

extension SchemaDifference {
    /// The difference.
    public var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "column": .string(column),
            "sides": .array(sides.map { $0.map { .string($0) } ?? .null }), "compared": .bool(isCompared),
        ]
    }
}

extension RowComparison {
    /// What was found.
    public var json: JSONValue {
        let columns = zip(columns, differences).map { pair, differences -> JSONValue in
            [
                "name": .string(pair.name), "differences": .number(differences.count),
                "shown": .array(
                    differences.shown.map { ["row": .number($0.row), "values": .array($0.values)] }),
            ]
        }
        return [
            "type": "diff", "equal": .bool(isEqual), "schema": .array(schemaDifferences.map(\.json)),
            "rows": .array([.number(rowCounts.first), .number(rowCounts.second)]),
            "differing_rows": .number(differingRowCount), "columns": .array(columns),
        ]
    }
}

/// What all chunks of a column come to.
public struct ColumnFigures: Sendable {
    /// The values, nulls included.
    public let valueCount: Int
    /// The nulls; nil where some chunk does not say.
    public let nullCount: Int?
    /// The bytes in the file.
    public let byteCount: Int
    /// The bytes before compression; nil where some chunk does not say.
    public let contentByteCount: Int?
    /// All encodings, in the order that they come in.
    public let encodings: [String]
    /// All compressions; none where nothing is compressed.
    public let compressions: [String]
    /// The indexes that some chunk has.
    public let indexes: [String]

    /// Sums up chunks.
    public init(_ chunks: [TableDescription.Chunk]) {
        valueCount = Self.sum(chunks.map(\.valueCount))
        nullCount = Self.sum(ofAll: chunks.map(\.nullCount))
        byteCount = Self.sum(chunks.map(\.byteCount))
        contentByteCount = Self.sum(ofAll: chunks.map(\.contentByteCount))
        encodings = Self.distinct(chunks.flatMap(\.encodings))
        compressions = Self.distinct(chunks.compactMap(\.compression))
        indexes = Self.distinct(chunks.flatMap { $0.indexes.map(\.name) })
    }

    /// The sum, or the greatest integer where it is larger.
    private static func sum(_ counts: [Int]) -> Int {
        counts.reduce(0) { sum, count in
            let (next, overflow) = sum.addingReportingOverflow(count)
            return overflow ? .max : next
        }
    }

    private static func sum(ofAll counts: [Int?]) -> Int? {
        let known = counts.compactMap { $0 }
        return known.count == counts.count ? sum(known) : nil
    }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

extension JSONValue {
    /// A number, or null for none.
    static func optional(_ number: Int?) -> JSONValue { number.map { .number($0) } ?? .null }

    /// Texts.
    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
