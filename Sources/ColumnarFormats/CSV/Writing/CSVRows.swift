import S3DBCore

/// Writes the rows of a batch as CSV (RFC 4180, lines end in a line feed), as ``CSV`` reads them back.
///
/// A null is nothing between the delimiters, an empty text two quotes: ``CSVDialect/quotedEmptyIsText`` tells them apart.
/// NaN is written `NAN`, as the other spellings stand for nulls. Other values are as ``S3DBCore/ValueWriter`` has them.
///
/// A line that is empty would be no row: in a table of one column the null is `NULL`, or for text and bytes two quotes.
public struct CSVRows: Sendable {
    private let columns: [Column]
    private let isSingle: Bool
    /// The number of rows.
    public let rowCount: Int

    private struct Column: Sendable {
        var values: ValueWriter
        /// What stands for null in a table of one column.
        var loneNull: String
    }

    /// Opens a batch.
    public init(_ batch: RecordBatch) {
        columns = batch.columns.map { column in
            let isText = column.type.isText || BytesType.isBytes(column.type)
            return Column(values: ValueWriter(column, notANumber: "NAN"), loneNull: isText ? "\"\"" : "NULL")
        }
        isSingle = batch.columns.count == 1
        rowCount = batch.rowCount
    }

    /// Appends the line that names the columns.
    public static func appendHeader(_ schema: Schema, to output: inout BufferBuilder) {
        for (index, field) in schema.fields.enumerated() {
            if index > 0 { output.append(delimiter) }
            let start = output.count
            output.append(contentsOf: field.name.utf8)
            quote(from: start, &output)
        }
        output.append(Byte.lineFeed)
    }

    /// Appends a row and its line feed. Traps out of bounds.
    public func append(_ row: Int, to output: inout BufferBuilder) {
        for (index, column) in columns.enumerated() {
            if index > 0 { output.append(Self.delimiter) }
            if column.values.isNull(row) {
                if isSingle { output.append(contentsOf: column.loneNull.utf8) }
                continue
            }
            let start = output.count
            column.values.appendText(row, to: &output)
            Self.quote(from: start, &output)
        }
        output.append(Byte.lineFeed)
    }

    private static let delimiter = UInt8(ascii: ",")
    private static let quotes = UInt8(ascii: "\"")

    /// Encloses what was written from `start` on in quotes, where it needs them.
    private static func quote(from start: Int, _ output: inout BufferBuilder) {
        let needsQuotes = output.withUnsafeMutableBytes { bytes in
            let field = bytes[start...]
            return field.isEmpty || field.first == Byte.byteOrderMark[0] || field.contains(where: isSpecial)
        }
        guard needsQuotes else { return }
        let field = Buffer(copying: output.bytes.extracting(droppingFirst: start))
        output.truncate(to: start)
        output.append(quotes)
        field.withUnsafeBytes { bytes in
            for byte in bytes {
                if byte == quotes { output.append(quotes) }
                output.append(byte)
            }
        }
        output.append(quotes)
    }

    @inline(__always)
    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == delimiter || byte == quotes || byte == Byte.lineFeed || byte == Byte.carriageReturn
    }
}

/// Whether columns hold bytes.
private enum BytesType {
    static func isBytes(_ type: DataType) -> Bool {
        switch type {
        case .binary, .largeBinary, .binaryView, .fixedSizeBinary: true
        default: false
        }
    }
}
