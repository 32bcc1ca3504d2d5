/// Finds out which rows of a table are which day's, by their start: what bounds tell is not read.
enum DayScan {
    /// The days of some rows, nil for all, with the rows of each.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` where rows do not come in the order of days, which is how this library and
    ///   the service before it write them; what the table throws.
    static func days(
        in table: any OpenTable, rows: Range<Int>?
    ) async throws(S3DBError) -> [(day: UTCDay, rows: Range<Int>)] {
        var scan = Scan()
        let name = OutputSchema.timeColumn
        guard table.schema.index(of: name) != nil else {
            throw S3DBError(.missingColumn, "the file has no column \(name)", remedy: "Every S3DB row needs its start")
        }
        let bounds = table.bounds(ofColumn: name) ?? [RowBounds(rows: 0..<Int.max, values: nil)]
        for bound in bounds {
            let wanted = rows.map { bound.rows.clamped(to: $0) } ?? bound.rows
            if wanted.isEmpty { continue }
            if let values = bound.values, number(values.lowerBound) == number(values.upperBound) {
                try scan.add(number(values.lowerBound), wanted)
                continue
            }
            let cursor = try await table.cursor(rows: wanted, columns: [name])
            var row = wanted.lowerBound
            while let batch = try await cursor.next() {
                try scan.add(try batch.column(name).cast(to: .int64), from: row)
                row += batch.rowCount
            }
        }
        return scan.days
    }

    /// The number of the day that a moment lies in.
    private static func number(_ seconds: Int64) -> Int64 {
        let length = Int64(UTCDay.secondCount)
        return seconds / length - (seconds % length < 0 ? 1 : 0)
    }

    private struct Scan {
        private(set) var days: [(day: UTCDay, rows: Range<Int>)] = []

        mutating func add(_ times: AnyColumn, from start: Int) throws(S3DBError) {
            if times.nullCount > 0 {
                throw S3DBError(
                    .nullValue, "a null in a column that allows none", at: .init(column: OutputSchema.timeColumn))
            }
            guard case .fixedWidth(let values) = try times.plain().storage else { return }
            let runs = values.withElements(of: Int64.self) { Self.runs($0.prefix(times.count)) }
            for run in runs { try add(run.number, start + run.rows.lowerBound..<start + run.rows.upperBound) }
        }

        private static func runs(
            _ values: Slice<UnsafeBufferPointer<Int64>>
        ) -> [(number: Int64, rows: Range<Int>)] {
            var runs: [(number: Int64, rows: Range<Int>)] = []
            var row = 0
            while row < values.count {
                let first = number(values[row])
                var end = row + 1
                while end < values.count && (values[end] == values[end - 1] || number(values[end]) == first) {
                    end += 1
                }
                runs.append((first, row..<end))
                row = end
            }
            return runs
        }

        mutating func add(_ number: Int64, _ rows: Range<Int>) throws(S3DBError) {
            guard let day = UTCDay(number: Int(number)) else {
                throw S3DBError(
                    .valueMisfit, "a start lies outside the calendar", at: .init(column: OutputSchema.timeColumn))
            }
            if let last = days.last, last.day == day {
                days[days.count - 1].rows = last.rows.lowerBound..<rows.upperBound
            } else if let last = days.last, day < last.day {
                throw S3DBError(
                    .unsupported,
                    "rows of \(day) stand behind rows of \(last.day), and nothing says which source they are of",
                    remedy: "Take a tree of days, or one that this tool made",
                    at: .init(column: OutputSchema.timeColumn))
            } else {
                days.append((day, rows))
            }
        }
    }
}
