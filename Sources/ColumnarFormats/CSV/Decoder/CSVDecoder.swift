import S3DBCore

/// Decodes one CSV stream; made by ``CSV/makeDecoder(schema:emptyIsNull:limits:)``.
///
/// A value that does not fit its type does not end the stream: no batch is handed out from the one that has it on,
/// misfits are counted to the end, and then one error reports the first of each column. Any other fault ends the
/// stream at once: the first in the order of records, so that errors do not depend on how the stream is chunked.
public final class CSVDecoder: RecordDecoder {
    private let dialect: CSVDialect
    private let emptyIsNull: Set<String>
    private let schema: Schema
    private let limits: RecordLimits
    private let windowByteCount: Int

    private var stage: Stage
    private var names: [String] = []
    /// The builders of the columns that the stream has, and which of the schema's columns each builds.
    private var builders: [(builder: any ColumnBuilder, schemaIndex: Int)] = []
    private var batchRowCount = 0

    private enum Stage {
        case header(CSVHeader)
        case rows(RecordScanner)
        case ended
    }

    /// - Parameter windowByteCount: The bytes that are scanned at a time, and so the longest record.
    init(
        dialect: CSVDialect, schema: Schema, emptyIsNull: Set<String>, limits: RecordLimits,
        windowByteCount: Int = FieldReference.maximumBlockByteCount
    ) {
        self.dialect = dialect
        self.emptyIsNull = emptyIsNull
        self.schema = schema
        self.limits = limits
        self.windowByteCount = windowByteCount
        stage = .header(CSVHeader(dialect: dialect, limits: limits))
    }

    /// Decodes what is complete of `input`, hands each full batch to `body`, and returns how many bytes are used.
    ///
    /// After an error, `body`'s included, the decoder is of no further use.
    ///
    /// - Parameters:
    ///   - input: The bytes from the first one that is not used yet.
    ///   - isLast: Whether the stream ends with `input`.
    ///   - body: Takes a batch.
    /// - Throws: ``S3DBError/Code/valueMisfit`` at the end of the stream, with the first misfit's location and the
    ///   other columns' first misfits as related errors; ``S3DBError/Code/raggedRow``,
    ///   ``S3DBError/Code/openQuote``, ``S3DBError/Code/strayQuote``, ``S3DBError/Code/strayCarriageReturn``,
    ///   ``S3DBError/Code/invalidUTF8``, ``S3DBError/Code/nullValue``, ``S3DBError/Code/limitExceeded``, and for the
    ///   header ``S3DBError/Code/emptyObject``, ``S3DBError/Code/emptyColumnName``,
    ///   ``S3DBError/Code/duplicateColumn``, ``S3DBError/Code/missingColumn``.
    public func decode(
        _ input: RawSpan, isLast: Bool, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        try input.withUnsafeBytes { (bytes) throws(S3DBError) -> Int in
            try decode(bytes, isLast: isLast, body)
        }
    }

    private func decode(
        _ input: UnsafeRawBufferPointer, isLast: Bool, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        var used = 0
        if case .header(let header) = stage {
            used = try header.read(input, isLast: isLast)
            guard let names = header.names else { return used }
            try begin(names, line: header.line)
        }
        guard case .rows(let scanner) = stage else {
            throw S3DBError(.invalidArgument, "a decoder was used after the end of its stream")
        }
        let rest = UnsafeRawBufferPointer(rebasing: input[used...])
        used += try decodeRows(rest, isLast: isLast, scanner, body)
        if isLast { try end(body) }
        return used
    }

    /// Makes the builders of the columns that both stream and schema have.
    private func begin(_ names: [String], line: Int) throws(S3DBError) {
        self.names = names
        let positions = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
        for (schemaIndex, field) in schema.fields.enumerated() {
            if let position = positions[field.name] {
                builders.append((try makeBuilder(field, column: position), schemaIndex))
            } else if !field.isNullable {
                throw S3DBError(
                    .missingColumn, "there is no column \(S3DBError.quoted(field.name))",
                    remedy: "There are: " + names.prefix(100).joined(separator: ", "), at: .init(column: field.name))
            }
        }
        builders.sort { $0.builder.column < $1.builder.column }
        stage = .rows(RecordScanner(dialect: dialect, columnCount: names.count, limits: limits, line: line))
    }

    /// The fields that memory is reserved for before they come, in all columns: a header claims columns at no cost.
    private static let reservedFieldCount = 8 << 20

    private func makeBuilder(_ field: Field, column: Int) throws(S3DBError) -> any ColumnBuilder {
        let options = ColumnOptions(
            nullTokens: NullTokens(dialect.nullTokens), trimsNumbers: dialect.trimsNumbers,
            emptyIsNull: emptyIsNull.contains(field.name), quotedEmptyIsText: dialect.quotedEmptyIsText,
            quote: dialect.quote,
            reservedRowCount: min(limits.batchRowCount, 65_536, max(64, Self.reservedFieldCount / names.count)))
        switch field.type {
        case .bool: return BoolColumnBuilder(column: column, field: field, options: options)
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64:
            return NumberColumnBuilder(column: column, field: field, options: options)
        case .utf8, .binary: return TextColumnBuilder(column: column, field: field, options: options)
        default:
            throw S3DBError(
                .unsupported, "columns of \(field.type) are not read from CSV",
                remedy: "Declare one of " + DataType.primitives.map(\.description).joined(separator: ", "),
                at: .init(column: field.name))
        }
    }

    /// Decodes block after block.
    private func decodeRows(
        _ input: UnsafeRawBufferPointer, isLast: Bool, _ scanner: RecordScanner,
        _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        var used = 0
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: input[used...])
            let window = UnsafeRawBufferPointer(rebasing: rest.prefix(windowByteCount))
            let hasMore = window.count < rest.count
            let outcome = scanner.scan(
                window, isLast: isLast && !hasMore, rowLimit: limits.batchRowCount - batchRowCount)
            if outcome.rowCount > 0, let block = scanner.block(window, outcome, columnCount: names.count) {
                try append(block)
            }
            used += outcome.byteCount
            if let fault = outcome.fault { throw fault.error(names: names, limits: limits) }
            if batchRowCount == limits.batchRowCount { try endBatch(body) }
            guard outcome.isAtEnd else { continue }
            guard hasMore else { return used }
            if outcome.byteCount == 0 {
                throw ScanFault(kind: .recordTooLong, field: 0, line: scanner.line).error(names: names, limits: limits)
            }
        }
    }

    /// Hands a block to the builders.
    private func append(_ block: FieldBlock) throws(S3DBError) {
        var first: (row: Int, error: S3DBError)?
        for (builder, _) in builders {
            builder.append(block)
            if let failure = builder.failure, first.map({ failure.row < $0.row }) ?? true { first = failure }
        }
        if let first { throw first.error }
        batchRowCount += block.rowCount
    }

    private var hasMisfit: Bool { builders.contains { $0.builder.misfit != nil } }

    /// Hands out the batch, or forgets it where a value did not fit.
    private func endBatch(_ body: (RecordBatch) throws(S3DBError) -> Void) throws(S3DBError) {
        defer { batchRowCount = 0 }
        if hasMisfit {
            for (builder, _) in builders { builder.discard() }
            return
        }
        var columns: [AnyColumn?] = Array(repeating: nil, count: schema.fields.count)
        for (builder, schemaIndex) in builders { columns[schemaIndex] = builder.takeColumn() }
        let rowCount = batchRowCount
        let all = zip(columns, schema.fields).map { column, field in
            column ?? AnyColumn.nulls(field.type, count: rowCount)
        }
        try body(try RecordBatch(schema: schema, columns: all, rowCount: rowCount))
    }

    private func end(_ body: (RecordBatch) throws(S3DBError) -> Void) throws(S3DBError) {
        stage = .ended
        if let error = misfitError() { throw error }
        if batchRowCount > 0 { try endBatch(body) }
    }

    /// The misfits of all columns as one error; nil where there are none.
    private func misfitError() -> S3DBError? {
        // Builders stand in the order of the stream's columns, and sorting keeps it among equal lines.
        let misfits = builders.compactMap { builder, _ in builder.misfit.map { (builder.field, $0) } }
            .enumerated().sorted { ($0.element.1.line, $0.offset) < ($1.element.1.line, $1.offset) }.map(\.element)
        let errors = misfits.map { field, misfit in
            S3DBError(
                .valueMisfit, "\(S3DBError.quoted(misfit.text)) is no \(field.type); column has \(misfit.count) such",
                at: .init(line: misfit.line, column: field.name))
        }
        guard var first = errors.first, let (field, misfit) = misfits.first else { return nil }
        let total = misfits.reduce(0) { $0 + $1.1.count }
        first.message =
            "\(total) \(total == 1 ? "value does" : "values do") not fit the declared type: "
            + "\(S3DBError.quoted(misfit.text)) is no \(field.type), the first of \(misfit.count) in this column"
        first.remedy = "Declare another type for the column, or correct the source"
        first.related = Array(errors.dropFirst())
        return first
    }
}
