import S3DBCore

/// Intervals as 12 bytes: months, days and milliseconds, each without sign
/// (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md, "INTERVAL").
enum StoredIntervals {
    /// Encodes the intervals of a column.
    ///
    /// - Throws: ``S3DBError/Code/valueMisfit`` for negative ones, and for parts of a millisecond.
    static func encode(
        _ buffer: Buffer, _ unit: DataType.IntervalUnit, _ validity: Bitmap?, count: Int
    ) throws(S3DBError) -> Buffer {
        var output = BufferBuilder(capacity: count * 12)
        try buffer.withUnsafeBytes { (bytes) throws(S3DBError) in
            for row in 0..<count {
                let parts = parts(bytes, row, unit)
                let isValid = validity?[row] ?? true
                if isValid, let problem = problem(parts) {
                    throw StoredType.misfit(
                        problem, remedy: "Make columns of months, of days and of nanoseconds instead")
                }
                for part in [Int64(parts.months), Int64(parts.days), parts.nanoseconds / 1_000_000] {
                    output.appendLittleEndian(UInt32(truncatingIfNeeded: part))
                }
            }
        }
        return output.freeze()
    }

    private typealias Parts = (months: Int32, days: Int32, nanoseconds: Int64)

    private static func parts(_ bytes: UnsafeRawBufferPointer, _ row: Int, _ unit: DataType.IntervalUnit) -> Parts {
        func part(_ index: Int) -> Int32 { bytes.loadUnaligned(fromByteOffset: index * 4, as: Int32.self) }
        switch unit {
        case .yearMonth: return (part(row), 0, 0)
        case .dayTime: return (0, part(row * 2), Int64(part(row * 2 + 1)) * 1_000_000)
        case .monthDayNano:
            return (
                part(row * 4), part(row * 4 + 1),
                bytes.loadUnaligned(fromByteOffset: row * 16 + 8, as: Int64.self)
            )
        }
    }

    private static func problem(_ parts: Parts) -> String? {
        if parts.months < 0 || parts.days < 0 || parts.nanoseconds < 0 {
            return "a negative interval of \(parts.months) months, \(parts.days) days and \(parts.nanoseconds) ns"
        }
        let (milliseconds, rest) = parts.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        if rest != 0 || milliseconds > Int64(UInt32.max) {
            return "an interval of \(parts.nanoseconds) ns, no whole milliseconds of 32 bits"
        }
        return nil
    }
}
