/// Counts the rows of a file whose bytes it is shown from the first to the last, and so finds out whether the file is
/// whole. One owner at a time; its memory does not grow with the file.
public protocol RowCounter: AnyObject {
    /// Takes the next bytes, cut anywhere.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where the file's structure contradicts its format.
    func take(_ bytes: RawSpan) throws(S3DBError)

    /// How many of the next bytes tell nothing and need not be shown.
    var passableByteCount: Int { get }

    /// Passes over so many bytes, no more than ``passableByteCount``, in place of showing them.
    func pass(_ byteCount: Int)

    /// Says that the file has ended.
    ///
    /// - Returns: The rows; nil where the file does not tell.
    /// - Throws: ``S3DBError/Code/corruptFile`` or ``S3DBError/Code/truncatedStream`` where that is not its end.
    func finish() throws(S3DBError) -> Int?
}

extension RowCounter {
    /// All bytes must be shown.
    public var passableByteCount: Int { 0 }

    /// Nothing is passed over.
    public func pass(_ byteCount: Int) {}
}

/// Whether it was found in the bytes at hand where a file's rows stand.
public enum RowLookup: Hashable, Sendable {
    /// The row groups in order, each with its bytes and rows.
    case found([SectionExtent])
    /// So many of the file's last bytes are needed.
    case needsTail(Int)
    /// The ends of such files do not tell.
    case unknown
}
