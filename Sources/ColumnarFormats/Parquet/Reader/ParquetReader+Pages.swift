import S3DBCore

extension ParquetReader {
    /// The headers of the pages of a column chunk, with their places in the file. Pages are passed over: of a large chunk
    /// little more than the headers is read.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, at the column and the byte in the file, and what reading throws.
    public func pages(
        rowGroup: Int, column: Int
    ) async throws(S3DBError) -> [(offset: Int, header: ParquetPageHeader)] {
        let valueTotal = try chunk(rowGroup, column).valueCount
        let range = try layout.chunk(ofColumn: column, in: rowGroup)
        var window = PageHeaderWindow(source: source, range: range)
        var headers: [(offset: Int, header: ParquetPageHeader)] = []
        var position = range.lowerBound
        // Behind the last value there may be what the chunk's size has too much.
        var valueCount = 0
        do throws(S3DBError) {
            while valueCount < valueTotal, position < range.upperBound {
                let header = try await window.header(at: position)
                let left = range.upperBound - position - header.headerByteCount
                guard header.byteCount <= left else {
                    throw S3DBError(
                        .corruptFile, "a page of \(header.byteCount) bytes, where its column chunk has \(left)")
                }
                headers.append((position, header))
                position += header.headerByteCount + header.byteCount
                if header.kind != .dictionary {
                    valueCount = valueCount.addingReportingOverflow(header.valueCount).partialValue
                }
            }
        } catch {
            var located = error.located(in: .init(column: layout.leaves[column].name))
            located.location.byteOffset = position
            throw located
        }
        return headers
    }
}

/// What is at hand of a column chunk, for one page header after the other.
private struct PageHeaderWindow<Source: RandomAccess> {
    let source: Source
    let range: Range<Int>
    private var start = 0
    private var bytes = Buffer()

    /// A chunk that is as small as this is read at once.
    private static var wholeByteCount: Int { 1 << 20 }
    /// What is read for the header of a page in a larger one.
    private static var headerByteCount: Int { 64 << 10 }

    init(source: Source, range: Range<Int>) {
        self.source = source
        self.range = range
    }

    /// The header that stands at a position within the chunk. More is read as long as it is not complete.
    mutating func header(at position: Int) async throws(S3DBError) -> ParquetPageHeader {
        var byteCount = range.count <= Self.wholeByteCount ? range.count : Self.headerByteCount
        while true {
            if position >= start, position < start + bytes.count {
                do throws(S3DBError) {
                    return try Self.parsed(bytes.slice(position - start..<bytes.count))
                } catch  where start + bytes.count < range.upperBound {
                    // It may go on behind what is at hand.
                    if position == start { byteCount = min(2 * bytes.count, range.count) }
                }
            }
            start = position
            bytes = try await source.read(position..<min(range.upperBound, position + byteCount))
        }
    }

    /// A function that is suspended must not hold a span.
    private static func parsed(_ bytes: Buffer) throws(S3DBError) -> ParquetPageHeader {
        try ParquetPageHeader(bytes.bytes)
    }
}
