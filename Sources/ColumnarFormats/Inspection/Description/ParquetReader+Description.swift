import S3DBCore

/// The bytes that the names of all leaf columns may have.
private let nameByteLimit = 64 << 20

extension ParquetReader {
    /// What the footer says.
    func describe() throws(S3DBError) -> TableDescription {
        var description = TableDescription(.parquet)
        description.version = "\(metadata.version)"
        description.createdBy = metadata.createdBy
        description.byteCount = source.byteCount
        description.rowCount = metadata.rowCount
        description.schema = schema
        description.parquetSchema = metadata.schema
        description.metadata = metadata.keyValues
        // Many leaves below a group of a long name would make more of it than the file has.
        guard layout.leaves.lazy.flatMap(\.path).map(\.utf8.count).clampedSum <= nameByteLimit else {
            throw S3DBError(.limitExceeded, "the names of the columns have more than \(nameByteLimit) bytes")
        }
        var bounds: [LeafBounds] = []
        for (number, leaf) in layout.leaves.enumerated() {
            let leafBounds = try LeafBounds(leaf.node)
            description.columns.append(
                TableDescription.Column(
                    name: leaf.name, type: leafBounds.type, storedAs: leaf.node.storedAs,
                    isNullable: leaf.maximumDefinitionLevel > 0,
                    bounds: leafBounds.bounds(ofAll: metadata.rowGroups.lazy.map { $0.columns[number] })))
            bounds.append(leafBounds)
        }
        description.groups = metadata.rowGroups.indices.map { group($0, bounds) }
        return description
    }

    private func group(_ number: Int, _ bounds: [LeafBounds]) -> TableDescription.Group {
        let group = metadata.rowGroups[number]
        var output = TableDescription.Group()
        output.rowCount = group.rowCount
        output.byteOffset = group.columns.map(\.offset).min()
        output.byteCount = group.columns.map(\.byteCount).clampedSum
        output.contentByteCount = group.columns.map(\.contentByteCount).clampedSum
        output.sortedBy = group.sortingColumns.map { sorting in
            let isKnown = layout.leaves.indices.contains(sorting.column)
            let name = isKnown ? layout.leaves[sorting.column].name : "column \(sorting.column)"
            return "\(name) \(sorting.isDescending ? "desc" : "asc") nulls \(sorting.nullsFirst ? "first" : "last")"
        }
        output.chunks = group.columns.indices.map { chunk($0, in: number, bounds[$0]) }
        return output
    }

    private func chunk(_ column: Int, in group: Int, _ bounds: LeafBounds) -> TableDescription.Chunk {
        let chunk = metadata.rowGroups[group].columns[column]
        var output = TableDescription.Chunk()
        output.column = column
        output.byteOffset = chunk.offset
        output.byteCount = chunk.byteCount
        output.contentByteCount = chunk.contentByteCount
        output.compression = chunk.compression == .uncompressed ? nil : "\(chunk.compression)"
        output.encodings = chunk.encodings.map(\.description)
        output.valueCount = chunk.valueCount
        output.nullCount = chunk.statistics.nullCount
        output.distinctCount = chunk.statistics.distinctCount
        output.nanCount = chunk.statistics.nanCount
        output.bounds = bounds.bounds(chunk.statistics)
        if let offset = chunk.dictionaryPageOffset, offset > 0 { output.dictionaryByteOffset = offset }
        if let index = chunk.columnIndex { output.indexes.append(("column-index", index.count)) }
        if let index = chunk.offsetIndex { output.indexes.append(("offset-index", index.count)) }
        if let filter = layout.bloomFilter(ofColumn: column, in: group) {
            output.indexes.append(("bloom-filter", filter.count))
        }
        return output
    }

    /// The pages of a column chunk, with what its indexes know of them.
    func describePages(group: Int, column: Int) async throws(S3DBError) -> [TableDescription.Page] {
        let headers = try await pages(rowGroup: group, column: column)
        let columnIndex = try await columnIndex(rowGroup: group, column: column)
        let offsetIndex = try await offsetIndex(rowGroup: group, column: column)
        let bounds = try LeafBounds(layout.leaves[column].node)
        var places: [Int: Int] = [:]
        for (number, page) in (offsetIndex?.pages ?? []).enumerated() { places[page.offset] = number }
        return headers.map { offset, header in
            var page = TableDescription.Page(header, at: offset, bounds)
            guard let number = places[offset], let location = offsetIndex?.pages[number] else { return page }
            page.firstRow = location.firstRow
            if let columnIndex, columnIndex.nullPages.indices.contains(number) {
                page.note(columnIndex, number, bounds)
            }
            return page
        }
    }
}

extension TableDescription.Page {
    fileprivate init(_ header: ParquetPageHeader, at offset: Int, _ bounds: LeafBounds) {
        kind = "\(header.kind)"
        byteOffset = offset
        byteCount = header.byteCount
        contentByteCount = header.contentByteCount
        encoding = "\(header.encoding)"
        valueCount = header.valueCount
        rowCount = header.rowCount
        nullCount = header.nullCount ?? header.statistics.nullCount
        self.bounds = bounds.bounds(header.statistics)
        checksum = header.checksum
    }

    /// Takes over what a column index knows.
    fileprivate mutating func note(_ index: ParquetColumnIndex, _ number: Int, _ bounds: LeafBounds) {
        if index.nullCounts.indices.contains(number) { nullCount = Int(clamping: index.nullCounts[number]) }
        if !index.nullPages[number] {
            self.bounds = bounds.bounds(index.minimums[number], index.maximums[number]) ?? self.bounds
        }
    }
}

extension ParquetSchema.Node {
    /// Physical and logical type, such as `INT64 TIMESTAMP(us, UTC)`.
    public var storedAs: String {
        let physical =
            physicalType.map { $0 == .fixedLengthByteArray ? "\($0.name)(\(typeByteCount))" : $0.name } ?? ""
        return [physical, logicalType?.description ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension ParquetPhysicalType {
    /// The name in parquet.thrift.
    public var name: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int32: "INT32"
        case .int64: "INT64"
        case .int96: "INT96"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .byteArray: "BYTE_ARRAY"
        case .fixedLengthByteArray: "FIXED_LEN_BYTE_ARRAY"
        }
    }
}
