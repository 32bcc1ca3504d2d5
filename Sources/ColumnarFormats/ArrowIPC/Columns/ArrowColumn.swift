import S3DBCore

/// Collects the rows of one column until a record batch is full. One owner at a time.
protocol ArrowColumn: AnyObject {
    /// The buffers that the column has in a message: validity and what its layout adds.
    var bufferCount: Int { get }

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

    /// Forgets what was seen of the section.
    func reset()
}

extension ArrowColumn {
    func fittingCount(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int { rows.count }
}

/// The collector that suits a field.
///
/// - Throws: ``S3DBError/Code/unsupported`` for a type that is not written.
func makeArrowColumn(_ field: Field, _ options: ArrowOptions) throws(S3DBError) -> any ArrowColumn {
    let type = field.type
    switch type {
    case .bool: return ArrowBooleanColumn()
    case .utf8 where options.strings == .dictionary: return ArrowDictionaryColumn()
    case .utf8, .binary: return ArrowVariableLengthColumn(byteLimit: options.textByteLimit)
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64:
        return ArrowFixedWidthColumn(byteWidth: type.byteWidth ?? 1)
    default: throw S3DBError.notWritten(field, in: "Arrow")
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
