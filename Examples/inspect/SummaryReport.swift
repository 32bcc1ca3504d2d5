import DriverKit
import S3DB

/// A file at a glance.
struct SummaryReport {
    private let name: String
    private let file: TableFile
    private let description: TableDescription
    private let provenance: Result<Provenance?, S3DBError>

    init(_ file: InspectedFile, _ description: TableDescription) {
        name = file.name
        self.file = file.table.file
        self.description = description
        provenance = Result { () throws(S3DBError) in try description.provenance() }
    }

    private var figures: [ColumnFigures] {
        description.columns.indices.map { ColumnFigures(description.chunks(ofColumn: $0)) }
    }

    // MARK: For programs

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", "summary"), .init("file", .string(name)),
            .init("codec", file.codec.map { .string($0.name) } ?? .null), .init("bytes", .number(file.info.byteCount)),
        ]
        members += description.jsonMembers
        members += [
            .init("columns", .array(description.columns.indices.map { description.json(ofColumn: $0) })),
            .init("row_groups", .array(description.groups.map(\.json))),
            .init("dictionaries", .array(description.dictionaries.map(\.json))),
            .init(
                "metadata",
                .array(description.metadata.map { ["key": .string($0.key), "value": .string($0.value)] })),
            .init("provenance", provenanceJSON),
        ]
        return .object(members)
    }

    private var provenanceJSON: JSONValue {
        guard case .success(let provenance?) = provenance else { return .null }
        return (try? JSONValue.parse(provenance.json.utf8Span.span.bytes)) ?? .null
    }

    // MARK: For people

    func text(width: Int?) -> String {
        var lines: [(String, String)] = [
            ("format", formatText), ("size", sizeText), ("rows", rowsText),
        ]
        if let dataText { lines.insert(("data", dataText), at: 2) }
        if let createdBy = description.createdBy { lines.append(("written by", createdBy.printable)) }
        let orders = Set(description.groups.map { $0.sortedBy.joined(separator: ", ") }).filter { !$0.isEmpty }
        if !orders.isEmpty { lines.append(("sorted by", orders.sorted().joined(separator: " or ").printable)) }
        if !description.dictionaries.isEmpty { lines.append(("dictionaries", dictionariesText)) }
        lines += provenanceLines
        if !description.metadata.isEmpty { lines.append(("metadata", metadataText)) }
        let title = lines.map { "  \($0.0.padded(to: 13))\($0.1)\n" }.joined()
        return "\(name.printable)\n\(title)\n" + columnTable.text(width: width)
    }

    private var formatText: String {
        var text = "\(description.format), version \(description.version)"
        if let codec = file.codec { text += ", in \(codec.name)\(file.isBlock ? " (a single block)" : "")" }
        return text
    }

    private var sizeText: String {
        let stored = file.info.byteCount
        guard file.codec != nil else { return ByteText.size(stored) }
        let ratio = Figure.ratio(stored, description.byteCount)
        return "\(ByteText.size(stored)), \(ByteText.size(description.byteCount)) unpacked (\(ratio))"
    }

    /// The bytes of all groups, and before compression; nil where that is the same.
    private var dataText: String? {
        let byteCount = sum(description.groups.map(\.byteCount))
        let contents = description.groups.compactMap(\.contentByteCount)
        guard contents.count == description.groups.count, sum(contents) != byteCount else { return nil }
        let ratio = Figure.ratio(byteCount, sum(contents))
        return "\(ByteText.size(byteCount)), \(ByteText.size(sum(contents))) before compression (\(ratio))"
    }

    private func sum(_ counts: [Int]) -> Int {
        counts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }

    private var rowsText: String {
        let groups = description.groups
        let count = Figure.count(groups.count, description.groupName)
        guard let least = groups.map(\.rowCount).min(), let most = groups.map(\.rowCount).max() else {
            return "\(ByteText.number(description.rowCount)) in \(count)"
        }
        let each = least == most ? ByteText.number(least) : "\(ByteText.number(least)) to \(ByteText.number(most))"
        return "\(ByteText.number(description.rowCount)) in \(count)" + (groups.count > 1 ? " of \(each)" : "")
    }

    private var dictionariesText: String {
        let all = description.dictionaries
        let ids = Set(all.map(\.id)).count
        let values = sum(all.map(\.valueCount))
        return "\(ByteText.number(ids)) in \(Figure.count(all.count, "message")), \(ByteText.number(values)) values"
    }

    private var provenanceLines: [(String, String)] {
        switch provenance {
        case .success(nil): return []
        case .failure(let error): return [("provenance", error.message)]
        case .success(let provenance?):
            let sources = provenance.sources
            var text =
                "\(Figure.count(provenance.sections.count, "section")) of \(Figure.count(sources.count, "source"))"
            if let first = sources.first?.key, let last = sources.last?.key {
                text += ", \(first.printable)" + (first == last ? "" : " to \(last.printable)")
            }
            return [("provenance", text), ("made by", "\(provenance.tool.printable), spec \(provenance.specHash)")]
        }
    }

    private var metadataText: String {
        description.metadata.map { "\($0.key.printable) (\(ByteText.size($0.value.utf8.count)))" }
            .joined(separator: ", ")
    }

    private var columnTable: TextTable {
        let isParquet = description.format == .parquet
        var table = TextTable(
            [
                ("column", .left), ("type", .left), ("nulls", .right), ("bytes", .right), ("share", .right),
                ("ratio", .right), ("compression", .left), ("encodings", .left),
            ]
                + (isParquet ? [("minimum", .left), ("maximum", .left), ("indexes", .left)] : []))
        let figures = figures
        let total = sum(figures.map(\.byteCount))
        for (column, figures) in zip(description.columns, figures) {
            var row = [
                column.name.printable, "\(column.type)".printable, Figure.number(figures.nullCount),
                ByteText.size(figures.byteCount), Figure.share(figures.byteCount, of: total),
                Figure.ratio(figures.byteCount, figures.contentByteCount),
                figures.compressions.joined(separator: " "), figures.encodings.joined(separator: " "),
            ]
            if isParquet {
                row += [
                    column.bounds?.minimum?.cell(limit: 24) ?? "", column.bounds?.maximum?.cell(limit: 24) ?? "",
                    figures.indexes.joined(separator: " "),
                ]
            }
            table.append(row)
        }
        return table
    }
}
