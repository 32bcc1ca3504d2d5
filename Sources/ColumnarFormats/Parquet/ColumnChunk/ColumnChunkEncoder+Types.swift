import S3DBCore

/// What kind of chunk encoders is made: one for each kind of values.
protocol ChunkEncoderKind {
    associatedtype Encoder

    static func encoder<Values: ChunkValues>(
        _ leaf: WrittenLeaf, _ values: Values, _ options: ParquetOptions, _ compression: PageCompression
    ) -> Encoder
}

/// Encoders for leaf columns of the table itself.
enum FlatChunks: ChunkEncoderKind {
    static func encoder<Values: ChunkValues>(
        _ leaf: WrittenLeaf, _ values: Values, _ options: ParquetOptions, _ compression: PageCompression
    ) -> any FlatChunkEncoder {
        PagedChunkEncoder(leaf, values, options, compression)
    }
}

/// Encoders for leaf columns within others.
enum NestedChunks: ChunkEncoderKind {
    static func encoder<Values: ChunkValues>(
        _ leaf: WrittenLeaf, _ values: Values, _ options: ParquetOptions, _ compression: PageCompression
    ) -> any NestedChunkEncoder {
        NestedPagedChunkEncoder(leaf, values, options, compression)
    }
}

/// Makes the encoder for a leaf column.
func makeChunkEncoder<Kind: ChunkEncoderKind>(
    _ kind: Kind.Type, _ leaf: WrittenLeaf, _ options: ParquetOptions, _ compression: PageCompression
) -> Kind.Encoder {
    func fixedWidth<Element: PhysicalElement>(_ type: Element.Type) -> Kind.Encoder {
        Kind.encoder(leaf, FixedWidthValues<Element>(options), options, compression)
    }
    switch leaf.stored.values {
    case .bool: return Kind.encoder(leaf, BooleanValues(), options, compression)
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
        return Kind.encoder(leaf, FixedLengthValues(options, leaf.stored), options, compression)
    case let type:
        return Kind.encoder(leaf, ByteArrayValues(options, isText: type.isText), options, compression)
    }
}
