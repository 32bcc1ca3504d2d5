import S3DBCore

// The enumerations of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift that the
// writer uses, with the numbers they have there.

/// How values are stored (parquet.thrift, `Type`).
public enum ParquetPhysicalType: Int32, Hashable, Sendable, CaseIterable {
    /// Bits.
    case boolean = 0
    /// 32 bits.
    case int32 = 1
    /// 64 bits.
    case int64 = 2
    /// 96 bits: nanoseconds of a day and the number of a Julian day; deprecated.
    case int96 = 3
    /// IEEE 754 binary32.
    case float = 4
    /// IEEE 754 binary64.
    case double = 5
    /// Bytes of any length.
    case byteArray = 6
    /// As many bytes as the schema says.
    case fixedLengthByteArray = 7
}

typealias PhysicalType = ParquetPhysicalType

/// How a page's values are encoded (`Encoding`).
enum PageEncoding: Int32 {
    case plain = 0
    case rle = 3
    case deltaBinaryPacked = 5
    case deltaLengthByteArray = 6
    case deltaByteArray = 7
    case rleDictionary = 8
    case byteStreamSplit = 9
}

/// What a page holds (`PageType`).
enum PageType: Int32 {
    case data = 0
    case dictionary = 2
    case dataV2 = 3
}

/// How the bounds of a chunk's pages are ordered (`BoundaryOrder`).
enum BoundaryOrder: Int32 {
    case unordered = 0
    case ascending = 1
    case descending = 2
}

/// How often a value may stand where its parent does (parquet.thrift, `FieldRepetitionType`).
public enum ParquetRepetition: Int32, Hashable, Sendable, CaseIterable {
    /// Once.
    case required = 0
    /// Once or not at all.
    case optional = 1
    /// Any number of times.
    case repeated = 2
}

typealias Repetition = ParquetRepetition

/// The older annotation of a column's meaning (`ConvertedType`).
enum ConvertedType: Int32 {
    case utf8 = 0
    case map = 1
    case mapKeyValue = 2
    case list = 3
    case enumeration = 4
    case decimal = 5
    case date = 6
    case timeMillis = 7
    case timeMicros = 8
    case timestampMillis = 9
    case timestampMicros = 10
    case uint8 = 11
    case uint16 = 12
    case uint32 = 13
    case uint64 = 14
    case int8 = 15
    case int16 = 16
    case int32 = 17
    case int64 = 18
    case json = 19
    case bson = 20
    case interval = 21
}
