import TestSupport
import Testing

@testable import S3DB

@Suite struct LiveAgendaTests {
    private static func errand(_ day: Int, job: String = "a") throws -> LiveErrand {
        LiveErrand(
            job: job, dataset: MemoryLake.dataset,
            span: Partition(size: .day, containing: try #require(UTCDay(number: day))))
    }

    private let now = ContinuousClock.now

    @Test func eventsForOnePartitionAreOneErrand() throws {
        var agenda = LiveAgenda()
        for delivery in 1...3 { agenda.add(try Self.errand(1), deliveries: [delivery], at: now) }
        agenda.add(try Self.errand(1, job: "b"), deliveries: [1], at: now)
        let taken = agenda.take(at: now)
        let first = try #require(taken)
        #expect(first.errand == (try Self.errand(1)) && first.deliveries == [1, 2, 3])
        #expect(agenda.take(at: now)?.errand.job == "b")
        #expect(agenda.take(at: now) == nil)
    }

    @Test func whatRunsIsRunAgainAfterwardsAndNeverBeside() throws {
        var agenda = LiveAgenda()
        agenda.add(try Self.errand(1), deliveries: [1], at: now)
        let taken = agenda.take(at: now)
        let first = try #require(taken)
        agenda.add(try Self.errand(1), deliveries: [2], at: now)
        #expect(agenda.take(at: now) == nil)
        agenda.finish(first.errand)
        #expect(agenda.take(at: now)?.deliveries == [2])
    }

    @Test func eventsComeBeforeWhatAComparisonFound() throws {
        var agenda = LiveAgenda()
        for day in 1...5 { agenda.add(try Self.errand(day), at: now) }
        agenda.add(try Self.errand(9), deliveries: [1], at: now)
        agenda.add(try Self.errand(4), deliveries: [2], at: now)
        var order: [Int?] = []
        while let entry = agenda.take(at: now) { order.append(entry.errand.span?.firstDay.number) }
        #expect(order == [9, 4, 1, 2, 3, 5])
    }

    @Test func whatFailedWaitsAndHoldsUpNothing() throws {
        var agenda = LiveAgenda()
        agenda.add(try Self.errand(1), deliveries: [1], at: now)
        let taken = agenda.take(at: now)
        let first = try #require(taken)
        agenda.retry(first, due: now + .seconds(60), at: now)
        agenda.finish(first.errand)
        agenda.add(try Self.errand(1), deliveries: [2], at: now)
        agenda.add(try Self.errand(2), deliveries: [3], at: now)
        #expect(agenda.take(at: now)?.errand == (try Self.errand(2)))
        #expect(agenda.take(at: now + .seconds(59)) == nil && !agenda.isEmpty)
        let again = agenda.take(at: now + .seconds(60))
        #expect(again?.deliveries == [1, 2] && again?.attemptCount == 1)
    }

    @Test("each delivery is in exactly one place, whatever the order of things")
    func random() throws {
        var generator = SeededGenerator.fresh()
        for _ in 0..<50 {
            var agenda = LiveAgenda()
            var running: [LiveAgenda.Entry] = []
            var time = now
            var open: [LiveErrand: Set<Int>] = [:]
            var number = 0
            for _ in 0..<400 {
                switch Int.random(in: 0..<5, using: &generator) {
                case 0, 1:
                    let errand = try Self.errand(Int.random(in: 0..<8, using: &generator))
                    number += 1
                    let deliveries: Set<Int> = Bool.random(using: &generator) ? [number] : []
                    let pacing = LivePacing(
                        settle: .seconds(Int.random(in: 0...3, using: &generator)),
                        interval: .seconds(Int.random(in: 0...4, using: &generator)), staleness: .seconds(5))
                    agenda.add(errand, deliveries: deliveries, pacing: pacing, at: time)
                    open[errand, default: []].formUnion(deliveries)
                case 2: time += .seconds(1)
                case 3:
                    guard let entry = agenda.take(at: time) else { continue }
                    #expect(!running.contains { $0.errand == entry.errand }, "seed \(generator.seed)")
                    #expect(entry.deliveries.isSubset(of: open[entry.errand] ?? []), "seed \(generator.seed)")
                    running.append(entry)
                default:
                    guard !running.isEmpty else { continue }
                    let entry = running.remove(at: Int.random(in: 0..<running.count, using: &generator))
                    if Bool.random(using: &generator) {
                        agenda.retry(entry, due: time + .seconds(2), at: time)
                    } else {
                        open[entry.errand]?.subtract(entry.deliveries)
                    }
                    agenda.finish(entry.errand)
                }
            }
            for entry in running {
                open[entry.errand]?.subtract(entry.deliveries)
                agenda.finish(entry.errand)
            }
            while let entry = agenda.take(at: time + .seconds(10)) {
                open[entry.errand]?.subtract(entry.deliveries)
                agenda.finish(entry.errand)
            }
            #expect(agenda.isEmpty && open.values.allSatisfy(\.isEmpty), "seed \(generator.seed)")
        }
    }
}
