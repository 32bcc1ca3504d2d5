import S3DBCore

/// Keeps the rows for which some predicates hold, all of them, exactly.
struct RowFilter: Sendable {
    private let conditions: [(column: Int, condition: ParquetPredicate.Condition)]

    /// - Throws: ``S3DBError/Code/missingColumn``, or ``S3DBError/Code/invalidArgument`` for a column whose values do not
    ///   compare with the constants.
    init(_ predicates: [ParquetPredicate], _ schema: Schema) throws(S3DBError) {
        var conditions: [(column: Int, condition: ParquetPredicate.Condition)] = []
        for predicate in predicates {
            guard let column = schema.index(of: predicate.column) else {
                throw S3DBError(
                    .missingColumn,
                    "a predicate names the column \(S3DBError.quoted(predicate.column)), which is not there",
                    remedy: "There are: " + schema.fields.map(\.name).joined(separator: ", "))
            }
            let nothing = AnyColumn.nulls(schema.fields[column].type, count: 0)
            do throws(S3DBError) {
                _ = try ColumnTest(predicate.condition).matches(nothing)
            } catch {
                throw error.located(in: .init(column: predicate.column))
            }
            conditions.append((column, predicate.condition))
        }
        self.conditions = conditions
    }

    /// The rows of a batch for which all holds.
    func filtered(_ batch: RecordBatch) throws(S3DBError) -> RecordBatch {
        guard let first = conditions.first else { return batch }
        var kept = try ColumnTest(first.condition).matches(batch.columns[first.column])
        for (column, condition) in conditions.dropFirst() {
            let matches = try ColumnTest(condition).matches(batch.columns[column])
            for row in kept.indices where !matches[row] { kept[row] = false }
        }
        let rows = kept.indices.filter { kept[$0] }.map { Int32(truncatingIfNeeded: $0) }
        return rows.count == batch.rowCount ? batch : batch.gather(rows)
    }
}
