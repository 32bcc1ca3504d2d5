/// Reads files of a format back: what a ``ColumnarSink`` wrote, or what others did in its format.
public protocol TableReader: Sendable {
    /// Whether files are read in any order, so that those in an outer codec must be in memory whole where nothing else
    /// leads to their parts.
    var needsRandomAccess: Bool { get }

    /// Opens a file: finds out its columns, and what else is read before any row.
    ///
    /// - Parameter codecs: What pages or bodies within the file may be compressed with.
    /// - Throws: What is wrong with the file, and what reading it throws.
    func open(
        _ file: TableFile, codecs: Registry.Plugins<any Codec>
    ) async throws(S3DBError) -> any OpenTable
}

/// A file whose rows can be read. It may be asked for rows any number of times, also concurrently.
public protocol OpenTable: Sendable {
    /// The columns.
    var schema: Schema { get }

    /// Begins to read rows, in their order.
    ///
    /// - Parameters:
    ///   - rows: Which ones, counted from 0, cut to those that there are; nil for all.
    ///   - columns: The names of the columns to read, in the file's order; nil for all.
    /// - Throws: What is wrong with the file, and what reading it throws; ``S3DBError/Code/missingColumn``.
    func cursor(rows: Range<Int>?, columns: [String]?) async throws(S3DBError) -> any TableCursor

    /// What the file tells of the values of an integer column without its rows being read, one stretch of rows behind the
    /// other; nil where it tells nothing.
    func bounds(ofColumn name: String) -> [RowBounds]?
}

extension OpenTable {
    /// Files tell nothing of their values.
    public func bounds(ofColumn name: String) -> [RowBounds]? { nil }

    /// All rows and columns.
    public func cursor() async throws(S3DBError) -> any TableCursor { try await cursor(rows: nil, columns: nil) }
}

/// The least and the greatest value of some rows of an integer column.
public struct RowBounds: Hashable, Sendable {
    /// The rows.
    public var rows: Range<Int>
    /// Between what the values lie, none of them null; nil where that is not known.
    public var values: ClosedRange<Int64>?

    /// Makes bounds.
    public init(rows: Range<Int>, values: ClosedRange<Int64>?) {
        self.rows = rows
        self.values = values
    }
}

/// Reads rows batch by batch. One owner at a time.
public protocol TableCursor: AnyObject {
    /// The next rows; nil behind the last.
    ///
    /// - Throws: What is wrong with the file, and what reading it throws.
    func next() async throws(S3DBError) -> RecordBatch?
}

/// Takes the rows of a table. One owner at a time.
protocol TableConsumer: AnyObject {
    /// Takes the columns, before any batch.
    func begin(_ schema: Schema) throws(S3DBError)

    /// Takes the next rows.
    func take(_ batch: RecordBatch) throws(S3DBError)
}

/// Passes on, of batches that follow one another, the rows that are wanted.
public struct RowWindow: Sendable {
    private let rows: Range<Int>
    private var position: Int

    /// Makes a window on some rows.
    ///
    /// - Parameter position: The number of the first row that comes.
    public init(_ rows: Range<Int>?, from position: Int = 0) {
        self.rows = rows ?? 0..<Int.max
        self.position = position
    }

    /// Whether no row that is still to come is wanted.
    public var isBehind: Bool { position >= rows.upperBound }

    /// What is wanted of the next batch; nil where that is nothing.
    public mutating func take(_ batch: RecordBatch) -> RecordBatch? {
        let here = position..<position + batch.rowCount
        position = here.upperBound
        let wanted = here.clamped(to: rows)
        if wanted.count == batch.rowCount { return batch.rowCount > 0 ? batch : nil }
        if wanted.isEmpty { return nil }
        return batch.slice(wanted.lowerBound - here.lowerBound..<wanted.upperBound - here.lowerBound)
    }
}
