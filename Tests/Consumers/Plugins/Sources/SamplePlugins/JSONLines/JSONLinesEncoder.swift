import S3DBCore

/// Writes each row as a line.
public final class JSONLinesEncoder: SectionEncoder {
    private let schema: Schema
    /// What stands before each value: `{"first":` or `,"next":`.
    private let labels: [String]
    private var lines = BufferBuilder()
    private var hasNulls: [Bool]

    /// The rows appended.
    public private(set) var rowCount = 0

    /// The bytes of their lines.
    public var byteCount: Int { lines.count }

    init(schema: Schema) {
        self.schema = schema
        labels = schema.fields.enumerated().map { index, field in
            "\(index == 0 ? "{" : ",")\(JSONValue.string(field.name).serialized()):"
        }
        hasNulls = schema.fields.map { _ in false }
    }

    /// Writes a batch's rows.
    public func append(_ batch: RecordBatch) throws(S3DBError) {
        var columns: [[String]] = []
        for (index, column) in batch.columns.enumerated() {
            columns.append(try Self.texts(of: column))
            if column.nullCount > 0 { hasNulls[index] = true }
        }
        for row in 0..<batch.rowCount {
            for (label, texts) in zip(labels, columns) {
                lines.append(contentsOf: label.utf8)
                lines.append(contentsOf: texts[row].utf8)
            }
            lines.append(contentsOf: (labels.isEmpty ? "{}\n" : "}\n").utf8)
        }
        rowCount += batch.rowCount
    }

    /// Completes the section.
    public func finish() throws(S3DBError) -> EncodedSection<JSONLinesLayout> {
        let section = EncodedSection(
            content: lines.freeze(), rowCount: rowCount, hasNulls: hasNulls, layout: JSONLinesLayout())
        rowCount = 0
        hasNulls = hasNulls.map { _ in false }
        return section
    }

    /// A column's values as JSON.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` for types that S3DB's sources do not have.
    private static func texts(of column: AnyColumn) throws(S3DBError) -> [String] {
        switch column.type {
        case .bool: try texts(of: column) { (value: Bool) in .bool(value) }
        case .int8: try texts(of: column) { (value: Int8) in .number(value) }
        case .int16: try texts(of: column) { (value: Int16) in .number(value) }
        case .int32: try texts(of: column) { (value: Int32) in .number(value) }
        case .int64: try texts(of: column) { (value: Int64) in .number(value) }
        case .uint8: try texts(of: column) { (value: UInt8) in .number(value) }
        case .uint16: try texts(of: column) { (value: UInt16) in .number(value) }
        case .uint32: try texts(of: column) { (value: UInt32) in .number(value) }
        case .uint64: try texts(of: column) { (value: UInt64) in .number(value) }
        case .float32: try texts(of: column) { (value: Float) in number(Double(value), "\(value)") }
        case .float64: try texts(of: column) { (value: Double) in number(value, "\(value)") }
        case .utf8: try texts(of: column) { (value: String) in .string(value) }
        case .binary: try texts(of: column) { (value: [UInt8]) in .array(value.map { .number($0) }) }
        default: throw S3DBError(.unsupported, "columns of \(column.type) are not written as JSON Lines")
        }
    }

    private static func texts<Element: ColumnElement>(
        of column: AnyColumn, _ json: (Element) -> JSONValue
    ) throws(S3DBError) -> [String] {
        try column.values(as: Element.self).map { ($0.map(json) ?? .null).serialized() }
    }

    private static func number(_ value: Double, _ text: String) -> JSONValue {
        value.isFinite ? .number(text) : .string(text)
    }
}
