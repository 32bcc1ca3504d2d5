import S3DBCore

/// The definition levels of one page of a nullable column: 1 for a value, 0 for a null
/// (https://parquet.apache.org/docs/file-format/nulls/).
///
/// Levels are kept one by one only from the first null of a page on.
struct DefinitionLevels: ~Copyable {
    /// One byte a row; empty while there is no null.
    private var levels = BufferBuilder()

    /// The rows.
    private(set) var rowCount = 0
    /// The nulls.
    private(set) var nullCount = 0

    /// Takes over the rows `range` of a column. O(rows).
    mutating func append(_ validity: Bitmap?, _ range: Range<Int>) {
        let nulls = validity.map { range.count - $0.setCount(in: range) } ?? 0
        if nulls > 0 && nullCount == 0 { appendPresent(rowCount) }
        if nulls == 0 {
            if nullCount > 0 { appendPresent(range.count) }
        } else if let validity {
            validity.buffer.withUnsafeBytes { bits in
                levels.append(upTo: range.count) { target in
                    for row in range { target[row &- range.lowerBound] = bits[row &>> 3] &>> UInt8(row & 7) & 1 }
                    return range.count
                }
            }
        }
        rowCount += range.count
        nullCount += nulls
    }

    /// Appends the levels, behind their length where `isPrefixed`, and forgets them.
    mutating func writePage(isPrefixed: Bool, into output: inout BufferBuilder) {
        let start = output.count
        if isPrefixed { output.appendZeros(4) }
        if nullCount == 0 {
            RLEBitPackedHybrid.appendRun(of: 1, count: rowCount, bitWidth: 1, into: &output)
        } else {
            levels.withBytes {
                RLEBitPackedHybrid.encode(unsafe $0.bindMemory(to: UInt8.self), bitWidth: 1, into: &output)
            }
        }
        if isPrefixed { output.storeLength(at: start) }
        removeAll()
    }

    /// Forgets the page.
    mutating func removeAll() {
        levels.removeAll()
        rowCount = 0
        nullCount = 0
    }

    private mutating func appendPresent(_ count: Int) {
        levels.append(upTo: count) { target in
            target.initializeMemory(as: UInt8.self, repeating: 1)
            return count
        }
    }
}

extension BufferBuilder {
    /// Stores how many bytes follow at `start`, where four bytes are kept for it, as data pages V1 tell the length of
    /// levels.
    mutating func storeLength(at start: Int) {
        let byteCount = UInt32(truncatingIfNeeded: count - start - 4)
        withUnsafeMutableBytes {
            $0.storeBytes(of: byteCount.littleEndian, toByteOffset: start, as: UInt32.self)
        }
    }
}

extension Bitmap {
    /// The number of bits that are set in `range`, which must lie within the bitmap. O(range / 8).
    func setCount(in range: Range<Int>) -> Int {
        buffer.withUnsafeBytes { bytes in
            var total = 0
            var row = range.lowerBound
            while row < range.upperBound && row & 7 != 0 {
                total += Int(bytes[row >> 3] >> UInt8(row & 7) & 1)
                row += 1
            }
            while row + 8 <= range.upperBound {
                total += bytes[row >> 3].nonzeroBitCount
                row += 8
            }
            while row < range.upperBound {
                total += Int(bytes[row >> 3] >> UInt8(row & 7) & 1)
                row += 1
            }
            return total
        }
    }
}
