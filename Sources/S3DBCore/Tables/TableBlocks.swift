/// The content of a file from front to back, block after block. One owner at a time.
public final class TableBlocks {
    enum Source {
        /// The object's own bytes, so many at a time.
        case stored(any ObjectReader, limit: Int)
        /// What is in memory.
        case whole(Buffer)
        /// The prologue, then sections; the epilogue too where all of them are meant.
        case sections(SectionedContent, Range<Int>?)
        /// What a codec's stream holds.
        case inflating
    }

    private let source: Source
    private var inflating: InflatingReader?
    private let blockByteCount: Int
    /// The number of the next block.
    private var index = 0
    private var isAtEnd = false

    init(_ source: Source) {
        self.source = source
        blockByteCount = 0
    }

    init(inflating reader: consuming InflatingReader, blockByteCount: Int) {
        source = .inflating
        inflating = consume reader
        self.blockByteCount = blockByteCount
    }

    /// The next block, never an empty one; nil behind the last.
    ///
    /// - Throws: What the store and the codec throw.
    public func next() async throws(S3DBError) -> Buffer? {
        switch source {
        case .stored(let reader, let limit): return try await reader.read(limit: limit)
        case .whole(let content):
            defer { index = 1 }
            return index == 0 && !content.isEmpty ? content : nil
        case .sections(let content, let sections): return try await next(of: content, sections)
        case .inflating: return try await nextInflated()
        }
    }

    private func nextInflated() async throws(S3DBError) -> Buffer? {
        guard !isAtEnd, var reader = inflating.take() else { return nil }
        var block = BufferBuilder()
        isAtEnd = try await !reader.fill(&block, to: blockByteCount)
        inflating = consume reader
        return block.isEmpty ? nil : block.freeze()
    }

    private func next(of content: SectionedContent, _ sections: Range<Int>?) async throws(S3DBError) -> Buffer? {
        let numbers = sections ?? 0..<content.sectionCount
        while !isAtEnd {
            defer { index += 1 }
            if index == 0 { return content.prologue }
            let section = numbers.lowerBound + index - 1
            if section < numbers.upperBound {
                let block = try await content.section(section)
                if !block.isEmpty { return block }
                continue
            }
            isAtEnd = true
            if sections == nil, !content.epilogue.isEmpty { return content.epilogue }
        }
        return nil
    }
}

/// The content of a file in any order.
public struct TableBytes: RandomAccess {
    enum Source: Sendable {
        /// The object's own bytes.
        case stored(StoredObject)
        /// What is in memory.
        case whole(Buffer)
        /// What can be had part by part.
        case sections(SectionedContent)
    }

    private let source: Source

    init(_ source: Source) {
        self.source = source
    }

    /// The bytes of the content.
    public var byteCount: Int {
        switch source {
        case .stored(let object): object.byteCount
        case .whole(let bytes): bytes.count
        case .sections(let content): content.byteCount
        }
    }

    /// The bytes at `range`.
    public func read(_ range: Range<Int>) async throws(S3DBError) -> Buffer {
        switch source {
        case .stored(let object): try await object.read(range)
        case .whole(let bytes): try await bytes.read(range)
        case .sections(let content): try await content.read(range)
        }
    }
}
