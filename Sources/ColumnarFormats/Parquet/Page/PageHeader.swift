import S3DBCore

/// What stands before a page's bytes (parquet.thrift, `PageHeader`).
struct PageHeader {
    var type: PageType
    var encoding: PageEncoding
    /// Nulls included.
    var valueCount: Int32
    var contentByteCount: Int32
    var compressedByteCount: Int32
    /// Of the compressed bytes.
    var checksum: UInt32
    /// The rows, in pages of the second form.
    var rowCount: Int32 = 0
    /// The nulls, in pages of the second form.
    var nullCount: Int32 = 0
    /// The bytes of definition levels, in pages of the second form.
    var definitionByteCount: Int32 = 0
    /// The bytes of repetition levels, in pages of the second form.
    var repetitionByteCount: Int32 = 0
    /// Whether the values are compressed, in pages of the second form.
    var isCompressed = true

    /// The header's bytes.
    func serialized() -> Buffer {
        var writer = CompactWriter()
        writer.field(1, i32: type.rawValue)
        writer.field(2, i32: contentByteCount)
        writer.field(3, i32: compressedByteCount)
        writer.field(4, i32: Int32(bitPattern: checksum))
        switch type {
        case .data:
            writer.field(
                5,
                structure: { header in
                    header.field(1, i32: valueCount)
                    header.field(2, i32: encoding.rawValue)
                    header.field(3, i32: PageEncoding.rle.rawValue)
                    header.field(4, i32: PageEncoding.rle.rawValue)
                })
        case .dataV2:
            writer.field(
                8,
                structure: { header in
                    header.field(1, i32: valueCount)
                    header.field(2, i32: nullCount)
                    header.field(3, i32: rowCount)
                    header.field(4, i32: encoding.rawValue)
                    header.field(5, i32: definitionByteCount)
                    header.field(6, i32: repetitionByteCount)
                    header.field(7, bool: isCompressed)
                })
        case .dictionary:
            writer.field(
                7,
                structure: { header in
                    header.field(1, i32: valueCount)
                    header.field(2, i32: encoding.rawValue)
                })
        }
        writer.stop()
        return writer.freeze()
    }
}
