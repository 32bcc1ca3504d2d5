import Foundation
import S3DBCore
import Testing

@Suite("UTC days and partitions")
struct UTCDayTests {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    @Test("every day of 1970 to 2100 is the calendar's")
    func days() throws {
        var day = UTCDay.epoch
        var count = 0
        while day.date.year <= 2100 {
            let date = day.date
            let components = Self.calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: TimeInterval(day.startSeconds)))
            guard components.year == date.year, components.month == date.month, components.day == date.day,
                UTCDay(year: date.year, month: date.month, day: date.day) == day, UTCDay(day.description) == day
            else {
                Issue.record("day \(day.number): \(date)")
                return
            }
            count += 1
            day = try #require(UTCDay(number: day.number + 1))
        }
        #expect(count == 47_847)
    }

    @Test("the ends of the calendar")
    func ends() {
        #expect(UTCDay(year: 1, month: 1, day: 1)?.number == UTCDay.numbers.lowerBound)
        #expect(UTCDay(year: 9999, month: 12, day: 31)?.number == UTCDay.numbers.upperBound)
        #expect(UTCDay(number: UTCDay.numbers.upperBound + 1) == nil)
        #expect(UTCDay(number: UTCDay.numbers.lowerBound - 1) == nil)
        #expect(UTCDay(startSeconds: .max) == nil)
        #expect(UTCDay(startSeconds: .min) == nil)
        for day in [0, 32, .min, .max] { #expect(UTCDay(year: 1994, month: 11, day: day) == nil) }
        #expect(UTCDay(startSeconds: -86_400)?.description == "1969-12-31")
    }

    @Test(
        "what is no date",
        arguments: [
            "", "2021-02-29", "2021-13-01", "2021-00-10", "2021-1-01", "2021-01-1", "21-01-01", "2021-01-32",
            "2021-01-01 ", "+021-01-01", "2021-01-01-01", "２021-01-01", "1900-02-29",
        ])
    func noDate(text: String) {
        #expect(UTCDay(text) == nil)
    }

    @Test("leap days")
    func leapDays() {
        for year in [1972, 2000, 2024] { #expect(UTCDay("\(year)-02-29") != nil) }
        #expect(UTCDay("2100-02-29") == nil)
    }

    @Test("each partition begins where it says and covers its days", arguments: PartitionSize.allCases)
    func partitions(size: PartitionSize) throws {
        var number = -800
        while number < 47_847 {
            let day = try #require(UTCDay(number: number))
            let hour = abs(number) % 24
            let partition = Partition(size: size, containing: day, hour: hour)
            #expect(Partition(size: size, startSeconds: partition.startSeconds) == partition)
            #expect(partition.days.contains(day))
            let length: Int =
                switch size {
                case .hour, .day: 1
                case .month:
                    try #require(
                        Self.calendar.range(
                            of: .day, in: .month,
                            for: Date(timeIntervalSince1970: TimeInterval(day.startSeconds)))
                    ).count
                case .year:
                    try #require(
                        Self.calendar.range(
                            of: .day, in: .year,
                            for: Date(timeIntervalSince1970: TimeInterval(day.startSeconds)))
                    ).count
                }
            #expect(partition.days.upperBound.number - partition.days.lowerBound.number + 1 == length)
            #expect(partition.hour == (size == .hour ? hour : 0))
            if size != .hour {
                let next = Partition(
                    size: size, containing: try #require(UTCDay(number: partition.days.upperBound.number + 1)))
                #expect(next.startSeconds == partition.startSeconds + Int64(length) * 86_400)
            }
            number += 13
        }
    }

    @Test("names and seconds between")
    func names() throws {
        let day = try #require(UTCDay("2021-06-15"))
        let texts = PartitionSize.allCases.map { Partition(size: $0, containing: day, hour: 20).description }
        #expect(texts == ["2021-06-15 20:00:00", "2021-06-15", "2021-06", "2021"])
        #expect(Partition(size: .hour, startSeconds: day.startSeconds + 1) == nil)
        #expect(Partition(size: .day, startSeconds: day.startSeconds + 3600) == nil)
        #expect(Partition(size: .month, startSeconds: day.startSeconds) == nil)
        #expect(Partition(size: .year, startSeconds: .max) == nil)
        #expect(Partition(size: .hour, startSeconds: -3600)?.description == "1969-12-31 23:00:00")
    }
}
