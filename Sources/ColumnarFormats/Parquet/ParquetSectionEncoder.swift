import S3DBCore

/// Encodes batches into row groups that know nothing of where they will stand.
///
/// Values become dictionary positions or page bytes as they come, so that what is in memory is about as large as
/// what will be written.
public final class ParquetSectionEncoder: SectionEncoder {
    private let schema: Schema
    private let options: ParquetOptions
    private let rowGroupRowLimit: Int
    private let columns: [ColumnEncoder]

    private var section = BufferBuilder()
    /// The bytes of the section before, which those of the next are about as many as: with room for them at once nothing is
    /// copied on the way.
    private var expectedByteCount = 0
    private var rowGroups: [RowGroupLayout] = []
    private var rowGroupRowCount = 0
    private var hasNulls: [Bool]

    /// The rows appended.
    public private(set) var rowCount = 0

    /// - Throws: ``S3DBError/Code/invalidSpec`` for a codec or level that pages cannot have,
    ///   ``S3DBError/Code/unsupported`` for a type that Parquet does not have.
    init(_ target: SinkTarget, _ options: ParquetOptions) throws(S3DBError) {
        schema = target.schema
        self.options = options
        rowGroupRowLimit = max(1, options.rowGroupRowLimit / max(1, target.rowLimitDivisor))
        let compression = try PageCompression(target)
        let written = try WrittenSchema(schema)
        columns = written.columns.indices.map {
            ColumnEncoder(written.columns[$0], written.leaves(of: $0), options, compression)
        }
        hasNulls = schema.fields.map { _ in false }
    }

    /// The bytes of finished row groups, and about those that the current one has so far.
    public var byteCount: Int { section.count + rowGroupByteCount }

    /// Whether no row group is begun.
    public var isBetweenParts: Bool { rowGroupRowCount == 0 && rowCount > 0 }

    private var rowGroupByteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

    /// Encodes a batch; row groups end where the options say, also within it.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for a batch of other columns, ``S3DBError/Code/nullValue`` for
    ///   a null where the schema allows none, ``S3DBError/Code/valueMisfit`` for a value that Parquet cannot hold,
    ///   ``S3DBError/Code/limitExceeded`` for a value of 2 GiB, and what the codec throws.
    public func append(_ batch: RecordBatch) throws(S3DBError) {
        try check(batch)
        var start = 0
        while start < batch.rowCount {
            let stride = ParquetOptions.rowGroupCheckRowCount
            let untilCheck = stride - rowGroupRowCount % stride
            let count = min(batch.rowCount - start, untilCheck, rowGroupRowLimit - rowGroupRowCount)
            for index in columns.indices { try append(batch.columns[index], index, start..<start + count) }
            start += count
            rowGroupRowCount += count
            if rowGroupRowCount == rowGroupRowLimit
                || (rowGroupRowCount % stride == 0 && rowGroupByteCount >= options.rowGroupByteLimit)
            {
                try finishRowGroup()
            }
        }
        rowCount += batch.rowCount
    }

    private func append(_ column: AnyColumn, _ index: Int, _ rows: Range<Int>) throws(S3DBError) {
        do {
            try columns[index].append(column, rows)
        } catch {
            throw error.located(in: .init(column: schema.fields[index].name))
        }
    }

    private func check(_ batch: RecordBatch) throws(S3DBError) {
        let expected = schema.fields
        guard batch.columns.count == expected.count else {
            throw S3DBError(.invalidArgument, "\(batch.columns.count) columns for a file of \(expected.count)")
        }
        for (index, column) in batch.columns.enumerated() {
            let field = expected[index]
            if column.type != field.type || batch.schema.fields[index].name != field.name {
                throw S3DBError(
                    .invalidArgument, "the batch has \(batch.schema.fields[index].name): \(column.type) in its place",
                    at: .init(column: field.name))
            }
            if column.nullCount == 0 { continue }
            if !field.isNullable {
                throw S3DBError(
                    .nullValue, "\(column.nullCount) nulls in a column that allows none", at: .init(column: field.name))
            }
            hasNulls[index] = true
        }
    }

    private func finishRowGroup() throws(S3DBError) {
        if rowGroupRowCount == 0 { return }
        var layouts: [ColumnChunkLayout] = []
        if section.isEmpty { section.reserve(expectedByteCount) }
        for column in columns {
            for chunk in column.chunks { layouts.append(try chunk.finish(into: &section)) }
        }
        rowGroups.append(RowGroupLayout(rowCount: rowGroupRowCount, columns: layouts))
        rowGroupRowCount = 0
    }

    /// Completes the section; it has no row group when it has no rows.
    public func finish() throws(S3DBError) -> EncodedSection<ParquetSectionLayout> {
        try finishRowGroup()
        let encoded = EncodedSection(
            content: section.freeze(), rowCount: rowCount, hasNulls: hasNulls,
            layout: ParquetSectionLayout(rowGroups: rowGroups))
        expectedByteCount = encoded.content.count
        rowGroups = []
        rowCount = 0
        hasNulls = schema.fields.map { _ in false }
        return encoded
    }
}
