import S3DBCore
import TestSupport
import Testing

@Suite("Rows of record batches")
struct RecordBatchRowsTests {
    private static let lengths = [1, 7, 8, 9, 63, 64, 65, 300]

    private func batch(_ count: Int) throws -> RecordBatch {
        let rows = 0..<count
        let texts: [String?] = rows.map { $0 % 5 == 3 ? nil : "row \($0 % 11) é" }
        let bytes: [[UInt8]] = rows.map { Array(repeating: UInt8($0 & 255), count: $0 % 20) }
        let flags: [Bool?] = rows.map { $0 % 7 == 0 ? nil : $0 % 3 == 0 }
        let small: [Int8?] = rows.map { $0 == 0 ? nil : Int8(truncatingIfNeeded: $0) }
        let medium: [Int16] = rows.map { Int16(truncatingIfNeeded: $0 * 7) }
        let floats: [Float] = rows.map { Float($0) }
        let doubles: [Double?] = rows.map { $0 == count - 1 ? nil : Double($0) / 3 }
        return try RecordBatch([
            NamedColumn("text", texts), NamedColumn("node", texts, as: .dictionary), NamedColumn("bytes", bytes),
            NamedColumn("flag", flags), NamedColumn("small", small), NamedColumn("medium", medium),
            NamedColumn("float", floats), NamedColumn("double", doubles),
        ])
    }

    /// The values of a batch as text, column by column.
    private func texts(_ batch: RecordBatch) throws -> [[String]] {
        try batch.columns.map { column in
            switch column.type {
            case .utf8: try column.values(as: String.self).map { "\($0 as Any)" }
            case .binary: try column.values(as: [UInt8].self).map { "\($0 as Any)" }
            case .bool: try column.values(as: Bool.self).map { "\($0 as Any)" }
            case .int8: try column.values(as: Int8.self).map { "\($0 as Any)" }
            case .int16: try column.values(as: Int16.self).map { "\($0 as Any)" }
            case .float32: try column.values(as: Float.self).map { "\($0 as Any)" }
            default: try column.values(as: Double.self).map { "\($0 as Any)" }
            }
        }
    }

    private func check(_ batch: RecordBatch, _ rows: [Int32], _ found: RecordBatch) throws {
        let all = try texts(batch)
        #expect(try texts(found) == all.map { column in rows.map { column[Int($0)] } })
        #expect(found.rowCount == rows.count)
        #expect(found.schema == batch.schema)
        _ = try RecordBatch(schema: found.schema, columns: found.columns, rowCount: found.rowCount)
    }

    @Test("a slice has the rows of its range", arguments: lengths)
    func slices(count: Int) throws {
        let batch = try batch(count)
        for (start, end) in [(0, 0), (0, count), (count, count), (count / 3, count), (count / 2, count / 2 + 1)] {
            try check(batch, (start..<max(start, end)).map(Int32.init), batch.slice(start..<max(start, end)))
        }
        let twice = batch.slice(count / 4..<count).slice(0..<(count - count / 4) / 2)
        let start = count / 4
        try check(batch, (start..<start + (count - start) / 2).map(Int32.init), twice)
    }

    @Test("gathers rows in runs, scattered, repeated and none", arguments: lengths)
    func gathers(count: Int) throws {
        var random = SeededGenerator.fresh()
        let batch = try batch(count)
        let all = (0..<Int32(count)).map { $0 }
        let last = Int32(count - 1)
        let choices = [
            [], all, all.reversed(), all.filter { $0 % 2 == 1 }, all.filter { $0 / 8 % 2 == 0 },
            all.filter { $0 / 24 % 3 == 1 }, [last], [0, 0, last, last], all + all,
            all.shuffled(using: &random), all.filter { _ in random.next() % 8 != 0 },
        ]
        for rows in choices {
            try check(batch, rows, batch.gather(rows))
            guard count > 1, rows.count > 1 else { continue }
            let sliced = batch.slice(1..<count)
            let inside = rows.filter { $0 < last }
            try check(sliced, inside, sliced.gather(inside))
        }
    }

    @Test("a dictionary is kept, not copied")
    func dictionaries() throws {
        let batch = try batch(100)
        guard case .dictionary(_, let original) = batch.columns[1].storage,
            case .dictionary(_, let gathered) = batch.gather([5, 1, 99]).columns[1].storage,
            case .dictionary(_, let sliced) = batch.slice(3..<9).columns[1].storage
        else {
            Issue.record("no dictionary")
            return
        }
        #expect(gathered === original)
        #expect(sliced.lineage === original.lineage)
    }

    @Test("nulls that are not chosen leave no validity")
    func validity() throws {
        let column = AnyColumn([1, nil, 3] as [Int64?])
        #expect(column.gather([0, 2]).validity == nil)
        #expect(column.slice(2..<3).validity == nil)
        #expect(column.gather([1]).nullCount == 1)
    }

    @Test("a dictionary can be written out", arguments: lengths)
    func plain(count: Int) throws {
        let texts: [String?] = (0..<count).map { $0 % 4 == 1 ? nil : String(repeating: "ä", count: $0 % 13) }
        let plain = try AnyColumn(texts, as: .dictionary).plain()
        guard case .variableLength = plain.storage else {
            Issue.record("\(plain.storage)")
            return
        }
        #expect(try plain.values(as: String.self) == texts)
        let numbers = ColumnDictionary(values: AnyColumn([10, 20, 30] as [Int16]))
        let column = try AnyColumn(
            type: .int16, count: 4,
            storage: .dictionary(indices: Buffer(copying: [2, 0, 1, 2] as [Int32]), numbers))
        #expect(try column.plain().values(as: Int16.self) == [30, 10, 20, 30])
        let flags = ColumnDictionary(values: AnyColumn([true, false]))
        let bits = try AnyColumn(
            type: .bool, count: 3, storage: .dictionary(indices: Buffer(copying: [1, 0, 0] as [Int32]), flags))
        #expect(try bits.plain().values(as: Bool.self) == [false, true, true])
        let none = try AnyColumn([nil, nil] as [String?], as: .dictionary).plain()
        #expect(try none.values(as: String.self) == [nil, nil])
    }
}
