/// The first bytes of a source: its columns and, where asked for, the first value of each.
struct SourceHead: Sendable {
    /// The names of the columns, in the source's order.
    let columns: [String]
    /// The text of the first row's fields by column; empty where it was not asked for or there is no row.
    private(set) var firstValues: [String: String] = [:]

    /// The most inflated bytes that are read to find a header or a row.
    static let searchByteCount = 64 << 20

    /// Reads as little of a source as it takes.
    init(
        of info: ObjectInfo, in store: any ObjectStore, spec: ValidatedSpec, needsRow: Bool = false
    ) async throws(S3DBError) {
        do throws(S3DBError) {
            var reader = try InflatingReader(headOf: info, in: store, codec: spec.sourceCodec)
            var head = BufferBuilder()
            var isWhole = false
            var found: [String]?
            while true {
                found = try spec.source.columnNames(inHead: head.bytes, isWhole: isWhole)
                if let found {
                    let values = needsRow ? try Self.firstRow(of: found, in: head.bytes, isWhole, spec: spec) : [:]
                    if values != nil || isWhole || head.count > Self.searchByteCount {
                        columns = found
                        firstValues = values ?? [:]
                        return
                    }
                }
                if head.count > Self.searchByteCount {
                    throw S3DBError(.limitExceeded, "no header within \(Self.searchByteCount) bytes")
                }
                isWhole = try await !reader.fill(&head, to: max(8 << 10, 2 * head.count))
            }
        } catch {
            throw error.located(in: .init(key: info.key.text))
        }
    }

    private static func firstRow(
        of columns: [String], in head: RawSpan, _ isWhole: Bool, spec: ValidatedSpec
    ) throws(S3DBError) -> [String: String]? {
        let schema = try Schema(columns.map { Field($0, .utf8) })
        let decoder = try spec.source.makeAnyDecoder(
            schema: schema, emptyIsNull: [], limits: RecordLimits(batchRowCount: 1))
        var values: [String: String]?
        _ = try decoder.decode(head, isLast: isWhole) { (batch) throws(S3DBError) in
            guard values == nil else { return }
            var row: [String: String] = [:]
            for (field, column) in zip(batch.schema.fields, batch.columns) {
                row[field.name] = try column.values(as: String.self).first ?? nil
            }
            values = row
        }
        return values
    }
}

extension RecordSource {
    /// A decoder without its type.
    func makeAnyDecoder(
        schema: Schema, emptyIsNull: Set<String>, limits: RecordLimits
    ) throws(S3DBError) -> any RecordDecoder {
        try makeDecoder(schema: schema, emptyIsNull: emptyIsNull, limits: limits)
    }
}
