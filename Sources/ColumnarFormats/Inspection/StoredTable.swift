import S3DBCore

/// A Parquet or Arrow file in a store, whatever it is packed in: its bytes tell, not its name.
///
///     let table = try await StoredTable(ObjectKey("2020/month.arrow.zst"), in: store, codecs: registry.codecs)
///     let description = try await table.describe()
///     let rows = try await table.rows()
///     while let batch = try await rows.next() { use(batch) }
///
/// A Parquet file that is packed in an outer codec is in memory whole, as it is read in any order; everything else is read
/// as it is needed.
public struct StoredTable: Sendable {
    /// The object and what it is packed in.
    public let file: TableFile
    /// The format of what is within.
    public let format: TableFormat

    private let codecs: Registry.Plugins<any Codec>

    /// Opens an object: reads its first bytes.
    ///
    /// - Parameters:
    ///   - codecs: What it, its pages or its bodies may be compressed with.
    ///   - limits: The memory for what must be inflated whole.
    /// - Throws: ``S3DBError/Code/notFound``, ``S3DBError/Code/emptyObject``, ``S3DBError/Code/unsupported`` for what is no
    ///   such file, and what the store throws.
    public init(
        _ key: ObjectKey, in store: any ObjectStore, codecs: Registry.Plugins<any Codec>,
        limits: EngineLimits = EngineLimits()
    ) async throws(S3DBError) {
        let info = try await StoredObject(key, in: store).info
        self.codecs = codecs
        var found: TableFormat?
        file = try await TableFile(findingPackingOf: info, in: store, codecs: codecs, limits: limits) { head in
            found = TableFormat(head: head)
            return found != nil
        }
        // What is opened was found to be one of them.
        format = found ?? .parquet
    }

    /// The rows, in their order, as they are asked for.
    ///
    /// - Throws: What is wrong with the file or with the options.
    public func rows(_ options: TableReadOptions = TableReadOptions()) async throws(S3DBError) -> TableRows {
        guard format == .parquet else {
            // Files are read as the streams that they hold.
            let table = try await ArrowTableReader().open(file, codecs: codecs)
            let cursor = try await table.cursor(rows: nil, columns: options.readColumns)
            let read = options.readColumns.map(Set.init)
            let fields = table.schema.fields.filter { read?.contains($0.name) ?? true }
            return try TableRows(.other(cursor), Schema(anyNames: fields), options)
        }
        var readOptions = ParquetReadOptions()
        readOptions.columns = options.readColumns
        readOptions.predicates = options.predicates
        readOptions.batchRowCount = options.batchRowCount
        readOptions.parallelism = options.parallelism
        let reader = try await ParquetReader(try await file.randomAccess(), codecs: codecs, options: readOptions)
        return try TableRows(.parquet(reader.batches.makeAsyncIterator()), reader.schema, options)
    }

    /// What the file says of itself. Pages and bodies are passed over where they can be.
    ///
    /// - Throws: What is wrong with the file, and what reading it throws.
    public func describe() async throws(S3DBError) -> TableDescription {
        switch format {
        case .parquet: try await ParquetReader(try await file.randomAccess(), codecs: codecs).describe()
        case .arrowFile, .arrowStream: try await ArrowDescriber.description(of: file, format)
        }
    }

    /// Shows the pages of column chunks, or the buffers of columns in record batches, one chunk after the other.
    ///
    /// - Parameters:
    ///   - description: What ``describe()`` gave.
    ///   - groups: The numbers of row groups or record batches.
    ///   - columns: The numbers of columns in ``TableDescription/columns``.
    ///   - body: Takes the numbers of group and column, and the pages.
    /// - Throws: ``S3DBError/Code/invalidArgument`` for a number that is not there, what is wrong with the file, what
    ///   reading it throws, and what `body` throws.
    public func forEachChunk(
        _ description: TableDescription, groups: [Int], columns: [Int],
        _ body: (Int, Int, [TableDescription.Page]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        guard groups.allSatisfy({ description.groups.indices.contains($0) }),
            columns.allSatisfy({ description.columns.indices.contains($0) })
        else { throw S3DBError(.invalidArgument, "a group or column was asked for that is not there") }
        guard format == .parquet else {
            for group in groups {
                let chunks = description.groups[group].chunks
                for column in columns where chunks.indices.contains(column) {
                    try body(group, column, chunks[column].pages)
                }
            }
            return
        }
        let reader = try await ParquetReader(try await file.randomAccess(), codecs: codecs)
        for group in groups {
            for column in columns {
                try body(group, column, try await reader.describePages(group: group, column: column))
            }
        }
    }
}
