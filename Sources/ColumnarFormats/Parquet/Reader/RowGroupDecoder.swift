import S3DBCore

/// Decodes the rows of a row group, batch by batch.
struct RowGroupDecoder: Sendable {
    private let schema: Schema
    private let columns: [ColumnNode]
    private let readers: [(leaf: Int, reader: ColumnChunkReader)]
    /// The rows that are not read yet.
    private var rows: ArraySlice<Range<Int>>
    private let batchRowCount: Int

    /// - Parameter bytes: Those of the plan's file ranges.
    /// - Throws: ``S3DBError/Code/unsupported`` for a compression that is not read.
    init(
        _ plan: RowGroupPlan, _ bytes: [Buffer], schema: Schema, columns: [ColumnNode], layout: FileLayout,
        codecs: Registry.Plugins<any Codec>, options: ParquetReadOptions
    ) throws(S3DBError) {
        self.schema = schema
        self.columns = columns
        var nodes: [Int: ColumnNode] = [:]
        for column in columns { column.forEachLeaf { nodes[$0] = $1 } }
        var readers: [(leaf: Int, reader: ColumnChunkReader)] = []
        for (chunk, pieces) in zip(plan.chunks, plan.pieces(bytes)) {
            guard let node = nodes[chunk.leaf] else { continue }
            let reader = try ColumnChunkReader(
                layout.leaves[chunk.leaf], node, layout.metadata.rowGroups[plan.group].columns[chunk.leaf], pieces,
                codecs, options)
            readers.append((chunk.leaf, reader))
        }
        self.readers = readers
        rows = plan.rows.ranges[...]
        // Rows without columns take no memory, however many a file claims.
        batchRowCount = columns.isEmpty ? .max : max(1, options.batchRowCount)
    }

    /// The rows of the next batch; nil behind the last.
    private mutating func nextRows() -> Range<Int>? {
        guard let range = rows.first else { return nil }
        let count = min(batchRowCount, range.count)
        if count == range.count {
            rows.removeFirst()
        } else {
            rows[rows.startIndex] = range.lowerBound + count..<range.upperBound
        }
        return range.lowerBound..<range.lowerBound + count
    }

    /// The next batch; nil behind the last.
    mutating func next() throws(S3DBError) -> RecordBatch? {
        guard let rows = nextRows() else { return nil }
        return try batch(try Self.read(readers, rows), rows)
    }

    /// The next batch, its columns decoded by up to `width` tasks; nil behind the last.
    mutating func next(width: Int) async throws(S3DBError) -> RecordBatch? {
        guard width > 1, readers.count > 1 else { return try next() }
        guard let rows = nextRows() else { return nil }
        let readers = readers
        do {
            let leaves = try await withThrowingTaskGroup(of: [Int: LeafBatch].self) { group in
                let taskCount = min(width, readers.count)
                for task in 0..<taskCount {
                    group.addTask {
                        let share = stride(from: task, to: readers.count, by: taskCount).map { readers[$0] }
                        return try Self.read(share, rows)
                    }
                }
                var leaves: [Int: LeafBatch] = [:]
                for try await share in group { leaves.merge(share) { first, _ in first } }
                return leaves
            }
            return try batch(leaves, rows)
        } catch {
            throw error as? S3DBError ?? S3DBError(.cancelled, "reading was cancelled")
        }
    }

    private static func read(
        _ readers: [(leaf: Int, reader: ColumnChunkReader)], _ rows: Range<Int>
    ) throws(S3DBError) -> [Int: LeafBatch] {
        var leaves: [Int: LeafBatch] = [:]
        for (leaf, reader) in readers {
            if Task.isCancelled { throw S3DBError(.cancelled, "reading was cancelled") }
            leaves[leaf] = try reader.read(rows)
        }
        return leaves
    }

    private func batch(_ leaves: [Int: LeafBatch], _ rows: Range<Int>) throws(S3DBError) -> RecordBatch {
        let assembly = ColumnAssembly(leaves: leaves)
        var output: [AnyColumn] = []
        for column in columns {
            let assembled = try assembly.column(column)
            guard assembled.count == rows.count else {
                throw S3DBError(
                    .corruptFile, "a column has \(assembled.count) values for \(rows.count) rows",
                    at: .init(column: column.field.name))
            }
            output.append(assembled)
        }
        return try RecordBatch(schema: schema, columns: output, rowCount: rows.count)
    }
}
