import S3DBCore

/// Where the parts of a file stand, each checked to lie where it can.
struct FileLayout: Sendable {
    let metadata: ParquetMetadata
    let leaves: [ParquetSchema.Leaf]
    let limits: ParquetReadLimits
    /// Where the footer begins: everything else stands before it.
    let end: Int
    /// Where parts of the file begin, in order, where a Bloom filter does not tell where it ends; else nothing.
    private let starts: [Int]
    /// Whether chunks may be larger than is said.
    private let forgetsHeaders: Bool

    /// What writers before parquet-mr 1.2.9 left out of a chunk's size: the header of its dictionary page
    /// (https://issues.apache.org/jira/browse/PARQUET-816).
    private static let forgottenByteCount = 100

    /// Checks that row groups have the columns of the schema, and the rows of the file.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``.
    init(
        _ metadata: ParquetMetadata, end: Int, _ limits: ParquetReadLimits
    ) throws(S3DBError) {
        self.metadata = metadata
        self.end = end
        self.limits = limits
        leaves = metadata.schema.leaves
        starts = Self.starts(metadata)
        forgetsHeaders = Self.forgetsHeaders(metadata.createdBy)
        var rowCount = 0
        for (number, group) in metadata.rowGroups.enumerated() {
            guard group.columns.count == leaves.count else {
                throw S3DBError(
                    .corruptFile,
                    "row group \(number) has \(group.columns.count) column chunks for \(leaves.count) columns")
            }
            for (chunk, leaf) in zip(group.columns, leaves) where chunk.type != leaf.node.physicalType?.rawValue {
                throw S3DBError(
                    .corruptFile, "a column chunk of row group \(number) is of another type than its column",
                    at: .init(column: leaf.name))
            }
            rowCount = rowCount.addingReportingOverflow(group.rowCount).partialValue
        }
        // Some writers leave the number in the footer at 0.
        guard metadata.rowCount == 0 || rowCount == metadata.rowCount else {
            throw S3DBError(
                .corruptFile, "the row groups have \(rowCount) rows together, and the file \(metadata.rowCount)")
        }
    }

    /// Throws where a range does not lie before the footer.
    func check(_ range: Range<Int>, _ what: String) throws(S3DBError) {
        guard range.lowerBound >= 0, range.upperBound <= end else {
            throw S3DBError(
                .corruptFile, "\(what) is said to stand at \(range), in a file whose footer begins at \(end)")
        }
    }

    /// Where a column chunk stands.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/limitExceeded``, or ``S3DBError/Code/unsupported`` for
    ///   a chunk in another file.
    func chunk(ofColumn leaf: Int, in group: Int) throws(S3DBError) -> Range<Int> {
        let chunk = metadata.rowGroups[group].columns[leaf]
        do throws(S3DBError) {
            if let path = chunk.filePath, !path.isEmpty {
                throw S3DBError(.unsupported, "the column chunk stands in the file \(S3DBError.quoted(path))")
            }
            guard chunk.byteCount <= limits.chunkByteCount else {
                throw S3DBError(
                    .limitExceeded,
                    "a column chunk of \(chunk.byteCount) bytes, where \(limits.chunkByteCount) are allowed"
                )
            }
            guard chunk.offset <= end, chunk.byteCount <= end - chunk.offset else {
                throw S3DBError(
                    .corruptFile,
                    "a column chunk of \(chunk.byteCount) bytes at \(chunk.offset), in a file whose footer begins at \(end)"
                )
            }
            let upper = chunk.offset + chunk.byteCount
            return chunk.offset..<(forgetsHeaders ? min(upper + Self.forgottenByteCount, end) : upper)
        } catch {
            throw error.located(in: .init(column: leaves[leaf].name))
        }
    }

    /// Whether the writer is one of these; the first of them did not tell their version.
    private static func forgetsHeaders(_ createdBy: String?) -> Bool {
        guard let createdBy, createdBy.hasPrefix("parquet-mr") else { return false }
        let numbers = createdBy.prefix(100).split { !$0.isNumber }.prefix(3).compactMap { Int($0) }
        return numbers.lexicographicallyPrecedes([1, 2, 9])
    }

    /// Checks that an offset index leads through its chunk.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``.
    func check(_ index: ParquetOffsetIndex, ofColumn leaf: Int, in group: Int) throws(S3DBError) {
        let range = try chunk(ofColumn: leaf, in: group)
        let rowCount = metadata.rowGroups[group].rowCount
        var offset = range.lowerBound
        var row = 0
        for (number, page) in index.pages.enumerated() {
            guard page.offset >= offset, page.offset <= range.upperBound,
                page.byteCount <= range.upperBound - page.offset, page.firstRow >= row, page.firstRow <= rowCount,
                number > 0 || page.firstRow == 0
            else {
                throw S3DBError(
                    .corruptFile, "page \(number) of row group \(group) does not stand where its index says",
                    at: .init(column: leaves[leaf].name))
            }
            offset = page.offset + page.byteCount
            row = page.firstRow
        }
    }

    /// The most bytes of a Bloom filter that are read.
    private static let bloomFilterByteLimit = 128 << 20

    /// Where a Bloom filter stands; nil where there is none that could be read. Where its size is not said, up to what
    /// stands behind it.
    func bloomFilter(ofColumn leaf: Int, in group: Int) -> Range<Int>? {
        let chunk = metadata.rowGroups[group].columns[leaf]
        guard let offset = chunk.bloomFilterOffset, offset > 0, offset < end else { return nil }
        let upper: Int
        if let byteCount = chunk.bloomFilterByteCount {
            guard byteCount <= end - offset else { return nil }
            upper = offset + byteCount
        } else {
            upper = nextStart(behind: offset)
        }
        return upper - offset <= Self.bloomFilterByteLimit ? offset..<upper : nil
    }

    /// The next of ``starts`` behind an offset, or the footer.
    private func nextStart(behind offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] > offset { high = middle } else { low = middle + 1 }
        }
        return low < starts.count ? min(starts[low], end) : end
    }

    private static func starts(_ metadata: ParquetMetadata) -> [Int] {
        let chunks = metadata.rowGroups.lazy.flatMap(\.columns)
        guard chunks.contains(where: { $0.bloomFilterOffset != nil && $0.bloomFilterByteCount == nil }) else {
            return []
        }
        return chunks.flatMap { chunk in
            [chunk.offset, chunk.bloomFilterOffset, chunk.columnIndex?.lowerBound, chunk.offsetIndex?.lowerBound]
        }.compactMap(\.self).sorted()
    }
}
