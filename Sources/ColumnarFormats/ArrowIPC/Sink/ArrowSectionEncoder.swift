import S3DBCore

/// What an assembler must know of a section of Arrow messages.
public struct ArrowSectionLayout: Hashable, Sendable {
    /// The record batch messages of the section; nil for one of a stream that stands, which does not say.
    public var recordBatchCount: Int?

    /// Where the section's dictionaries stand in it; empty for one of a stream that stands.
    var dictionaries: [ArrowBlock] = []
    /// Where its record batches stand in it; empty for one of a stream that stands.
    var recordBatches: [ArrowBlock] = []

    /// Makes a layout.
    public init(recordBatchCount: Int?) {
        self.recordBatchCount = recordBatchCount
    }

    init(dictionaries: [ArrowBlock], recordBatches: [ArrowBlock]) {
        recordBatchCount = recordBatches.count
        self.dictionaries = dictionaries
        self.recordBatches = recordBatches
    }
}

/// Encodes batches into messages: first the section's dictionaries, where strings are written so, then record
/// batches of equal length, the last one shorter.
///
/// Positions within a message count from the start of its own body, so that a section is the same bytes wherever it
/// stands.
public final class ArrowSectionEncoder: SectionEncoder {
    private let schema: Schema
    private let batchRowCount: Int
    private let writer: ArrowBatchWriter
    private let columns: [any ArrowColumn]
    private var content = BufferBuilder()
    /// The bytes of the section before, which those of the next are about as many as: with room for them at once nothing is
    /// copied on the way.
    private var expectedByteCount = 0
    private var pendingRowCount = 0
    private var recordBatches: [ArrowBlock] = []

    /// The rows appended.
    public private(set) var rowCount = 0

    init(_ target: SinkTarget, _ options: ArrowOptions) throws(S3DBError) {
        schema = target.schema
        batchRowCount = max(1, options.recordBatchRowCount / max(1, target.rowLimitDivisor))
        writer = try ArrowBatchWriter(target)
        columns = ArrowField.fields(writing: target.schema, options.strings).map { makeArrowColumn($0, options) }
    }

    /// The messages that are complete, and what the pending rows and the dictionaries take before compression.
    public var byteCount: Int {
        var total = content.count
        for column in columns { total += column.byteCount }
        return total
    }

    /// Takes over a batch, and writes the record batches that become full.
    public func append(_ batch: RecordBatch) throws(S3DBError) {
        try check(batch)
        var row = 0
        while row < batch.rowCount {
            let wanted = row..<min(batch.rowCount, row + batchRowCount - pendingRowCount)
            var fitting = wanted.count
            for (column, values) in zip(columns, batch.columns) {
                fitting = min(fitting, try column.fittingCount(values, row..<row + fitting))
            }
            if fitting == 0 && pendingRowCount > 0 {
                try flush()
                continue
            }
            let rows = row..<row + max(1, fitting)
            for (column, values) in zip(columns, batch.columns) { try column.append(values, rows) }
            row = rows.upperBound
            rowCount += rows.count
            pendingRowCount += rows.count
            if pendingRowCount == batchRowCount { try flush() }
        }
    }

    private func check(_ batch: RecordBatch) throws(S3DBError) {
        guard batch.schema.fields.count == schema.fields.count else {
            throw S3DBError(
                .invalidArgument, "a batch of \(batch.schema.fields.count) columns for a file of \(schema.fields.count)"
            )
        }
        for (index, field) in schema.fields.enumerated() {
            let given = batch.schema.fields[index]
            if given.name != field.name || given.type != field.type {
                throw S3DBError(
                    .invalidArgument,
                    "a batch has \(given.type) \(S3DBError.quoted(given.name)) where the file has \(field.type)",
                    at: .init(column: field.name))
            }
            if !field.isNullable && batch.columns[index].validity != nil {
                throw S3DBError(.nullValue, "a null in a column that allows none", at: .init(column: field.name))
            }
        }
    }

    private func flush() throws(S3DBError) {
        guard pendingRowCount > 0 else { return }
        if content.isEmpty { content.reserve(max(expectedByteCount, byteCount)) }
        recordBatches.append(try writer.append(.record, rowCount: pendingRowCount, columns, to: &content))
        pendingRowCount = 0
    }

    /// Completes the section: no bytes where no row was appended.
    public func finish() throws(S3DBError) -> EncodedSection<ArrowSectionLayout> {
        try flush()
        let (content, layout) = try takeContent()
        let section = EncodedSection(
            content: content, rowCount: rowCount, hasNulls: columns.map(\.hasNulls), layout: layout)
        for column in columns { column.reset() }
        expectedByteCount = section.content.count
        rowCount = 0
        recordBatches = []
        return section
    }

    /// The record batches, behind the dictionaries where there are any.
    private func takeContent() throws(S3DBError) -> (Buffer, ArrowSectionLayout) {
        let byteCount = byteCount
        var batches: [ArrowDictionaryBatch] = []
        for column in columns { batches += try column.takeDictionaries() }
        guard rowCount > 0, !batches.isEmpty else {
            return (content.freeze(), ArrowSectionLayout(dictionaries: [], recordBatches: recordBatches))
        }
        var output = BufferBuilder(capacity: byteCount)
        var dictionaries: [ArrowBlock] = []
        for batch in batches {
            dictionaries.append(
                try writer.append(.dictionary(id: batch.id), rowCount: batch.rowCount, [batch.values], to: &output))
        }
        let start = output.count
        output.append(content.freeze().bytes)
        return (
            output.freeze(),
            ArrowSectionLayout(dictionaries: dictionaries, recordBatches: recordBatches.map { $0.moved(by: start) })
        )
    }
}
