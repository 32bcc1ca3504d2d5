/// How values or levels are encoded (parquet.thrift, `Encoding`); open, because files may name encodings of later years.
public struct ParquetEncoding: RawRepresentable, Hashable, Sendable {
    /// The number in parquet.thrift.
    public let rawValue: Int32

    /// Makes an encoding from its number.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Values one after the other.
    public static let plain = Self(rawValue: 0)
    /// Positions in a dictionary, in the older form; of dictionary pages: plain.
    public static let plainDictionary = Self(rawValue: 2)
    /// Runs and packed bits.
    public static let rle = Self(rawValue: 3)
    /// Packed bits, most significant first; deprecated, of levels only.
    public static let bitPacked = Self(rawValue: 4)
    /// Differences of integers.
    public static let deltaBinaryPacked = Self(rawValue: 5)
    /// Differences of lengths, then all bytes.
    public static let deltaLengthByteArray = Self(rawValue: 6)
    /// Lengths of prefixes shared with the value before, then the suffixes.
    public static let deltaByteArray = Self(rawValue: 7)
    /// Positions in a dictionary.
    public static let rleDictionary = Self(rawValue: 8)
    /// All first bytes, then all second bytes, and so on.
    public static let byteStreamSplit = Self(rawValue: 9)

    private static let names: [ParquetEncoding: String] = [
        .plain: "PLAIN", .plainDictionary: "PLAIN_DICTIONARY", .rle: "RLE", .bitPacked: "BIT_PACKED",
        .deltaBinaryPacked: "DELTA_BINARY_PACKED", .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY",
        .deltaByteArray: "DELTA_BYTE_ARRAY", .rleDictionary: "RLE_DICTIONARY", .byteStreamSplit: "BYTE_STREAM_SPLIT",
    ]
}

extension ParquetEncoding: CustomStringConvertible {
    /// The name in parquet.thrift, or the number of an encoding that is not known here.
    public var description: String { Self.names[self] ?? "encoding \(rawValue)" }
}

/// What pages are compressed with (parquet.thrift, `CompressionCodec`); open like ``ParquetEncoding``.
public struct ParquetCompression: RawRepresentable, Hashable, Sendable {
    /// The number in parquet.thrift.
    public let rawValue: Int32

    /// Makes a compression from its number.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// None.
    public static let uncompressed = Self(rawValue: 0)
    /// Snappy blocks.
    public static let snappy = Self(rawValue: 1)
    /// gzip members.
    public static let gzip = Self(rawValue: 2)
    /// LZO, which is not read.
    public static let lzo = Self(rawValue: 3)
    /// Brotli.
    public static let brotli = Self(rawValue: 4)
    /// LZ4 in Hadoop's framing, or what writers took for it; deprecated.
    public static let lz4 = Self(rawValue: 5)
    /// Zstandard frames.
    public static let zstd = Self(rawValue: 6)
    /// LZ4 blocks.
    public static let lz4Raw = Self(rawValue: 7)

    private static let names: [ParquetCompression: String] = [
        .uncompressed: "UNCOMPRESSED", .snappy: "SNAPPY", .gzip: "GZIP", .lzo: "LZO", .brotli: "BROTLI",
        .lz4: "LZ4", .zstd: "ZSTD", .lz4Raw: "LZ4_RAW",
    ]
}

extension ParquetCompression: CustomStringConvertible {
    /// The name in parquet.thrift, or the number of a codec that is not known here.
    public var description: String { Self.names[self] ?? "codec \(rawValue)" }
}

/// What a page holds (parquet.thrift, `PageType`); open like ``ParquetEncoding``.
public struct ParquetPageKind: RawRepresentable, Hashable, Sendable {
    /// The number in parquet.thrift.
    public let rawValue: Int32

    /// Makes a kind from its number.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Values, in the first form.
    public static let data = Self(rawValue: 0)
    /// An index; no writer makes any.
    public static let index = Self(rawValue: 1)
    /// A dictionary.
    public static let dictionary = Self(rawValue: 2)
    /// Values, in the second form: levels are not compressed.
    public static let dataV2 = Self(rawValue: 3)

    private static let names: [ParquetPageKind: String] = [
        .data: "DATA_PAGE", .index: "INDEX_PAGE", .dictionary: "DICTIONARY_PAGE", .dataV2: "DATA_PAGE_V2",
    ]
}

extension ParquetPageKind: CustomStringConvertible {
    /// The name in parquet.thrift, or the number of a kind that is not known here.
    public var description: String { Self.names[self] ?? "page \(rawValue)" }
}
