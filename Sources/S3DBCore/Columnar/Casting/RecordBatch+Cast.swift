extension RecordBatch {
    /// The columns of `schema`, in its order: matched by name, cast where no value changes, null where there is none.
    ///
    /// - Throws: ``S3DBError/Code/valueMisfit`` and ``S3DBError/Code/nullValue``, with the column.
    package func cast(to schema: Schema) throws(S3DBError) -> RecordBatch {
        var columns: [AnyColumn] = []
        for field in schema.fields {
            do throws(S3DBError) {
                if let index = self.schema.index(of: field.name) {
                    columns.append(try self.columns[index].cast(to: field.type))
                } else {
                    columns.append(try .checkedNulls(field.type, count: rowCount))
                }
            } catch {
                throw error.located(in: .init(column: field.name))
            }
        }
        return try RecordBatch(schema: schema, columns: columns, rowCount: rowCount)
    }
}
