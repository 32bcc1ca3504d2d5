import CByteMask

/// The fast engine of a ``RecordScanner``: takes records that hold no quoted field and have nothing wrong with them.
///
/// It looks for the ends of fields in a stretch of input first, and then makes records of them, checking once a record
/// that they are what they must be. At the first record of which that cannot be said it stops; ``ScanPass`` reads any.
struct PlainRecords: ~Copyable {
    /// The bytes of a stretch. Fields are no longer, so that a field limit of that much needs no check.
    static let stretchByteCount = 4096

    /// Positions are written eight at a time, and so up to seven too many.
    private static let surplus = 8

    /// Where fields end. The one before the first ends before the first byte.
    private let ends: UnsafeMutablePointer<UInt32>

    init() {
        ends = .allocate(capacity: 1 + Self.stretchByteCount + Self.surplus) + 1
        ends[-1] = .max
    }

    deinit {
        (ends - 1).deallocate()
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
            var lineFeedCount = 0
            let endCount = s3db_field_ends(
                base + position, min(count - position, Self.stretchByteCount), dialect.delimiter, dialect.quote, ends,
                &lineFeedCount)
            // With as many line feeds as records, and one at the end of each, none is elsewhere.
            let found = endCount / columnCount
            guard found == lineFeedCount, Self.endWithLineFeeds(base + position, ends, found, columnCount) else {
                break
            }
            let (taken, byteCount) = Self.makeRecords(
                base + position, position, ends, min(found, rowLimit - row), columnCount,
                references + row * columnCount)
            if taken == 0 { break }
            row += taken
            position += byteCount
        }
        return (row, position)
    }

    /// Whether each of `rowCount` records whose fields end at `ends`, counted from `base`, ends with a line feed.
    private static func endWithLineFeeds(
        _ base: UnsafeRawPointer, _ ends: UnsafePointer<UInt32>, _ rowCount: Int, _ columnCount: Int
    ) -> Bool {
        var difference: UInt8 = 0
        var last = columnCount &- 1
        for _ in 0..<rowCount {
            difference |= byte(base, Int(ends[last])) ^ Byte.lineFeed
            last &+= columnCount
        }
        return difference == 0
    }

    /// Writes the references of `rowCount` records whose fields end at `ends`, counted from `base`, and returns how many
    /// of them there are before an empty line, which is no record, and how many bytes they have.
    private static func makeRecords(
        _ base: UnsafeRawPointer, _ offset: Int, _ ends: UnsafePointer<UInt32>, _ rowCount: Int, _ columnCount: Int,
        _ references: UnsafeMutablePointer<FieldReference>
    ) -> (rowCount: Int, byteCount: Int) {
        for field in 0..<rowCount &* columnCount {
            let start = ends[field &- 1] &+ 1
            references[field] = FieldReference(
                start: offset &+ Int(start), count: Int(ends[field] &- start), adjustment: 0)
        }
        var recordEnd = 0
        var last = columnCount &- 1
        for row in 0..<rowCount {
            let end = Int(ends[last])
            // A return before the line feed is no part of the field. Before the first byte there is none.
            let hasReturn = byte(base, end &- (end > 0 ? 1 : 0)) == Byte.carriageReturn
            references[last].bits &-= hasReturn ? FieldReference.byte : 0
            if columnCount == 1 && references[last].count == 0 { return (row, recordEnd) }
            recordEnd = end &+ 1
            last &+= columnCount
        }
        return (rowCount, recordEnd)
    }

    @inline(__always)
    private static func byte(_ base: UnsafeRawPointer, _ position: Int) -> UInt8 {
        base.load(fromByteOffset: position, as: UInt8.self)
    }
}
