import S3DBCore

/// The values of one type of column on their way into the pages of a chunk.
///
/// While it is open whether a dictionary pays, closed pages wait; from the decision on each page is written when
/// it is closed. What waits is bounded: a dictionary that does not pay soon reaches its limit.
///
///     append* closePage  append* closePage  … decide  writePage(0) writePage(1) … removePages  append* …
protocol ChunkValues: AnyObject {
    /// The most bytes that a row takes in a page of the encoding as it is settled so far; what a byte string takes
    /// beyond that, ``isPageFull`` takes into account.
    var rowByteCount: Int { get }

    /// About how many bytes wait to be written, dictionary included.
    var byteCount: Int { get }

    /// Whether the page must be closed before more is appended.
    var isPageFull: Bool { get }

    /// Takes over rows of a column from the first of `rows`, nulls left out, and returns how many it took: fewer
    /// than there are when ``isPageFull`` has become true.
    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int

    /// How many of the rows from the first of `rows` on the current page has room for in bytes, one at least where it is
    /// empty. Whether the dictionary has room shows when they are appended.
    func room(for column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int

    /// Takes over rows as ``append(_:_:)`` does, however many bytes they are.
    func appendWhole(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int

    /// Forgets the last values of the current page, which are positions in the dictionary. The page's bounds may still
    /// hold them.
    func removeLast(_ count: Int)

    /// Ends the current page and gives the bounds of its values.
    func closePage() -> Bounds?

    /// Whether the encoding of the closed pages is settled; it is when `isLast`, or once it has been.
    func decide(isLast: Bool) -> Bool

    /// Appends the values of the closed page number `index`.
    func writePage(_ index: Int, into output: inout BufferBuilder) -> PageEncoding

    /// Forgets the closed pages, which are written.
    func removePages()

    /// Calls `body` with the dictionary page and its number of values, where pages refer to one.
    func withDictionary(_ body: (RawSpan, Int) throws(S3DBError) -> Void) throws(S3DBError)

    /// Makes ready for the next chunk.
    func removeAll()
}

extension ChunkValues {
    func room(for column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int { rows.count }

    func appendWhole(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int { try append(column, rows) }

    func removeLast(_ count: Int) {}
}

/// Which encoding the values of a chunk go into.
enum ValueEncoding {
    /// Collected in a dictionary that may yet be given up.
    case undecided
    /// Positions in a dictionary.
    case dictionary
    /// PLAIN.
    case plain
}
