// The enumerations of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift that the
// writer uses, with the numbers they have there.

/// How values are stored (`Type`).
enum PhysicalType: Int32 {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case float = 4
    case double = 5
    case byteArray = 6
}

/// How a page's values are encoded (`Encoding`).
enum PageEncoding: Int32 {
    case plain = 0
    case rle = 3
    case rleDictionary = 8
}

/// What a page holds (`PageType`).
enum PageType: Int32 {
    case data = 0
    case dictionary = 2
}

/// How the bounds of a chunk's pages are ordered (`BoundaryOrder`).
enum BoundaryOrder: Int32 {
    case unordered = 0
    case ascending = 1
    case descending = 2
}

/// Whether a column may hold nulls (`FieldRepetitionType`).
enum Repetition: Int32 {
    case required = 0
    case optional = 1
}

/// The older annotation of a column's meaning (`ConvertedType`).
enum ConvertedType: Int32 {
    case utf8 = 0
    case uint8 = 11
    case uint16 = 12
    case uint32 = 13
    case uint64 = 14
    case int8 = 15
    case int16 = 16
}

/// The newer annotation of a column's meaning (`LogicalType`).
enum LogicalType {
    case string
    case integer(bitWidth: Int8, isSigned: Bool)
}
