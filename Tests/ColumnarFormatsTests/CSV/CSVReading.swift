import ColumnarFormats
import S3DBCore

/// A value as tests compare it: floats by their bits, all NaN alike.
enum Cell: Hashable, CustomStringConvertible {
    case null
    case bool(Bool)
    case int(Int128)
    case float64(UInt64)
    case float32(UInt32)
    case bytes([UInt8])

    static func text(_ text: String) -> Cell { .bytes(Array(text.utf8)) }
    static func double(_ value: Double) -> Cell { .float64((value.isNaN ? Double.nan : value).bitPattern) }
    static func float(_ value: Float) -> Cell { .float32((value.isNaN ? Float.nan : value).bitPattern) }

    var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .float64(let bits): "\(Double(bitPattern: bits))"
        case .float32(let bits): "\(Float(bitPattern: bits)) as float32"
        case .bytes(let bytes): S3DBError.quoted(String(decoding: bytes, as: UTF8.self))
        }
    }
}

/// What reading a stream gave: the columns' values, or what was wrong and where.
enum CSVReading: Equatable {
    case columns([[Cell]])
    case failure(CSVFailure)
}

/// An error as far as two parsers must agree on it.
struct CSVFailure: Equatable {
    var code: S3DBError.Code
    var line: Int?
    var column: String?
    var related: [Place] = []

    struct Place: Equatable {
        var line: Int?
        var column: String?
    }

    init(_ code: S3DBError.Code, line: Int? = nil, column: String? = nil, related: [Place] = []) {
        self.code = code
        self.line = line
        self.column = column
        self.related = related
    }

    init(_ error: S3DBError) {
        self.init(
            error.code, line: error.location.line, column: error.location.column,
            related: error.related.map { Place(line: $0.location.line, column: $0.location.column) })
    }
}

extension AnyColumn {
    /// The values as tests compare them.
    func cells() throws -> [Cell] {
        func integers<Value: FixedWidthElement & FixedWidthInteger>(_: Value.Type) throws -> [Cell] {
            try values(as: Value.self).map { $0.map { .int(Int128($0)) } ?? .null }
        }
        return switch type {
        case .bool: try values(as: Bool.self).map { $0.map(Cell.bool) ?? .null }
        case .int8: try integers(Int8.self)
        case .int16: try integers(Int16.self)
        case .int32: try integers(Int32.self)
        case .int64: try integers(Int64.self)
        case .uint8: try integers(UInt8.self)
        case .uint16: try integers(UInt16.self)
        case .uint32: try integers(UInt32.self)
        case .uint64: try integers(UInt64.self)
        case .float32: try values(as: Float.self).map { $0.map(Cell.float) ?? .null }
        case .float64: try values(as: Double.self).map { $0.map(Cell.double) ?? .null }
        case .utf8: try values(as: String.self).map { $0.map(Cell.text) ?? .null }
        default: try values(as: [UInt8].self).map { $0.map(Cell.bytes) ?? .null }
        }
    }
}

/// Feeds `bytes` to a decoder in pieces and returns the batches.
///
/// - Parameter chunk: The number of new bytes to show next.
func decodeBatches(
    _ bytes: [UInt8], with decoder: CSVDecoder, chunk: () -> Int
) throws -> [RecordBatch] {
    var batches: [RecordBatch] = []
    var start = 0
    var end = 0
    var isLast = false
    while !isLast {
        end = min(bytes.count, end + max(1, chunk()))
        isLast = end == bytes.count
        start += try decoder.decode(bytes.span.bytes.extracting(start..<end), isLast: isLast) {
            (batch) throws(S3DBError) in batches.append(batch)
        }
    }
    return batches
}

/// Reads `bytes` with the real parser.
func read(
    _ bytes: [UInt8], _ fields: [Field], csv: CSV = CSV(), emptyIsNull: Set<String> = [],
    limits: RecordLimits = RecordLimits(),
    chunk: () -> Int = { .max / 2 }
) throws -> CSVReading {
    do {
        let decoder = try csv.makeDecoder(schema: Schema(fields), emptyIsNull: emptyIsNull, limits: limits)
        let batches = try decodeBatches(bytes, with: decoder, chunk: chunk)
        var columns = fields.map { _ in [Cell]() }
        for (index, batch) in batches.enumerated() {
            let isFull = batch.rowCount == limits.batchRowCount
            let isRest = index == batches.count - 1 && (1...limits.batchRowCount).contains(batch.rowCount)
            if !isFull && !isRest { throw UnevenBatches(rowCounts: batches.map(\.rowCount)) }
            for position in fields.indices { columns[position] += try batch.columns[position].cells() }
        }
        return .columns(columns)
    } catch let error as S3DBError {
        return .failure(CSVFailure(error))
    }
}

/// Batches that break the contract of ``RecordDecoder``.
struct UnevenBatches: Error {
    var rowCounts: [Int]
}
