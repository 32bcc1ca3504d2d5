import Testing

@testable import S3DBCore

@Suite struct SectionSpanTests {
    private static func spans(_ days: [String], _ span: SectionSpan) throws -> [Int] {
        let sources = try days.map { text in
            let day = try #require(UTCDay(text))
            return ConversionJob.Source(
                day: day, info: ObjectInfo(key: try ObjectKey(text), byteCount: 1, version: VersionToken("1")))
        }
        let first = try #require(sources.first)
        let job = ConversionJob(
            dataset: try #require(DatasetID("a/b")), span: Partition(size: .year, containing: first.day),
            sources: sources, outputs: [], metadata: nil)
        return job.spans(by: span).map(\.count)
    }

    @Test func weeksBeginOnMondays() throws {
        // 2024-01-01 and 1900-01-01 were Mondays.
        for (year, month) in [("2024", "01"), ("1900", "01")] {
            let days = (1...15).map { "\(year)-\(month)-\($0 < 10 ? "0" : "")\($0)" }
            #expect(try Self.spans(days, .week) == [7, 7, 1])
        }
        #expect(try Self.spans(["2020-06-06", "2020-06-07", "2020-06-08", "2020-06-14"], .week) == [2, 2])
        // Around day 0, a Thursday.
        #expect(try Self.spans(["1969-12-28", "1969-12-29", "1970-01-04", "1970-01-05"], .week) == [1, 2, 1])
    }

    @Test func daysAndMonthsAreThoseOfTheCalendar() throws {
        let days = ["2020-01-30", "2020-01-31", "2020-02-01", "2020-12-31", "2021-12-31"]
        #expect(try Self.spans(days, .month) == [2, 1, 1, 1])
        #expect(try Self.spans(days, .day) == [1, 1, 1, 1, 1])
    }

    @Test(
        arguments: [
            (60_000, SectionSpan.day, nil), (8_000, .day, "week"), (2_000, .day, "month"), (8_000, .week, nil),
            (10, .day, "month"), (10, .month, nil),
        ] as [(Int, SectionSpan, String?)])
    func aBetterSpanIsNamed(rowsOfADay: Int, span: SectionSpan, better: String?) throws {
        let spec = ConversionSpec(format: "parquet", codec: "sz", layout: "athena", size: .year, span: span)
        let dataset = try #require(DatasetID("a/b"))
        let sections = (0..<10).map { day in
            Provenance.Section(sources: [.init(key: "\(day)", token: VersionToken("1"))], rowCount: rowsOfADay)
        }
        let standing = Provenance(tool: "", spec: "", schemaHash: "", extraColumns: [], sections: sections)
        let warning = SpanAdvice.warning(spec, dataset: dataset, standing: [standing], sources: [])
        #expect(warning?.contains("--span \(better ?? "")") == (better == nil ? nil : true))
    }
}
