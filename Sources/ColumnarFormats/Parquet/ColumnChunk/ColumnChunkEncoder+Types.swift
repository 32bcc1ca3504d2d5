import S3DBCore

/// Makes the encoder for a leaf column of the table itself.
func makeFlatChunkEncoder(
    _ leaf: WrittenLeaf, _ options: ParquetOptions, _ compression: PageCompression
) -> any FlatChunkEncoder {
    func fixedWidth<Element: PhysicalElement>(_ type: Element.Type) -> any FlatChunkEncoder {
        PagedChunkEncoder(leaf, FixedWidthValues<Element>(options), options, compression)
    }
    switch leaf.stored.values {
    case .bool: return PagedChunkEncoder(leaf, BooleanValues(), options, compression)
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
    case .fixedSizeBinary:
        return PagedChunkEncoder(leaf, FixedLengthValues(options, leaf.stored), options, compression)
    case let type:
        return PagedChunkEncoder(leaf, ByteArrayValues(options, isText: type.isText), options, compression)
    }
}

/// Makes the encoder for a leaf column within others.
func makeNestedChunkEncoder(
    _ leaf: WrittenLeaf, _ options: ParquetOptions, _ compression: PageCompression
) -> any NestedChunkEncoder {
    func fixedWidth<Element: PhysicalElement>(_ type: Element.Type) -> any NestedChunkEncoder {
        NestedPagedChunkEncoder(leaf, FixedWidthValues<Element>(options), options, compression)
    }
    switch leaf.stored.values {
    case .bool: return NestedPagedChunkEncoder(leaf, BooleanValues(), options, compression)
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
    case .fixedSizeBinary:
        return NestedPagedChunkEncoder(leaf, FixedLengthValues(options, leaf.stored), options, compression)
    case let type:
        return NestedPagedChunkEncoder(leaf, ByteArrayValues(options, isText: type.isText), options, compression)
    }
}
