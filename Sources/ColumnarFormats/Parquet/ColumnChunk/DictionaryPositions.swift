import S3DBCore

/// The dictionary positions of the current page and of closed pages that wait to be written, and the state of the
/// choice between dictionary and PLAIN.
struct DictionaryPositions: ~Copyable {
    /// The bytes of a position while it waits.
    static let width = MemoryLayout<UInt32>.size

    private var positions = BufferBuilder()
    private var pageEnds: [Int] = []
    private let isAllowed: Bool

    /// The encoding of new pages.
    private(set) var encoding: ValueEncoding
    /// Whether pages were written that refer to the dictionary.
    private(set) var isDictionaryUsed = false
    /// Whether a value did not fit into the dictionary.
    var isDictionaryFull = false

    /// - Parameter isAllowed: Whether dictionaries are wanted at all.
    init(isAllowed: Bool) {
        self.isAllowed = isAllowed
        encoding = isAllowed ? .undecided : .plain
    }

    /// The number of positions.
    var count: Int { positions.count / Self.width }

    /// About the bytes of the positions in a dictionary of `dictionaryCount` values.
    func byteCount(dictionaryCount: Int) -> Int {
        count * RLEBitPackedHybrid.bitWidth(of: UInt32(truncatingIfNeeded: max(dictionaryCount - 1, 0))) / 8
    }

    /// Lets `body` write up to `limit` positions; it returns how many it wrote.
    @inline(__always)
    mutating func append(upTo limit: Int, _ body: (UnsafeMutablePointer<UInt32>) -> Int) {
        positions.append(upTo: limit * Self.width) { target in
            guard let base = target.baseAddress else { return 0 }
            return body(base.assumingMemoryBound(to: UInt32.self)) * Self.width
        }
    }

    /// Ends the current page.
    mutating func closePage() {
        pageEnds.append(count)
    }

    /// Settles the encoding of what waits, where it can be, and returns whether it is settled.
    ///
    /// - Parameters:
    ///   - plainByteCount: The bytes of the waiting values in PLAIN encoding.
    ///   - dictionaryByteCount: The bytes of the dictionary page.
    mutating func decide(
        isLast: Bool, plainByteCount: Int, dictionaryByteCount: Int, dictionaryCount: Int
    ) -> Bool {
        if encoding == .undecided {
            if dictionaryByteCount + byteCount(dictionaryCount: dictionaryCount) < plainByteCount {
                encoding = .dictionary
            } else if isLast || isDictionaryFull {
                encoding = .plain
            }
        }
        if encoding == .dictionary { isDictionaryUsed = true }
        return encoding != .undecided
    }

    /// Calls `body` with all positions.
    func withPositions<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
        positions.withBytes { bytes in unsafe body(bytes.bindMemory(to: UInt32.self)) }
    }

    /// Calls `body` with the positions of a closed page; none where its values were never in the dictionary.
    func withPage<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
        let range = index < pageEnds.count ? (index == 0 ? 0 : pageEnds[index - 1])..<pageEnds[index] : 0..<0
        return withPositions { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// Appends a closed page in RLE_DICTIONARY encoding: the bit width, then the positions
    /// (Encodings.md, "Dictionary Encoding"). The width is that of the page's largest position.
    func writePage(_ index: Int, into output: inout BufferBuilder) {
        var page = BufferBuilder()
        withPage(index) { positions in
            var largest: UInt32 = 0
            for position in positions { largest = max(largest, position) }
            let bitWidth = RLEBitPackedHybrid.bitWidth(of: largest)
            page.append(UInt8(truncatingIfNeeded: bitWidth))
            RLEBitPackedHybrid.encode(positions, bitWidth: bitWidth, into: &page)
        }
        output.append(page.bytes)
    }

    /// Forgets the closed pages, which are written; goes on with PLAIN when the dictionary is full.
    mutating func removePages() {
        positions.removeAll()
        pageEnds.removeAll(keepingCapacity: true)
        if isDictionaryFull { encoding = .plain }
    }

    /// Makes ready for the next chunk.
    mutating func removeAll() {
        positions.removeAll()
        pageEnds.removeAll(keepingCapacity: true)
        encoding = isAllowed ? .undecided : .plain
        isDictionaryUsed = false
        isDictionaryFull = false
    }
}
