/// The checksums of a table's rows, section by section.
final class SectionChecksums: TableConsumer {
    /// The rows that each section has; those behind the last belong to none.
    private let rowCounts: [Int]
    private var section = 0
    private var sectionRowCount = 0

    /// The columns; nil before they are known.
    private(set) var schema: Schema?
    /// The checksums of each section.
    private(set) var sections: [TableChecksums] = []
    /// Rows behind the last section.
    private(set) var extraRowCount = 0

    init(rowCounts: [Int]) {
        self.rowCounts = rowCounts
    }

    func begin(_ schema: Schema) throws(S3DBError) {
        self.schema = schema
        sections = rowCounts.map { _ in TableChecksums(schema) }
    }

    func take(_ batch: RecordBatch) throws(S3DBError) {
        var start = 0
        while start < batch.rowCount {
            while section < rowCounts.count && sectionRowCount == rowCounts[section] {
                section += 1
                sectionRowCount = 0
            }
            guard section < sections.count else {
                extraRowCount += batch.rowCount - start
                return
            }
            let count = min(rowCounts[section] - sectionRowCount, batch.rowCount - start)
            let isWhole = count == batch.rowCount
            try sections[section].add(isWhole ? batch : batch.slice(start..<start + count))
            sectionRowCount += count
            start += count
        }
    }
}

/// How two tables differ.
enum TableDifference: Hashable, Sendable {
    /// Their columns have other names, types or places.
    case columns(String)
    /// They have other numbers of rows.
    case rowCount(Int, Int)
    /// These columns have other values.
    case values([String])

    /// The first thing that differs; nil where all is the same.
    init?(_ a: TableChecksums, _ b: TableChecksums) {
        if let difference = Self.schemaDifference(a.schema, b.schema) {
            self = .columns(difference)
        } else if a.rowCount != b.rowCount {
            self = .rowCount(a.rowCount, b.rowCount)
        } else {
            let names = a.columns.indices.filter { a.columns[$0] != b.columns[$0] }.map { a.schema.fields[$0].name }
            if names.isEmpty { return nil }
            self = .values(names)
        }
    }

    /// What two schemas do not have in common: names, types and order matter, and nothing else.
    static func schemaDifference(_ a: Schema, _ b: Schema) -> String? {
        let (here, there) = (a.fields.map(\.name), b.fields.map(\.name))
        let (missing, extra) = (there.filter { !here.contains($0) }, here.filter { !there.contains($0) })
        if !missing.isEmpty || !extra.isEmpty {
            let texts = [("lacks", missing), ("has", extra)].filter { !$0.1.isEmpty }
            return texts.map { "it \($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: ", and ")
        }
        if here != there { return "its columns stand in another order" }
        let others = zip(a.fields, b.fields).filter { $0.type != $1.type }
        if others.isEmpty { return nil }
        return others.map { "\($0.name) is \($0.type), not \($1.type)" }.joined(separator: ", ")
    }
}
