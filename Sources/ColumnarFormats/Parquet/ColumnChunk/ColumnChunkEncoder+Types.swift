import S3DBCore

/// Makes the encoder for a column.
///
/// - Throws: ``S3DBError/Code/unsupported`` for a type that is not written.
func makeColumnChunkEncoder(
    _ field: Field, _ options: ParquetOptions, _ compression: PageCompression
) throws(S3DBError) -> any ColumnChunkEncoder {
    func fixedWidth<Element: PhysicalElement>(_ type: Element.Type) -> any ColumnChunkEncoder {
        PagedChunkEncoder(field, FixedWidthValues<Element>(options), options, compression)
    }
    switch field.type {
    case .bool: return PagedChunkEncoder(field, BooleanValues(), options, compression)
    case .int8: return fixedWidth(Int8.self)
    case .int16: return fixedWidth(Int16.self)
    case .int32: return fixedWidth(Int32.self)
    case .int64: return fixedWidth(Int64.self)
    case .uint8: return fixedWidth(UInt8.self)
    case .uint16: return fixedWidth(UInt16.self)
    case .uint32: return fixedWidth(UInt32.self)
    case .uint64: return fixedWidth(UInt64.self)
    case .float32: return fixedWidth(Float.self)
    case .float64: return fixedWidth(Double.self)
    case .utf8: return PagedChunkEncoder(field, ByteArrayValues(options, isText: true), options, compression)
    case .binary: return PagedChunkEncoder(field, ByteArrayValues(options, isText: false), options, compression)
    default: throw S3DBError.notWritten(field, in: "Parquet")
    }
}
