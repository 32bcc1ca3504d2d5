/// Columns of equal length under a schema: what sources give and sinks take.
public struct RecordBatch: Sendable {
    /// The columns' names and types.
    public let schema: Schema
    /// The columns, in schema order.
    public let columns: [AnyColumn]
    /// The number of rows.
    public let rowCount: Int

    /// Makes a batch.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` when number, types, lengths or nulls of the columns do not fit
    ///   the schema and each other.
    public init(schema: Schema, columns: [AnyColumn], rowCount: Int) throws(S3DBError) {
        guard columns.count == schema.fields.count else {
            throw S3DBError(
                .invalidArgument, "\(columns.count) columns for a schema of \(schema.fields.count)")
        }
        for (field, column) in zip(schema.fields, columns) {
            if column.type != field.type {
                throw S3DBError(
                    .invalidArgument, "a column of \(column.type) stands where the schema says \(field.type)",
                    at: .init(column: field.name))
            }
            if column.count != rowCount {
                throw S3DBError(
                    .invalidArgument, "\(column.count) values in a batch of \(rowCount) rows",
                    at: .init(column: field.name))
            }
            if !field.isNullable && column.nullCount > 0 {
                throw S3DBError(
                    .nullValue, "\(column.nullCount) nulls in a column that allows none",
                    at: .init(column: field.name))
            }
        }
        self.schema = schema
        self.columns = columns
        self.rowCount = rowCount
    }

    /// The column called `name`.
    ///
    /// - Throws: ``S3DBError/Code/missingColumn``.
    public func column(_ name: String) throws(S3DBError) -> AnyColumn {
        guard let index = schema.index(of: name) else {
            throw S3DBError(
                .missingColumn, "there is no column \(S3DBError.quoted(name))",
                remedy: "There are: " + schema.fields.map(\.name).joined(separator: ", "))
        }
        return columns[index]
    }
}
