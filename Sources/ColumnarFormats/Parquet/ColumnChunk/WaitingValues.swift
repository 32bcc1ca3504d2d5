import S3DBCore

/// The values of the current page and of closed pages that wait to be written, as dictionary positions or in PLAIN
/// encoding, and the state of the choice between the two.
struct WaitingValues: ~Copyable {
    /// The bytes of a position while it waits.
    static let width = MemoryLayout<UInt32>.size

    private var positions = BufferBuilder()
    private var pageEnds: [Int] = []
    /// Values in PLAIN encoding, once that is settled.
    var plain = BufferBuilder()
    private let isAllowed: Bool
    /// The positions of a page at most.
    private let pagePositionLimit: Int

    /// The encoding of new pages.
    private(set) var encoding: ValueEncoding
    /// Whether pages were written that refer to the dictionary.
    private(set) var isDictionaryUsed = false
    /// Whether a value did not fit into the dictionary.
    var isDictionaryFull = false

    init(_ options: ParquetOptions) {
        isAllowed = options.dictionaryByteLimit > 0
        encoding = isAllowed ? .undecided : .plain
        pagePositionLimit = min(options.pageRowLimit, options.pageByteLimit / Self.width)
    }

    /// The number of positions.
    private var count: Int { positions.count / Self.width }

    /// About the bytes of all values, positions being those in a dictionary of `dictionaryCount` values.
    func byteCount(dictionaryCount: Int) -> Int {
        plain.count + count * RLEBitPackedHybrid.bitWidth(of: UInt32(truncatingIfNeeded: max(dictionaryCount - 1, 0)))
            / 8
    }

    /// Lets `body` write up to `limit` positions; it returns how many it wrote.
    @inline(__always)
    mutating func append(upTo limit: Int, _ body: (UnsafeMutablePointer<UInt32>) -> Int) {
        if limit * Self.width > positions.capacity - positions.count { makeRoom() }
        positions.append(upTo: limit * Self.width) { target in
            guard let base = target.baseAddress else { return 0 }
            return body(base.assumingMemoryBound(to: UInt32.self)) * Self.width
        }
    }

    /// The bytes of positions that grow by the step; behind them comes room for a whole page, at most ``roomByteLimit``.
    private static let steppedByteCount = 64 << 10
    private static let roomByteLimit = 1 << 20

    /// Makes room for a page at once where the positions are no longer few: most pages are full in the end, and each step
    /// on the way would be copied, and leave memory behind that fits nothing else.
    @inline(never)
    private mutating func makeRoom() {
        let room = min(pagePositionLimit * Self.width, Self.roomByteLimit)
        if positions.count >= Self.steppedByteCount { positions.reserve(max(0, room - positions.count)) }
    }

    /// Forgets the last positions of the current page.
    mutating func removeLast(_ count: Int) {
        positions.truncate(to: max(0, positions.count - count * Self.width))
    }

    /// Ends the current page.
    mutating func closePage() {
        pageEnds.append(count)
    }

    /// Settles the encoding of what waits, where it can be, and returns whether it is settled.
    ///
    /// - Parameters:
    ///   - dictionaryByteCount: The bytes of the dictionary page.
    ///   - plainByteCount: The bytes in PLAIN encoding of the values at positions; asked for while it is open.
    mutating func decide(
        isLast: Bool, dictionaryByteCount: Int, dictionaryCount: Int,
        plainByteCount: (UnsafeBufferPointer<UInt32>) -> Int
    ) -> Bool {
        if encoding == .undecided {
            let packed = dictionaryByteCount + byteCount(dictionaryCount: dictionaryCount)
            if packed < withPositions(0..<count, plainByteCount) {
                encoding = .dictionary
            } else if isLast || isDictionaryFull {
                encoding = .plain
            }
        }
        if encoding == .dictionary { isDictionaryUsed = true }
        return encoding != .undecided
    }

    private func withPositions<Result>(
        _ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt32>) -> Result
    ) -> Result {
        positions.withBytes { bytes in
            body(UnsafeBufferPointer(rebasing: unsafe bytes.bindMemory(to: UInt32.self)[range]))
        }
    }

    /// Appends the values of a closed page: positions as they are or, where the dictionary did not pay, looked up by
    /// `lookUp`, which appends the values at positions in PLAIN encoding.
    func writePage(
        _ index: Int, into output: inout BufferBuilder,
        lookUp: (UnsafeBufferPointer<UInt32>, inout BufferBuilder) -> Void
    ) -> PageEncoding {
        // No positions where the page's values were never in the dictionary.
        let start = index == 0 ? 0 : pageEnds[index - 1]
        return withPositions(start..<pageEnds[index]) { positions in
            if encoding == .dictionary {
                Self.write(positions, into: &output)
                return .rleDictionary
            }
            plain.withBytes { output.appendUnsafe($0) }
            lookUp(positions, &output)
            return .plain
        }
    }

    /// Appends positions in RLE_DICTIONARY encoding: the bit width, then the positions (Encodings.md, "Dictionary
    /// Encoding"). The width is that of the page's largest position.
    private static func write(_ positions: UnsafeBufferPointer<UInt32>, into output: inout BufferBuilder) {
        // All of them together need as many bits as the largest.
        var bits: UInt32 = 0
        for position in positions { bits |= position }
        let bitWidth = RLEBitPackedHybrid.bitWidth(of: bits)
        output.append(UInt8(truncatingIfNeeded: bitWidth))
        RLEBitPackedHybrid.encode(positions, bitWidth: bitWidth, into: &output)
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
