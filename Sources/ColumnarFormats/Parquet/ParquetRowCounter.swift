import S3DBCore

/// Keeps the last bytes of a file that passes, and reads the rows from the footer among them.
final class ParquetRowCounter: RowCounter {
    /// The most that is kept: footers of a year's days are a tenth of it.
    private static let tailByteLimit = 16 << 20

    private var tail = BufferBuilder()
    private var byteCount = 0

    func take(_ bytes: RawSpan) throws(S3DBError) {
        byteCount += bytes.byteCount
        if tail.count + bytes.byteCount > 2 * Self.tailByteLimit {
            tail.removeFirst(min(tail.count, max(0, tail.count + bytes.byteCount - Self.tailByteLimit)))
        }
        tail.append(bytes)
    }

    func finish() throws(S3DBError) -> Int? {
        let tail = tail.freeze()
        return switch try ParquetFile.findRows(inTail: tail.bytes, fileByteCount: byteCount) {
        case .found(let groups): groups.reduce(0) { $0 + $1.rowCount }
        // A longer footer than is kept.
        case .needsTail, .unknown: nil
        }
    }
}

extension ParquetFile {
    /// Finds the row groups in a file's last bytes.
    ///
    /// - Throws: What ``findFooter(inTail:fileByteCount:)`` throws, and ``S3DBError/Code/corruptFile`` for row groups
    ///   that do not lie in front of the footer, or that have other rows than the file.
    static func findRows(inTail tail: RawSpan, fileByteCount: Int) throws(S3DBError) -> RowLookup {
        switch try findFooter(inTail: tail, fileByteCount: fileByteCount) {
        case .needsTail(let byteCount): return .needsTail(byteCount)
        case .found(let range):
            let footer = try ParquetMetadata(footer: tail.extracting(range))
            let end = fileByteCount - (tail.byteCount - range.lowerBound)
            var extents: [SectionExtent] = []
            extents.reserveCapacity(footer.rowGroups.count)
            var rowCount = 0
            for group in footer.rowGroups {
                extents.append(SectionExtent(content: try content(of: group, before: end), rowCount: group.rowCount))
                let (sum, isOverflow) = rowCount.addingReportingOverflow(group.rowCount)
                guard !isOverflow else { throw corrupt("its row groups have more rows than can be counted") }
                rowCount = sum
            }
            guard rowCount == footer.rowCount else {
                throw corrupt("its row groups have \(rowCount) rows, and the file \(footer.rowCount)")
            }
            return .found(extents)
        }
    }

    /// The bytes from a row group's first column chunk to its last.
    private static func content(of group: ParquetMetadata.RowGroup, before end: Int) throws(S3DBError) -> Range<Int> {
        var content: Range<Int>?
        for chunk in group.columns {
            guard chunk.offset <= end, chunk.byteCount <= end - chunk.offset else {
                throw corrupt("a column chunk reaches into the footer")
            }
            let bytes = chunk.offset..<chunk.offset + chunk.byteCount
            content =
                content.map {
                    min($0.lowerBound, bytes.lowerBound)..<max($0.upperBound, bytes.upperBound)
                } ?? bytes
        }
        return content ?? 0..<0
    }

    private static func corrupt(_ problem: String) -> S3DBError {
        S3DBError(.corruptFile, "the footer contradicts itself: \(problem)", remedy: "Make the file anew")
    }
}
