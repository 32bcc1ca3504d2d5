import S3DBCore

/// A stretch of a column chunk's pages.
struct ChunkPiece: Sendable {
    /// Where it begins in the file.
    var offset: Int
    /// The number of its first row in the row group.
    var firstRow: Int
    /// The bytes.
    var bytes: Buffer
}

/// The pages of a column chunk, one after the other.
struct PageSource {
    private var pieces: ArraySlice<ChunkPiece>
    private var position = 0
    private let checksPages: Bool

    /// A page as it stands in the file.
    struct Page {
        var header: ParquetPageHeader
        var body: Buffer
        /// Where its header begins in the file.
        var offset: Int
        /// The number of its first row, where it begins a piece.
        var firstRow: Int?
    }

    init(_ pieces: [ChunkPiece], checksPages: Bool) {
        self.pieces = pieces[...]
        self.checksPages = checksPages
    }

    /// The next page; nil behind the last.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/checksumMismatch``, at the page's place in the file.
    mutating func next() throws(S3DBError) -> Page? {
        while let piece = pieces.first, position >= piece.bytes.count {
            pieces.removeFirst()
            position = 0
        }
        guard let piece = pieces.first else { return nil }
        let offset = piece.offset + position
        do throws(S3DBError) {
            let header = try ParquetPageHeader(piece.bytes.slice(position..<piece.bytes.count).bytes)
            let start = position + header.headerByteCount
            guard header.byteCount <= piece.bytes.count - start else {
                throw S3DBError(
                    .corruptFile,
                    "a page of \(header.byteCount) bytes, where its column chunk has \(piece.bytes.count - start)")
            }
            let body = piece.bytes.slice(start..<start + header.byteCount)
            if checksPages, let checksum = header.checksum, CRC32.checksum(body.bytes) != checksum {
                throw S3DBError(
                    .checksumMismatch, "a page does not have the checksum that its header tells",
                    remedy: "The file is damaged: fetch or write it again")
            }
            let isFirst = position == 0
            position = start + header.byteCount
            return Page(header: header, body: body, offset: offset, firstRow: isFirst ? piece.firstRow : nil)
        } catch {
            var error = error
            error.location.byteOffset = offset
            throw error
        }
    }
}
