import CByteMask

/// The fast engine of a ``RecordScanner``: takes records that hold no quoted field and have nothing wrong with them.
///
/// It looks for the ends of fields in a stretch of input first, and then makes records of them, checking once a record
/// that they are what they must be. At the first record of which that cannot be said it stops; ``ScanPass`` reads any.
struct PlainRecords: ~Copyable {
    /// The bytes of a stretch. Fields are no longer, so that a field limit of that much needs no check.
    static let stretchByteCount = 4096

    private static let blockByteCount = 64
    /// Positions are written eight at a time, and so up to seven too many.
    private static let surplus = 8

    private let ends = UnsafeMutablePointer<UInt32>.allocate(capacity: stretchByteCount + surplus)

    deinit {
        ends.deallocate()
    }

    /// Takes up to `rowLimit` records of `columnCount` fields that begin at `start`.
    ///
    /// - Parameters:
    ///   - base: The block, of which `count` bytes may be read.
    ///   - references: Room for the fields of `rowLimit` records.
    /// - Returns: The records, and where the next one begins.
    func take(
        _ base: UnsafeRawPointer, from start: Int, count: Int, dialect: (delimiter: UInt8, quote: UInt16),
        columnCount: Int, rowLimit: Int, into references: UnsafeMutablePointer<FieldReference>
    ) -> (rowCount: Int, end: Int) {
        var row = 0
        var position = start
        while row < rowLimit {
            let endCount = findEnds(base + position, count - position, delimiter: dialect.delimiter)
            let (taken, byteCount) = Self.makeRecords(
                base + position, position, ends, min(endCount / columnCount, rowLimit - row), columnCount, dialect,
                references + row * columnCount)
            if taken == 0 { break }
            row += taken
            position += byteCount
        }
        return (row, position)
    }

    /// Writes the positions of delimiters and line feeds in the next stretch to `ends` and returns how many; up to a
    /// carriage return that is none of a line end, and to the last whole block.
    private func findEnds(_ base: UnsafeRawPointer, _ count: Int, delimiter: UInt8) -> Int {
        var found = 0
        var block = 0
        // The byte behind a block is looked at too.
        while block < Self.stretchByteCount && block + Self.blockByteCount < count {
            if s3db_byte_mask_unless(base + block, Byte.carriageReturn, Byte.lineFeed) != 0 { break }
            var rest = s3db_byte_mask(base + block, delimiter, Byte.lineFeed, Byte.lineFeed)
            let next = found &+ rest.nonzeroBitCount
            repeat {
                // Always eight, so that how many there are is hardly ever a branch.
                for place in 0..<8 {
                    ends[found &+ place] = UInt32(truncatingIfNeeded: block &+ rest.trailingZeroBitCount)
                    rest &= rest &- 1
                }
                found &+= 8
            } while rest != 0
            found = next
            block &+= Self.blockByteCount
        }
        return found
    }

    /// Writes the references of up to `rowLimit` records whose fields end at `ends`, counted from `base`, and returns
    /// how many records are plain and how many bytes they have.
    private static func makeRecords(
        _ base: UnsafeRawPointer, _ offset: Int, _ ends: UnsafePointer<UInt32>, _ rowLimit: Int, _ columnCount: Int,
        _ dialect: (delimiter: UInt8, quote: UInt16), _ references: UnsafeMutablePointer<FieldReference>
    ) -> (rowCount: Int, byteCount: Int) {
        var recordStart = 0
        for row in 0..<rowLimit {
            let slot = row &* columnCount
            var start = recordStart
            // What differs from a plain record.
            var difference: UInt8 = 0
            for column in slot..<slot &+ columnCount &- 1 {
                let end = Int(ends[column])
                difference |= byte(base, end) ^ dialect.delimiter
                difference |= UInt16(byte(base, start)) == dialect.quote ? 1 : 0
                references[column] = FieldReference(start: offset &+ start, count: end &- start, adjustment: 0)
                start = end &+ 1
            }
            let last = slot &+ columnCount &- 1
            let end = Int(ends[last])
            difference |= byte(base, end) ^ Byte.lineFeed
            difference |= UInt16(byte(base, start)) == dialect.quote ? 1 : 0
            let hasReturn = end > start && byte(base, end &- 1) == Byte.carriageReturn
            let count = end &- start &- (hasReturn ? 1 : 0)
            references[last] = FieldReference(start: offset &+ start, count: count, adjustment: 0)
            // An empty line is no record.
            let isEmpty = columnCount == 1 && count == 0
            if difference != 0 || isEmpty { return (row, recordStart) }
            recordStart = end &+ 1
        }
        return (rowLimit, recordStart)
    }

    @inline(__always)
    private static func byte(_ base: UnsafeRawPointer, _ position: Int) -> UInt8 {
        base.load(fromByteOffset: position, as: UInt8.self)
    }
}
