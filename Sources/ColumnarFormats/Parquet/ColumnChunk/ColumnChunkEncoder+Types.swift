import S3DBCore

/// Makes the encoder for a column.
func makeColumnChunkEncoder(
    _ field: Field, _ options: ParquetOptions, _ compression: PageCompression
) -> any ColumnChunkEncoder {
    func fixedWidth<Element: PhysicalElement>(_ type: Element.Type) -> any ColumnChunkEncoder {
        PagedChunkEncoder(field, FixedWidthValues<Element>(options), options, compression)
    }
    return switch field.type {
    case .bool: PagedChunkEncoder(field, BooleanValues(), options, compression)
    case .int8: fixedWidth(Int8.self)
    case .int16: fixedWidth(Int16.self)
    case .int32: fixedWidth(Int32.self)
    case .int64: fixedWidth(Int64.self)
    case .uint8: fixedWidth(UInt8.self)
    case .uint16: fixedWidth(UInt16.self)
    case .uint32: fixedWidth(UInt32.self)
    case .uint64: fixedWidth(UInt64.self)
    case .float32: fixedWidth(Float.self)
    case .float64: fixedWidth(Double.self)
    case .utf8: PagedChunkEncoder(field, ByteArrayValues(options, isText: true), options, compression)
    case .binary: PagedChunkEncoder(field, ByteArrayValues(options, isText: false), options, compression)
    }
}
