import S3DBCore

/// Reads the values of a column chunk, batch by batch.
///
/// Unchecked: one task at a time uses a reader.
final class ColumnChunkReader: @unchecked Sendable {
    private let leaf: ParquetSchema.Leaf
    private let node: ColumnNode
    private let conversion: LeafConversion
    private let rules: PageValueRules
    private let limits: ParquetReadLimits
    private let decompressor: PageDecompressor
    private let collector: any ValueCollector
    /// Whether a value is a row, and definition levels say no more than whether it is null.
    private let isFlat: Bool

    private var source: PageSource
    private var dictionary: PageDictionary?
    private var page: DecodedPage?
    /// Where the page that was opened last stands in the file.
    private var pageOffset: Int?
    /// The row of the row group that is read next.
    private var row = 0
    /// What went wrong: nothing is read afterwards.
    private var failure: S3DBError?

    /// A page that is being read.
    private struct DecodedPage {
        var values: PageValues
        var definitions: LevelDecoder
        var repetitions: LevelDecoder
        /// The levels that are not read yet.
        var levelCount: Int
        /// The number of its first row, where others may have been left out before it.
        var firstRow: Int?
    }

    /// Levels that were read and whose values are not: of columns that are not flat.
    private var block = LevelBlock()
    /// The number of the first row in the block, where it begins a piece.
    private var blockRow: Int?

    /// - Throws: ``S3DBError/Code/unsupported`` for a compression that is not read.
    init(
        _ leaf: ParquetSchema.Leaf, _ node: ColumnNode, _ chunk: ParquetMetadata.ColumnChunk, _ pieces: [ChunkPiece],
        _ codecs: Registry.Plugins<any Codec>, _ options: ParquetReadOptions
    ) throws(S3DBError) {
        self.leaf = leaf
        self.node = node
        limits = options.limits
        rules = PageValueRules(leaf.node, limits)
        source = PageSource(pieces, checksPages: options.checksPages)
        var conversion = LeafConversion.none
        if case .leaf(let leafConversion) = node.shape { conversion = leafConversion }
        self.conversion = conversion
        let type = conversion.collectedType(node.field.type)
        collector = makeValueCollector(
            leaf.node, type: type, keepsDictionary: options.keepsDictionaries && conversion == .none,
            byteLimit: options.limits.batchByteCount)
        isFlat =
            leaf.maximumRepetitionLevel == 0
            && (leaf.maximumDefinitionLevel == 0
                || (leaf.maximumDefinitionLevel == 1 && leaf.node.repetition == .optional))
        do throws(S3DBError) {
            decompressor = try PageDecompressor(chunk.compression, codecs, limits)
        } catch {
            throw error.located(in: .init(column: leaf.name))
        }
    }

    /// The values at some rows, which lie behind all that were read before.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` and others, at the column and the page's place in the file.
    func read(_ rows: Range<Int>) throws(S3DBError) -> LeafBatch {
        if let failure { throw failure }
        do throws(S3DBError) {
            while row < rows.lowerBound { try skip(to: rows.lowerBound) }
            guard row == rows.lowerBound else {
                throw S3DBError(.corruptFile, "a page index does not lead to row \(rows.lowerBound)")
            }
            return try read(rows.count)
        } catch {
            let located = error.located(in: .init(column: leaf.name, byteOffset: pageOffset))
            failure = located
            throw located
        }
    }

    private func read(_ rowCount: Int) throws(S3DBError) -> LeafBatch {
        let batch = isFlat ? try readFlat(rowCount) : try readNested(rowCount)
        row += rowCount
        // The end of the last row shows only where the next begins, which may be behind pages that were left out.
        if let blockRow, block.isFull { row = max(row, blockRow) }
        return batch
    }

    // MARK: Flat columns

    private func readFlat(_ rowCount: Int) throws(S3DBError) -> LeafBatch {
        var validity = BitmapBuilder()
        var presentCount = 0
        var done = 0
        let isNullable = leaf.maximumDefinitionLevel > 0
        while done < rowCount {
            guard var page = try currentPage() else { throw tooFewRows }
            let step = min(page.levelCount, rowCount - done)
            self.page = nil
            var present = step
            if isNullable { present = try Self.readValidity(step, of: &page.definitions, into: &validity) }
            try collector.append(present, of: &page.values, dictionary)
            page.levelCount -= step
            self.page = page
            presentCount += present
            done += step
        }
        let bits = isNullable && presentCount < rowCount ? validity.freeze() : nil
        return LeafBatch(
            column: try column(bits, count: rowCount),
            levels: LeafLevels(definitions: Buffer(), repetitions: Buffer()))
    }

    /// Appends whether each of the next `count` values is there, and returns how many are.
    private static func readValidity(
        _ count: Int, of levels: inout LevelDecoder, into validity: inout BitmapBuilder
    ) throws(S3DBError) -> Int {
        switch levels {
        case .zero:
            validity.append(false, repeating: count)
            return 0
        case .hybrid(var decoder):
            let present = try decoder.decodeBits(count, into: &validity)
            levels = .hybrid(decoder)
            return present
        case .bitPacked:
            let block = LevelBlock()
            var present = 0
            var done = 0
            while done < count {
                let step = min(LevelBlock.capacity, count - done)
                try levels.decode(step, maximum: 1, into: block.definitions)
                for index in 0..<step { validity.append(block.definitions[index] == 1) }
                present += (0..<step).reduce(0) { $0 + Int(block.definitions[$1]) }
                done += step
            }
            return present
        }
    }

    private func column(_ validity: Bitmap?, count: Int) throws(S3DBError) -> AnyColumn {
        let storage = try collector.finish(validity, count: count)
        return try conversion.column(
            storage, type: node.field.type, validity: validity, count: count, storedWidth: leaf.node.valueByteCount)
    }

    // MARK: Nested columns

    private func readNested(_ rowCount: Int) throws(S3DBError) -> LeafBatch {
        var definitions = BufferBuilder()
        var repetitions = BufferBuilder()
        let hasLists = leaf.maximumRepetitionLevel > 0
        var started = 0
        while started < rowCount || hasLists {
            if block.isEmpty, !(try fillBlock()) { break }
            let taken = block.take(rowCount, &started, hasLists: hasLists)
            if taken.isEmpty { break }
            guard started > 0 else {
                throw S3DBError(.corruptFile, "a column chunk or page begins in the middle of a row")
            }
            try appendValues(taken)
            definitions.appendUnsafe(block.bytes(of: block.definitions, taken))
            if hasLists { repetitions.appendUnsafe(block.bytes(of: block.repetitions, taken)) }
            guard definitions.count / 2 <= limits.batchValueCount else {
                throw S3DBError(
                    .limitExceeded, "a batch of more than \(limits.batchValueCount) values",
                    remedy: "Read batches of fewer rows")
            }
        }
        guard started == rowCount else { throw tooFewRows }
        let levels = LeafLevels(definitions: definitions.freeze(), repetitions: repetitions.freeze())
        let validity = levels.definitions.withElements(of: UInt16.self) { self.validity(of: $0) }
        let bits = validity.setCount < validity.count ? validity : nil
        return LeafBatch(column: try column(bits, count: validity.count), levels: levels)
    }

    /// Takes the values of some levels in the block.
    private func appendValues(_ taken: Range<Int>) throws(S3DBError) {
        let maximum = UInt16(leaf.maximumDefinitionLevel)
        var present = 0
        for index in taken where block.definitions[index] == maximum { present += 1 }
        guard var page else { throw tooFewRows }
        self.page = nil
        try collector.append(present, of: &page.values, dictionary)
        self.page = page
    }

    /// Which of the places that lists above leave are not null.
    private func validity(of definitions: UnsafeBufferPointer<UInt16>) -> Bitmap {
        let maximum = UInt16(leaf.maximumDefinitionLevel)
        let element = UInt16(node.levels.element)
        var bits = BitmapBuilder()
        for definition in definitions where definition >= element { bits.append(definition == maximum) }
        return bits.freeze()
    }

    /// Reads levels into the empty block; false behind the last.
    private func fillBlock() throws(S3DBError) -> Bool {
        guard var page = try currentPage() else { return false }
        let step = min(LevelBlock.capacity, page.levelCount)
        self.page = nil
        blockRow = page.firstRow
        page.firstRow = nil
        try page.definitions.decode(step, maximum: leaf.maximumDefinitionLevel, into: block.definitions)
        try page.repetitions.decode(step, maximum: leaf.maximumRepetitionLevel, into: block.repetitions)
        page.levelCount -= step
        self.page = page
        block.fill(step)
        return true
    }

    // MARK: Pages

    /// The page that has levels that are not read; nil behind the last.
    private func currentPage() throws(S3DBError) -> DecodedPage? {
        while true {
            if let page, page.levelCount > 0 { return page }
            page = nil
            guard let next = try source.next() else { return nil }
            try open(next)
        }
    }

    private func open(_ page: PageSource.Page) throws(S3DBError) {
        pageOffset = page.offset
        switch page.header.kind {
        case .dictionary: try readDictionary(page)
        case .data: self.page = try decoded(page)
        case .dataV2: self.page = try decodedV2(page)
        // "Readers should ignore pages of types that they do not know" (parquet.thrift, `PageType`).
        default: break
        }
    }

    private func readDictionary(_ page: PageSource.Page) throws(S3DBError) {
        let header = page.header
        // With the pages that an offset index points at the dictionary comes once, as without.
        guard dictionary == nil else {
            throw S3DBError(.corruptFile, "a column chunk has two dictionaries")
        }
        guard header.encoding == .plain || header.encoding == .plainDictionary else {
            throw S3DBError(.unsupported, "dictionaries are not read in the encoding \(header.encoding)")
        }
        let content = try decompressor.content(of: page.body, contentByteCount: header.contentByteCount)
        dictionary = try PageDictionary(
            content, node: leaf.node, type: conversion.collectedType(node.field.type), count: header.valueCount)
    }

    private func decoded(_ page: PageSource.Page) throws(S3DBError) -> DecodedPage {
        let header = page.header
        var content = try decompressor.content(of: page.body, contentByteCount: header.contentByteCount)
        let repetitions = try LevelDecoder.take(
            from: &content, maximum: leaf.maximumRepetitionLevel, count: header.valueCount,
            header.repetitionLevelEncoding)
        let definitions = try LevelDecoder.take(
            from: &content, maximum: leaf.maximumDefinitionLevel, count: header.valueCount,
            header.definitionLevelEncoding)
        return DecodedPage(
            values: try rules.values(content, header.encoding, count: header.valueCount), definitions: definitions,
            repetitions: repetitions, levelCount: header.valueCount, firstRow: page.firstRow)
    }

    /// In pages of the second form levels are not compressed and stand behind each other without lengths.
    private func decodedV2(_ page: PageSource.Page) throws(S3DBError) -> DecodedPage {
        let header = page.header
        let (levelByteCount, overflow) = header.repetitionLevelByteCount.addingReportingOverflow(
            header.definitionLevelByteCount)
        guard !overflow, levelByteCount <= page.body.count, levelByteCount <= header.contentByteCount else {
            throw S3DBError(.corruptFile, "a page has more bytes of levels than bytes")
        }
        let repetitions = page.body.slice(0..<header.repetitionLevelByteCount)
        let definitions = page.body.slice(header.repetitionLevelByteCount..<levelByteCount)
        let content = try decompressor.content(
            of: page.body.slice(levelByteCount..<page.body.count),
            contentByteCount: header.contentByteCount - levelByteCount, isCompressed: header.isCompressed)
        return DecodedPage(
            values: try rules.values(content, header.encoding, count: header.valueCount),
            definitions: try Self.levels(definitions, maximum: leaf.maximumDefinitionLevel),
            repetitions: try Self.levels(repetitions, maximum: leaf.maximumRepetitionLevel),
            levelCount: header.valueCount, firstRow: page.firstRow)
    }

    private static func levels(_ bytes: Buffer, maximum: Int) throws(S3DBError) -> LevelDecoder {
        maximum == 0 ? .zero : .hybrid(try HybridDecoder(bytes, bitWidth: LevelDecoder.bitWidth(of: maximum)))
    }

    private var tooFewRows: S3DBError {
        S3DBError(.corruptFile, "a column chunk has fewer rows than its row group")
    }

    // MARK: Skipping

    /// The rows that are read at a time to be forgotten.
    private static let skippedRowCount = 16 << 10

    /// Passes over rows up to number `target`, or some of them.
    private func skip(to target: Int) throws(S3DBError) {
        let isBetweenPages = (page?.levelCount ?? 0) == 0 && block.isEmpty
        guard isBetweenPages else {
            let count = min(target - row, Self.skippedRowCount)
            _ = try read(isFlat ? min(count, page?.levelCount ?? count) : count)
            return
        }
        page = nil
        guard let next = try source.next() else { throw tooFewRows }
        if let firstRow = next.firstRow { row = max(row, firstRow) }
        let isData = next.header.kind == .data || next.header.kind == .dataV2
        if isFlat, isData, next.header.valueCount <= target - row {
            row += next.header.valueCount
        } else {
            try open(next)
        }
    }
}
