import Synchronization
import TestSupport
import Testing

@testable import S3DB

/// Updates of one partition keep their job's pace, on a clock that tests set.
@Suite struct LivePacingTests {
    private static let pacing = LivePacing(settle: .seconds(30), interval: .seconds(60), staleness: .seconds(100))

    private static func errand() throws -> LiveErrand {
        LiveErrand(
            job: "a", dataset: MemoryLake.dataset,
            span: Partition(size: .year, containing: try #require(UTCDay("2020-06-01"))))
    }

    /// The seconds at which updates begin when events come at some, each update taking `work` seconds.
    private static func starts(
        ofEventsAt events: [Int], work: Int = 1, _ pacing: LivePacing = pacing
    ) throws -> [(start: Int, events: Set<Int>)] {
        let (errand, begin) = (try errand(), ContinuousClock.now)
        var agenda = LiveAgenda()
        var starts: [(start: Int, events: Set<Int>)] = []
        var end: Int?
        for second in 0...(events.max() ?? 0) + 1000 {
            let now = begin + .seconds(second)
            if end == second {
                agenda.finish(errand)
                end = nil
            }
            for event in events where event == second {
                agenda.add(errand, deliveries: [event], pacing: pacing, at: now)
            }
            if let taken = agenda.take(at: now) {
                starts.append((second, taken.deliveries))
                end = second + work
            }
        }
        #expect(agenda.isEmpty)
        return starts
    }

    @Test func eventsThatArriveTogetherAreOneUpdate() throws {
        let starts = try Self.starts(ofEventsAt: [0, 10, 20])
        #expect(starts.map(\.start) == [50])
        #expect(starts.map(\.events) == [[0, 10, 20]])
    }

    @Test func aBusyPartitionIsUpdatedEverySoOften() throws {
        // Something comes every ten seconds: it never settles, so each wait ends with the bound.
        let busy = try Self.starts(ofEventsAt: Array(stride(from: 0, through: 600, by: 10)))
        #expect(busy.map(\.start).prefix(3) == [100, 210, 320])
        // Something comes just before it settles or the interval ends: both count.
        let regular = try Self.starts(ofEventsAt: Array(stride(from: 0, through: 600, by: 40)))
        #expect(regular.map(\.start).prefix(4) == [30, 110, 190, 270])
    }

    @Test func atOnceWaitsOnlyForTheUpdateThatRuns() throws {
        let starts = try Self.starts(ofEventsAt: [0, 2, 3, 4, 20], work: 5, .atOnce)
        #expect(starts.map(\.start) == [0, 5, 20])
        #expect(starts.map(\.events) == [[0], [2, 3, 4], [20]])
    }

    @Test("no event waits beyond the bound, no two updates begin within the interval, whatever comes when")
    func random() throws {
        var generator = SeededGenerator.fresh()
        for _ in 0..<50 {
            let settle = Int.random(in: 0...40, using: &generator)
            let interval = Int.random(in: 0...80, using: &generator)
            let staleness = max(settle, interval) + Int.random(in: 0...50, using: &generator)
            let work = Int.random(in: 1...20, using: &generator)
            let pacing = LivePacing(
                settle: .seconds(settle), interval: .seconds(interval), staleness: .seconds(staleness))
            try pacing.check()
            let events = Set((0..<100).map { _ in Int.random(in: 0...900, using: &generator) })
            let starts = try Self.starts(ofEventsAt: events.sorted(), work: work, pacing)
            #expect(starts.reduce(into: Set()) { $0.formUnion($1.events) } == events, "seed \(generator.seed)")
            for (start, events) in starts {
                let first = try #require(events.min())
                #expect(start - first <= staleness + work, "seed \(generator.seed): \(start), \(pacing)")
            }
            for (previous, next) in zip(starts, starts.dropFirst()) {
                #expect(next.start - previous.start >= interval, "seed \(generator.seed): \(next.start), \(pacing)")
            }
        }
    }

    @Test func whatAComparisonFoundDoesNotSettleButKeepsTheInterval() throws {
        let (errand, now) = (try Self.errand(), ContinuousClock.now)
        var agenda = LiveAgenda()
        agenda.add(errand, pacing: Self.pacing, at: now)
        #expect(agenda.take(at: now) != nil)
        agenda.finish(errand)
        agenda.add(errand, pacing: Self.pacing, at: now + .seconds(5))
        #expect(agenda.take(at: now + .seconds(59)) == nil)
        #expect(agenda.take(at: now + .seconds(60)) != nil)
    }

    @Test func tooMuchInHandEndsTheWait() throws {
        let (errand, now) = (try Self.errand(), ContinuousClock.now)
        var agenda = LiveAgenda()
        agenda.add(errand, deliveries: [1], pacing: Self.pacing, at: now)
        #expect(agenda.take(at: now) == nil)
        agenda.hurry()
        #expect(agenda.take(at: now)?.deliveries == [1])
    }

    @Test func aDeskKeepsThePaceByItsClock() async throws {
        let clock = Mutex(ContinuousClock.now)
        let desk = LiveDesk(attemptLimit: 3, receiveLimit: 3) { clock.withLock { $0 } }
        let errand = try Self.errand()
        let message = QueueMessage(id: "1", receipt: "", body: "", receiveCount: 1)
        await desk.accept([(EventDelivery(message: message, events: .success([])), [errand: Self.pacing])])
        let lane = Task { await desk.next() }
        for second in 0..<30 {
            await desk.serve()
            #expect(await desk.load.pendingCount == 1, "second \(second)")
            clock.withLock { $0 += .seconds(1) }
        }
        await desk.serve()
        let entry = try #require(await lane.value)
        let settled = await desk.finish(entry, failure: nil).settled
        #expect(settled.count == 1)
        #expect(await desk.isIdle)
    }

    @Test(arguments: [
        (LivePacing(settle: .seconds(10), interval: .zero, staleness: .seconds(9)), "within"),
        (LivePacing(settle: .zero, interval: .seconds(10), staleness: .seconds(9)), "within"),
        (LivePacing(settle: .zero, interval: .zero, staleness: .seconds(21_601)), "no times"),
        (LivePacing(settle: .seconds(-1), interval: .zero, staleness: .zero), "no times"),
    ])
    func whatCannotBeKeptIsRefused(pacing: LivePacing, part: String) throws {
        let error = #expect(throws: S3DBError.self) { try pacing.check() }
        #expect(error?.code == .invalidSpec)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func whatIsNamedStretchesTheBound() throws {
        #expect(LivePacing(of: .day) == .atOnce)
        let hourly = LivePacing(of: .year, interval: .seconds(3600))
        #expect(hourly == LivePacing(settle: .seconds(30), interval: .seconds(3600), staleness: .seconds(3600)))
        try hourly.check()
    }
}
