import S3DBCore

/// The values of the current page and of closed pages that wait to be written, as dictionary positions or in PLAIN
/// encoding, and the state of the choice between the two.
struct WaitingValues: ~Copyable {
    /// What a position counts against the bytes of a page.
    static let width = MemoryLayout<UInt32>.size

    private var positions: WaitingPositions
    private var pageEnds: [Int] = []
    /// Values in PLAIN encoding, once that is settled.
    var plain = BufferBuilder()
    private let isAllowed: Bool

    /// The encoding of new pages.
    private(set) var encoding: ValueEncoding
    /// Whether pages were written that refer to the dictionary.
    private(set) var isDictionaryUsed = false
    /// Whether a value did not fit into the dictionary.
    var isDictionaryFull = false

    init(_ options: ParquetOptions) {
        isAllowed = options.dictionaryByteLimit > 0
        encoding = isAllowed ? .undecided : .plain
        positions = WaitingPositions(
            expectedCount: min(options.pageRowLimit, options.pageByteLimit / Self.width, options.rowGroupRowLimit))
    }

    /// About the bytes of all values, positions being those in a dictionary of `dictionaryCount` values.
    func byteCount(dictionaryCount: Int) -> Int {
        plain.count + positions.count
            * RLEBitPackedHybrid.bitWidth(of: UInt32(truncatingIfNeeded: max(dictionaryCount - 1, 0)))
            / 8
    }

    /// Lets `body` write up to `limit` positions; it returns how many it wrote.
    @inline(__always)
    mutating func append(upTo limit: Int, _ body: (UnsafeMutablePointer<UInt32>) -> Int) {
        positions.append(upTo: limit, body)
    }

    /// Forgets the last positions of the current page.
    mutating func removeLast(_ count: Int) {
        positions.removeLast(count)
    }

    /// Ends the current page.
    mutating func closePage() {
        pageEnds.append(positions.count)
    }

    /// Settles the encoding of what waits, where it can be, and returns whether it is settled.
    ///
    /// - Parameters:
    ///   - dictionaryByteCount: The bytes of the dictionary page.
    ///   - plainByteCount: The bytes in PLAIN encoding of the values at positions; asked for while it is open.
    mutating func decide(
        isLast: Bool, dictionaryByteCount: Int, dictionaryCount: Int,
        plainByteCount: (borrowing WaitingPositions) -> Int
    ) -> Bool {
        if encoding == .undecided {
            let packed = dictionaryByteCount + byteCount(dictionaryCount: dictionaryCount)
            if packed < plainByteCount(positions) {
                encoding = .dictionary
            } else if isLast || isDictionaryFull {
                encoding = .plain
            }
        }
        if encoding == .dictionary { isDictionaryUsed = true }
        return encoding != .undecided
    }

    /// Appends the values of a closed page: positions as they are or, where the dictionary did not pay, looked up by
    /// `lookUp`, which appends the values at a stretch of positions in PLAIN encoding.
    func writePage(
        _ index: Int, into output: inout BufferBuilder,
        lookUp: (UnsafeBufferPointer<UInt32>, inout BufferBuilder) -> Void
    ) -> PageEncoding {
        // No positions where the page's values were never in the dictionary.
        let start = index == 0 ? 0 : pageEnds[index - 1]
        let page = start..<pageEnds[index]
        if encoding == .dictionary {
            positions.write(page, into: &output)
            return .rleDictionary
        }
        plain.withBytes { output.appendUnsafe($0) }
        positions.forEachStretch(page) { lookUp($0, &output) }
        return .plain
    }

    /// Forgets the closed pages, which are written; goes on with PLAIN when the dictionary is full.
    mutating func removePages() {
        positions.removeAll()
        pageEnds.removeAll(keepingCapacity: true)
        plain.removeAll()
        if isDictionaryFull { encoding = .plain }
    }

    /// Makes ready for the next chunk.
    mutating func removeAll() {
        positions.removeAll()
        pageEnds.removeAll(keepingCapacity: true)
        plain.removeAll()
        encoding = isAllowed ? .undecided : .plain
        isDictionaryUsed = false
        isDictionaryFull = false
    }
}
