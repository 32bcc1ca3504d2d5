extension RecordBatch {
    /// Makes a batch of rows: a column for each property, nullable where it is optional.
    ///
    ///     struct Price: Codable { var node: String; var start: Date; var lmp: Double? }
    ///     let batch = try RecordBatch(rows: prices)
    ///
    /// Numbers keep their width, `Int` has 64 bits; `Date` becomes microseconds in UTC, `[UInt8]` and `Data` binary; arrays
    /// become lists, other types structures. Columns stand in the order in which rows encode their properties.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for no row, for rows that are no structures, or whose types differ from
    ///   row to row, and what encoding throws.
    public init(rows: some Sequence<some Encodable>) throws {
        let values = try rows.map { try RowEncoder.encode($0) }
        guard !values.isEmpty else {
            throw S3DBError(
                .invalidArgument, "no row says what columns there are",
                remedy: "Pass the schema: RecordBatch(rows:schema:)")
        }
        var type = RowType.unknown
        for value in values { type = try type.joined(try RowType(value)) }
        guard case .structure(let fields) = type.dataType else {
            throw S3DBError(.invalidArgument, "rows must be structures with a property for each column")
        }
        try self.init(values, schema: try Schema(fields))
    }

    /// Makes a batch of rows under a schema, whose columns rows may lack where these are nullable.
    ///
    /// - Throws: ``S3DBError/Code/missingColumn`` for a property that is no column, ``S3DBError/Code/valueMisfit``,
    ///   ``S3DBError/Code/nullValue``, ``S3DBError/Code/unsupported`` for a column type that rows are not written as, and
    ///   what encoding throws.
    public init(rows: some Sequence<some Encodable>, schema: Schema) throws {
        try self.init(try rows.map { try RowEncoder.encode($0) }, schema: schema)
    }

    private init(_ values: [RowValue], schema: Schema) throws(S3DBError) {
        let members = try RowColumns.members(values, .structure(schema.fields), schema.fields)
        var columns: [AnyColumn] = []
        for (field, values) in zip(schema.fields, members) {
            do throws(S3DBError) {
                columns.append(try RowColumns.column(field.type, values))
            } catch {
                throw error.located(in: .init(column: field.name))
            }
        }
        try self.init(schema: schema, columns: columns, rowCount: values.count)
    }

    /// The rows as values of a `Decodable` type, whose properties are found by the names of columns.
    ///
    /// Columns that the type does not ask for do not matter. Integers convert where they fit.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` for a column type that rows are not read from; `DecodingError` for a
    ///   missing column, a null in a property that is not optional, or a value of another type.
    public func rows<Row: Decodable>(as type: Row.Type = Row.self) throws -> [Row] {
        var readers: [(name: String, reader: RowReader)] = []
        for (field, column) in zip(schema.fields, columns) {
            do throws(S3DBError) {
                readers.append((field.name, try RowReader(column)))
            } catch {
                throw error.located(in: .init(column: field.name))
            }
        }
        return try (0..<rowCount).map { row in
            let values = readers.map { ($0.name, $0.reader.value(at: row)) }
            return try Row(from: RowDecoder(value: .structure(values), codingPath: []))
        }
    }
}
