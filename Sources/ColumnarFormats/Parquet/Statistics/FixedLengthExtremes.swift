import S3DBCore

/// The smallest and the largest of the values of a page that are bytes of one length (parquet.thrift, `ColumnOrder`).
struct FixedLengthExtremes {
    private let width: Int
    private let order: BoundOrder
    private var range: (minimum: [UInt8], maximum: [UInt8])?

    /// - Parameter order: That of bytes, of signed bytes or of binary16 numbers; no other has extremes.
    init(width: Int, order: BoundOrder) {
        self.width = width
        self.order = order
    }

    /// Widens the extremes to hold the values at some rows, nulls and NaNs left out.
    mutating func extend(_ values: UnsafeRawBufferPointer, rows: Range<Int>, _ validity: UnsafePointer<UInt8>?) {
        if order == .undefined { return }
        var least: Int?
        var greatest: Int?
        func value(_ row: Int) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: values[row * width..<(row + 1) * width])
        }
        for row in rows where ValidityBits.isSet(validity, row) && !isNaN(value(row)) {
            if least.map({ precedes(value(row), value($0)) }) ?? true { least = row }
            if greatest.map({ precedes(value($0), value(row)) }) ?? true { greatest = row }
        }
        if let least, let greatest { extend(Array(value(least)), Array(value(greatest))) }
    }

    private mutating func extend(_ least: [UInt8], _ greatest: [UInt8]) {
        guard let range else {
            range = (least, greatest)
            return
        }
        self.range = (
            order.precedes(least, range.minimum) ? least : range.minimum,
            order.precedes(range.maximum, greatest) ? greatest : range.maximum
        )
    }

    private func isNaN(_ value: UnsafeRawBufferPointer) -> Bool {
        order == .float16 && Self.float16(value) & 0x7FFF > 0x7C00
    }

    private func precedes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        switch order {
        case .signedBytes:
            // Signs differ, or the bytes decide.
            let signs = (Int8(bitPattern: a[0]) < 0, Int8(bitPattern: b[0]) < 0)
            return signs.0 == signs.1 ? ByteOrder.precedes(a, b) : signs.0
        case .float16: return Self.rank(a) < Self.rank(b)
        default: return ByteOrder.precedes(a, b)
        }
    }

    private static func float16(_ value: UnsafeRawBufferPointer) -> UInt16 {
        UInt16(littleEndian: value.loadUnaligned(as: UInt16.self))
    }

    private static func rank(_ value: UnsafeRawBufferPointer) -> Int {
        let bits = float16(value)
        return bits & 0x8000 == 0 ? Int(bits) : -Int(bits & 0x7FFF)
    }

    /// The bounds, or nil where there is none; there are none afterwards.
    mutating func take() -> Bounds? {
        defer { range = nil }
        guard var (minimum, maximum) = range else { return nil }
        if order == .float16 {
            // A bound of zero stands below and above zeros of both signs.
            if minimum[0] == 0 && minimum[1] & 0x7F == 0 { minimum = [0, 0x80] }
            if maximum[0] == 0 && maximum[1] & 0x7F == 0 { maximum = [0, 0] }
        }
        return Bounds(minimum: minimum, maximum: maximum)
    }
}
