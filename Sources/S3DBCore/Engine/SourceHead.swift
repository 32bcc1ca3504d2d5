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
            var reader = try await InflatingReader(headOf: info, in: store, spec: spec)
            var head = BufferBuilder()
            var isWhole = false
            var found: [Field]?
            while true {
                found = try spec.source.fields(inHead: head.bytes, isWhole: isWhole)
                if let found {
                    let values = needsRow ? try Self.firstRow(of: found, in: head.bytes, isWhole, spec: spec) : [:]
                    if values != nil || isWhole || head.count > Self.searchByteCount {
                        columns = found.map(\.name)
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
        of fields: [Field], in head: RawSpan, _ isWhole: Bool, spec: ValidatedSpec
    ) throws(S3DBError) -> [String: String]? {
        let schema = try Schema(fields.map { Field($0.name, $0.type) })
        let decoder = try spec.source.makeAnyDecoder(
            schema: schema, emptyIsNull: [], limits: RecordLimits(batchRowCount: 1))
        var values: [String: String]?
        _ = try decoder.decode(head, isLast: isWhole) { (batch) throws(S3DBError) in
            guard values == nil else { return }
            var row: [String: String] = [:]
            for (field, column) in zip(batch.schema.fields, batch.columns) {
                row[field.name] = column.firstText
            }
            values = row
        }
        return values
    }
}

extension AnyColumn {
    /// The first value as people read it; nil where it is null.
    fileprivate var firstText: String? {
        guard count > 0 else { return nil }
        let first = slice(0..<1)
        if let text = try? first.cast(to: .utf8).values(as: String.self) { return text[0] }
        if let number = try? first.cast(to: .int64).values(as: Int64.self) { return number[0].map(String.init) }
        if let number = try? first.cast(to: .float64).values(as: Double.self) { return number[0].map { "\($0)" } }
        if let flag = try? first.plain().values(as: Bool.self) { return flag[0].map(String.init) }
        return first.nullCount > 0 ? nil : "a value of \(type)"
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
