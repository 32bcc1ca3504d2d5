import S3DBCore

/// Tests the values of columns.
struct ColumnTest {
    private let condition: ParquetPredicate.Condition

    init(_ condition: ParquetPredicate.Condition) {
        self.condition = condition
    }

    /// For each value of a column whether the condition holds; nulls compare with nothing.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for a column whose values do not compare with the constants.
    func matches(_ column: AnyColumn) throws(S3DBError) -> [Bool] {
        switch condition {
        case .isNull, .isNotNull:
            let values = ValueWriter(column)
            let wanted = if case .isNull = condition { true } else { false }
            return (0..<column.count).map { values.isNull($0) == wanted }
        default: break
        }
        var matches = try comparisons(column)
        if let validity = column.validity {
            for row in matches.indices where !validity[row] { matches[row] = false }
        }
        return matches
    }

    private func comparisons(_ column: AnyColumn) throws(S3DBError) -> [Bool] {
        let (type, count) = (column.type, column.count)
        switch column.storage {
        case .dictionary(let indices, let dictionary):
            let values = try matches(dictionary.values)
            if values.isEmpty { return Array(repeating: false, count: count) }
            return indices.withElements(of: Int32.self) { indices in indices.prefix(count).map { values[Int($0)] } }
        case .runs(let ends, let values):
            let values = try matches(values)
            let ends = RunEnds.values(of: ends)
            return (0..<count).map { values[RunEnds.run(of: $0, in: ends)] }
        case .bits(let bits):
            let test = try ValueTest<Int64>(condition, type)
            return (0..<count).map { test.holds(bits[$0] ? 1 : 0) }
        case .fixedWidth(let values): return try numbers(values, type, count)
        case .variableLength, .views: return try texts(column)
        default: throw Self.incomparable(type)
        }
    }

    private func numbers(_ values: Buffer, _ type: DataType, _ count: Int) throws(S3DBError) -> [Bool] {
        switch type {
        case .int8: return try numbers(values, type, count, Int8.self) { Int64($0) }
        case .int16: return try numbers(values, type, count, Int16.self) { Int64($0) }
        case .int32, .date32, .time(.second), .time(.millisecond):
            return try numbers(values, type, count, Int32.self) { Int64($0) }
        case .int64, .date64, .time, .timestamp, .duration: return try numbers(values, type, count, Int64.self) { $0 }
        case .uint8: return try numbers(values, type, count, UInt8.self) { UInt64($0) }
        case .uint16: return try numbers(values, type, count, UInt16.self) { UInt64($0) }
        case .uint32: return try numbers(values, type, count, UInt32.self) { UInt64($0) }
        case .uint64: return try numbers(values, type, count, UInt64.self) { $0 }
        case .float16: return try numbers(values, type, count, Float16.self) { Double($0) }
        case .float32: return try numbers(values, type, count, Float.self) { Double($0) }
        case .float64: return try numbers(values, type, count, Double.self) { $0 }
        case .decimal(let width, _, _): return try decimals(values, type, count, byteWidth: width.rawValue / 8)
        case .fixedSizeBinary:
            return try texts(AnyColumn(uncheckedType: type, count: count, storage: .fixedWidth(values)))
        default: throw Self.incomparable(type)
        }
    }

    private func numbers<Stored: BitwiseCopyable, Value: ComparedValue>(
        _ values: Buffer, _ type: DataType, _ count: Int, _ stored: Stored.Type, _ value: (Stored) -> Value
    ) throws(S3DBError) -> [Bool] {
        let test = try ValueTest<Value>(condition, type)
        return values.withElements(of: stored) { values in values.prefix(count).map { test.holds(value($0)) } }
    }

    /// Decimals by their unscaled integers; what does not fit 64 bits is as far away as these reach.
    private func decimals(
        _ values: Buffer, _ type: DataType, _ count: Int, byteWidth: Int
    ) throws(S3DBError) -> [Bool] {
        let test = try ValueTest<Int64>(condition, type)
        return values.withUnsafeBytes { bytes in
            (0..<count).map { row in
                let value = UnsafeRawBufferPointer(rebasing: bytes[row * byteWidth..<(row + 1) * byteWidth])
                return test.holds(Self.clamped(value))
            }
        }
    }

    private static func clamped(_ value: UnsafeRawBufferPointer) -> Int64 {
        if value.count == 4 { return Int64(Int32(littleEndian: value.loadUnaligned(as: Int32.self))) }
        let low = Int64(littleEndian: value.loadUnaligned(as: Int64.self))
        let isNegative = (value.last ?? 0) & 0x80 != 0
        let fits = value.dropFirst(8).allSatisfy { $0 == (low < 0 ? 0xFF : 0) }
        return fits ? low : isNegative ? .min : .max
    }

    private func texts(_ column: AnyColumn) throws(S3DBError) -> [Bool] {
        let test = try ValueTest<ComparedBytes>(condition, column.type)
        let values = try Column<Buffer?>(column)
        return values.map { value in value.map { test.holds(ComparedBytes(bytes: $0)) } ?? false }
    }

    static func incomparable(_ type: DataType) -> S3DBError {
        S3DBError(.invalidArgument, "values of \(type) are not compared with such a constant")
    }
}
