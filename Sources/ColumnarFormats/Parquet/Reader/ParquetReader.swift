import S3DBCore

/// Reads a Parquet file from anywhere: memory, a file, an object of a store.
///
///     let reader = try await ParquetReader(StoredObject(key, in: store), codecs: registry.codecs)
///     for try await batch in reader.batches { print(batch.rowCount) }
///
/// The footer is read first, then of each row group only the column chunks that are asked for, and with predicates only
/// the pages that may have rows for which they hold.
///
/// Nothing in a file is trusted: what contradicts the format is an error with the column and the place in the file, and
/// memory stays within ``ParquetReadOptions/limits``.
public struct ParquetReader<Source: RandomAccess>: Sendable {
    /// Where the file is read from.
    public let source: Source
    /// What the footer says.
    public let metadata: ParquetMetadata
    /// The schema of the batches: the columns that are read.
    public let schema: Schema
    /// How the file is read.
    public let options: ParquetReadOptions

    private let codecs: Registry.Plugins<any Codec>
    private let columns: [ColumnNode]
    let layout: FileLayout
    private let pruner: RowGroupPruner

    /// The bytes that are read at first; most footers fit.
    private static var tailByteCount: Int { 64 << 10 }

    /// Opens a file: reads its footer.
    ///
    /// - Parameter codecs: What pages are decompressed with, as in ``Registry/codecs``.
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/unsupported`` for an encrypted file or a type that is not
    ///   read, ``S3DBError/Code/missingColumn`` where the options name a column that is not there, and what reading throws.
    public init(
        _ source: Source, codecs: Registry.Plugins<any Codec>, options: ParquetReadOptions = ParquetReadOptions()
    ) async throws(S3DBError) {
        var byteCount = min(Self.tailByteCount, source.byteCount)
        var footer: RangeInFile?
        while footer == nil {
            let tail = try await source.read(source.byteCount - byteCount..<source.byteCount)
            footer = try Self.footer(in: tail, fileByteCount: source.byteCount, &byteCount)
        }
        try self.init(source, footer ?? RangeInFile(start: 0, bytes: Buffer()), codecs, options)
    }

    /// The bytes of a footer, and where they begin.
    private struct RangeInFile {
        var start: Int
        var bytes: Buffer
    }

    /// The footer in a file's last bytes; nil, with the number of those that are needed, where they are too few.
    private static func footer(
        in tail: Buffer, fileByteCount: Int, _ byteCount: inout Int
    ) throws(S3DBError) -> RangeInFile? {
        switch try ParquetFile.findFooter(inTail: tail.bytes, fileByteCount: fileByteCount) {
        case .needsTail(let needed):
            guard needed > byteCount, needed <= fileByteCount else {
                throw S3DBError(.corruptFile, "the file is too short for its footer")
            }
            byteCount = needed
            return nil
        case .found(let range):
            return RangeInFile(start: fileByteCount - tail.count + range.lowerBound, bytes: tail.slice(range))
        }
    }

    private init(
        _ source: Source, _ footer: RangeInFile, _ codecs: Registry.Plugins<any Codec>, _ options: ParquetReadOptions
    ) throws(S3DBError) {
        let metadata = try ParquetMetadata(footer: footer.bytes.bytes)
        try self.init(
            source, metadata, try FileLayout(metadata, end: footer.start, options.limits), codecs, options)
    }

    /// The same file, whose footer is not read again, with other options but for their limits.
    func with(_ options: ParquetReadOptions) throws(S3DBError) -> ParquetReader {
        try ParquetReader(source, metadata, layout, codecs, options)
    }

    private init(
        _ source: Source, _ metadata: ParquetMetadata, _ layout: FileLayout, _ codecs: Registry.Plugins<any Codec>,
        _ options: ParquetReadOptions
    ) throws(S3DBError) {
        self.source = source
        self.codecs = codecs
        self.options = options
        self.metadata = metadata
        self.layout = layout
        columns = try ColumnTree.columns(of: metadata.schema, options)
        schema = Schema(anyNames: columns.map(\.field))
        var predicates: [LeafPredicate] = []
        for predicate in options.predicates {
            predicates.append(try LeafPredicate(predicate, metadata, layout.leaves))
        }
        pruner = RowGroupPruner(
            layout: layout, predicates: predicates, leaves: columns.flatMap(\.leaves),
            wanted: try options.rows.map { (rows) throws(S3DBError) in
                try RowRanges.ranges(of: rows, inGroups: metadata.rowGroups.map(\.rowCount))
            })
        for group in options.rowGroups ?? [] where !metadata.rowGroups.indices.contains(group) {
            throw S3DBError(
                .invalidArgument, "there is no row group \(group)",
                remedy: "The file has \(metadata.rowGroups.count), counted from 0")
        }
    }

    /// The row groups that are read unless predicates leave them out.
    var groups: [Int] { options.rowGroups ?? Array(metadata.rowGroups.indices) }

    private func decoder(_ plan: RowGroupPlan, _ bytes: [Buffer]) throws(S3DBError) -> RowGroupDecoder {
        try RowGroupDecoder(
            plan, bytes, schema: schema, columns: columns, layout: layout, codecs: codecs, options: options)
    }

    // MARK: Asynchronous

    /// The batches of the file, in the order of its rows. Each iteration reads it anew.
    public var batches: ParquetBatches<Source> { ParquetBatches(reader: self) }

    /// Reads what is needed of a row group; nil where no row of it is wanted.
    func decoder(_ group: Int) async throws(S3DBError) -> RowGroupDecoder? {
        guard pruner.mayHold(group),
            try pruner.mayHold(group, try await read(pruner.filterRanges(group))),
            let plan = try pruner.plan(group, try await read(try pruner.indexRanges(group)))
        else { return nil }
        return try decoder(plan, try await read(plan.fileRanges))
    }

    private func read(_ ranges: [Range<Int>]) async throws(S3DBError) -> [Buffer] {
        if ranges.isEmpty { return [] }
        return try await source.read(ranges, by: options.coalescing)
    }

    /// The bounds of the pages of a column chunk; nil where the file has none.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` and what reading throws, as the following do.
    public func columnIndex(rowGroup: Int, column: Int) async throws(S3DBError) -> ParquetColumnIndex? {
        guard let range = try chunk(rowGroup, column).columnIndex else { return nil }
        try layout.check(range, "a page index")
        return try ParquetColumnIndex(parsing: try await source.read(range))
    }

    /// The places of the pages of a column chunk; nil where the file has none.
    public func offsetIndex(rowGroup: Int, column: Int) async throws(S3DBError) -> ParquetOffsetIndex? {
        guard let range = try chunk(rowGroup, column).offsetIndex else { return nil }
        try layout.check(range, "a page index")
        return try ParquetOffsetIndex(parsing: try await source.read(range))
    }

    /// The Bloom filter of a column chunk; nil where the file has none.
    public func bloomFilter(rowGroup: Int, column: Int) async throws(S3DBError) -> ParquetBloomFilter? {
        _ = try chunk(rowGroup, column)
        guard let range = layout.bloomFilter(ofColumn: column, in: rowGroup) else { return nil }
        return try ParquetBloomFilter(try await source.read(range))
    }

    /// A column chunk.
    func chunk(_ rowGroup: Int, _ column: Int) throws(S3DBError) -> ParquetMetadata.ColumnChunk {
        guard metadata.rowGroups.indices.contains(rowGroup), layout.leaves.indices.contains(column) else {
            throw S3DBError(.invalidArgument, "there is no column chunk \(column) in a row group \(rowGroup)")
        }
        return metadata.rowGroups[rowGroup].columns[column]
    }
}

// MARK: Files in memory

extension ParquetReader where Source == Buffer {
    /// Opens a file in memory; throws like ``init(_:codecs:options:)``.
    public init(
        inMemory bytes: Buffer, codecs: Registry.Plugins<any Codec>, options: ParquetReadOptions = ParquetReadOptions()
    ) throws(S3DBError) {
        var byteCount = min(Self.tailByteCount, bytes.count)
        var footer: RangeInFile?
        while footer == nil {
            let tail = bytes.slice(bytes.count - byteCount..<bytes.count)
            footer = try Self.footer(in: tail, fileByteCount: bytes.count, &byteCount)
        }
        try self.init(bytes, footer ?? RangeInFile(start: 0, bytes: Buffer()), codecs, options)
    }

    /// Decodes the file on this thread, and hands out its batches in the order of its rows.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` and others, and what `body` throws.
    public func forEachBatch(_ body: (RecordBatch) throws(S3DBError) -> Void) throws(S3DBError) {
        for group in groups {
            guard pruner.mayHold(group), try pruner.mayHold(group, slices(pruner.filterRanges(group))),
                let plan = try pruner.plan(group, slices(try pruner.indexRanges(group)))
            else { continue }
            var decoder = try self.decoder(plan, slices(plan.fileRanges))
            while let batch = try decoder.next() { try body(batch) }
        }
    }

    /// All batches of the file, in the order of its rows.
    public func readBatches() throws(S3DBError) -> [RecordBatch] {
        var batches: [RecordBatch] = []
        try forEachBatch { batches.append($0) }
        return batches
    }

    /// The ranges were checked to lie within the file.
    private func slices(_ ranges: [Range<Int>]) -> [Buffer] { ranges.map { source.slice($0) } }
}
