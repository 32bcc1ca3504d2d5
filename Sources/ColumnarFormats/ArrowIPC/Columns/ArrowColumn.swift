import S3DBCore

/// Collects the rows of one column until a record batch is full. One owner at a time.
protocol ArrowColumn: AnyObject {
    /// Makes the pending rows ready for a message, and says what they have in it.
    func prepare() throws(S3DBError) -> ArrowShape

    /// About how many bytes the pending rows take.
    var byteCount: Int { get }

    /// Whether a row since the last ``reset()`` was null; rows that are still pending may be missing.
    var hasNulls: Bool { get }

    /// How many of the rows at `rows` fit into the record batch at hand.
    func fittingCount(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int

    /// Takes over the rows of `column` at `rows`.
    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError)

    /// Writes the pending rows as node and buffers.
    func flush(
        to body: inout ArrowBody, _ writer: ArrowBatchWriter, into output: inout BufferBuilder
    ) throws(S3DBError)

    /// The dictionaries of the section, in the order in which they are to be written; they are empty afterwards.
    func takeDictionaries() throws(S3DBError) -> [ArrowDictionaryBatch]

    /// Forgets what was seen of the section.
    func reset()
}

/// The values of a dictionary of a section.
struct ArrowDictionaryBatch {
    let id: Int64
    let rowCount: Int
    let values: any ArrowColumn
}

extension ArrowColumn {
    func fittingCount(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int { rows.count }

    func takeDictionaries() throws(S3DBError) -> [ArrowDictionaryBatch] { [] }
}

/// The collector that suits a field.
func makeArrowColumn(_ field: ArrowField, _ options: ArrowOptions) -> any ArrowColumn {
    let type = field.field.type
    if let id = field.dictionaryID {
        let isPlain = type == .utf8 && field.field.dictionary == DictionaryEncoding()
        return isPlain ? ArrowDictionaryColumn(id: id) : ArrowNestedColumn(field)
    }
    switch type.layout {
    case .bits: return ArrowBooleanColumn()
    case .fixedWidth(let byteWidth): return ArrowFixedWidthColumn(byteWidth: byteWidth)
    case .variableLength(4): return ArrowVariableLengthColumn(byteLimit: options.textByteLimit)
    default: return ArrowNestedColumn(field)
    }
}

/// The validity bits of pending rows, which come to be with the first column that has nulls.
struct ArrowValidity: ~Copyable {
    private var bits = BitmapBuilder()
    private var isNeeded = false

    /// The pending rows.
    private(set) var rowCount = 0

    /// Whether a row since the last ``reset()`` was null; pending rows may be missing.
    private(set) var hasNulls = false

    /// About how many bytes the bits take.
    var byteCount: Int { isNeeded ? rowCount / 8 : 0 }

    mutating func append(_ validity: Bitmap?, _ rows: Range<Int>) {
        if let validity {
            if !isNeeded { bits.append(true, repeating: rowCount) }
            isNeeded = true
            bits.append(validity, rows)
        } else if isNeeded {
            bits.append(true, repeating: rows.count)
        }
        rowCount += rows.count
    }

    /// Writes node and validity buffer, which is empty where no row is null.
    mutating func flush(
        to body: inout ArrowBody, _ writer: ArrowBatchWriter, into output: inout BufferBuilder
    ) throws(S3DBError) {
        let bitmap = bits.freeze()
        let nullCount = isNeeded ? bitmap.count - bitmap.setCount : 0
        body.nodes.append(FlatBufferPair(rowCount, nullCount))
        hasNulls = hasNulls || nullCount > 0
        isNeeded = false
        rowCount = 0
        let buffer = nullCount > 0 ? bitmap.buffer : Buffer()
        try writer.append(buffer: buffer.bytes, to: &body, into: &output)
    }

    mutating func reset() {
        hasNulls = false
    }
}
