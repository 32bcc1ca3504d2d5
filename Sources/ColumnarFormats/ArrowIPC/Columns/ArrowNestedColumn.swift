import S3DBCore

/// Collects the rows of a column of any type: nested ones, views, and those that a dictionary of their own encodes.
///
/// Pending rows are slices that share the memory of their batches; they are joined when a record batch is full.
final class ArrowNestedColumn: ArrowColumn {
    private let field: ArrowField
    private let flattener: ArrowFlattener
    private var pending: [AnyColumn] = []
    private var flat = ArrowFlatColumn()

    private(set) var byteCount = 0
    private(set) var hasNulls = false

    init(_ field: ArrowField) {
        self.field = field
        flattener = ArrowFlattener(field)
    }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) {
        let rows = column.slice(rows).trimmed()
        byteCount += rows.approximateByteCount
        pending.append(rows)
    }

    func prepare() throws(S3DBError) -> ArrowShape {
        let column = pending.isEmpty ? AnyColumn.nulls(field.field.type, count: 0) : try .concatenated(pending)
        pending = []
        byteCount = 0
        hasNulls = hasNulls || column.nullCount > 0
        flat = ArrowFlatColumn()
        try flattener.flatten(column, into: &flat)
        return flat.shape
    }

    func flush(
        to body: inout ArrowBody, _ writer: ArrowBatchWriter, into output: inout BufferBuilder
    ) throws(S3DBError) {
        try flat.write(to: &body, writer, into: &output)
        flat = ArrowFlatColumn()
    }

    func takeDictionaries() throws(S3DBError) -> [ArrowDictionaryBatch] { try flattener.takeDictionaries() }

    func reset() {
        hasNulls = false
    }
}

/// A column as a message has it: its field nodes and buffers, depth first.
struct ArrowFlatColumn {
    var nodes: [FlatBufferPair] = []
    var buffers: [Buffer] = []
    var variadicCounts: [Int64] = []

    var shape: ArrowShape {
        ArrowShape(nodeCount: nodes.count, bufferCount: buffers.count, variadicCount: variadicCounts.count)
    }

    /// Adds node and validity bits of a column.
    mutating func append(_ column: AnyColumn, hasValidity: Bool) {
        nodes.append(FlatBufferPair(column.count, column.nullCount))
        if hasValidity { buffers.append(column.validity?.buffer ?? Buffer()) }
    }

    func write(
        to body: inout ArrowBody, _ writer: ArrowBatchWriter, into output: inout BufferBuilder
    ) throws(S3DBError) {
        body.nodes += nodes
        body.variadicCounts += variadicCounts
        for buffer in buffers { try writer.append(buffer: buffer.bytes, to: &body, into: &output) }
    }
}

/// Pending rows that are flat already: the values of a dictionary.
private final class ArrowReadyColumn: ArrowColumn {
    private let flat: ArrowFlatColumn

    init(_ flat: ArrowFlatColumn) {
        self.flat = flat
    }

    var byteCount: Int { 0 }
    var hasNulls: Bool { false }

    func append(_ column: AnyColumn, _ rows: Range<Int>) {}
    func prepare() -> ArrowShape { flat.shape }
    func reset() {}

    func flush(
        to body: inout ArrowBody, _ writer: ArrowBatchWriter, into output: inout BufferBuilder
    ) throws(S3DBError) {
        try flat.write(to: &body, writer, into: &output)
    }
}

/// Takes the columns of one field apart, and keeps the dictionaries that they grow. One owner at a time.
final class ArrowFlattener {
    private let field: ArrowField
    private let dictionary: ArrowDictionaryCollector?
    private let children: [ArrowFlattener]

    init(_ field: ArrowField) {
        self.field = field
        dictionary = field.dictionaryID == nil ? nil : ArrowDictionaryCollector(field.field)
        children = field.children.map { ArrowFlattener($0) }
    }

    /// Appends a column's nodes and buffers.
    func flatten(_ column: AnyColumn, into flat: inout ArrowFlatColumn) throws(S3DBError) {
        guard let dictionary else { return try flattenValues(column, into: &flat) }
        let (positions, validity) = try dictionary.positions(of: column)
        flat.nodes.append(FlatBufferPair(column.count, validity.map { $0.count - $0.setCount } ?? 0))
        flat.buffers += [validity?.buffer ?? Buffer(), positions]
    }

    private func flattenValues(_ column: AnyColumn, into flat: inout ArrowFlatColumn) throws(S3DBError) {
        let column = try column.plain().trimmed()
        let parts = ArrowParts(column.storage)
        flat.append(column, hasValidity: column.type.layout.hasValidity)
        flat.buffers += parts.buffers
        if column.type.layout == .views { flat.variadicCounts.append(Int64(parts.buffers.count - 1)) }
        for (child, flattener) in zip(parts.children, children) { try flattener.flatten(child, into: &flat) }
    }

    /// The dictionaries of the field and of those within: those that values of another refer to in front of it.
    func takeDictionaries() throws(S3DBError) -> [ArrowDictionaryBatch] {
        var own: [ArrowDictionaryBatch] = []
        if let dictionary, let id = field.dictionaryID {
            let values = try dictionary.takeValues()
            var flat = ArrowFlatColumn()
            try flattenValues(values, into: &flat)
            own = [ArrowDictionaryBatch(id: id, rowCount: values.count, values: ArrowReadyColumn(flat))]
        }
        var within: [ArrowDictionaryBatch] = []
        for child in children { within += try child.takeDictionaries() }
        return within + own
    }
}
