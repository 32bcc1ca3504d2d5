import S3DBCore
import Testing

/// Columns of nulls, and types that have none.
@Suite struct NullColumnTests {
    private static let noMembers = DataType.union(.sparse, [])
    private static let shortRuns = DataType.runEndEncoded(
        ends: Field("run_ends", .int16, isNullable: false), values: Field("values", .utf8))

    @Test func typesWithoutSuchAColumnAreRefused() throws {
        let batch = try RecordBatch(
            schema: Schema([Field("a", .null)]), columns: [.nulls(.null, count: 40_000)], rowCount: 40_000)
        for type in [Self.noMembers, Self.shortRuns, .structure([Field("inner", Self.noMembers)])] {
            for name in ["a", "missing"] {
                let error = #expect(throws: S3DBError.self) { try batch.cast(to: Schema([Field(name, type)])) }
                #expect(error?.code == .valueMisfit)
                #expect(error?.location.column == name)
            }
        }
    }

    @Test func noRowsAreFine() throws {
        let batch = try RecordBatch(schema: Schema([]), columns: [], rowCount: 0)
        let cast = try batch.cast(to: Schema([Field("a", Self.noMembers), Field("b", Self.shortRuns)]))
        #expect(cast.columns.map(\.type) == [Self.noMembers, Self.shortRuns])
    }
}
