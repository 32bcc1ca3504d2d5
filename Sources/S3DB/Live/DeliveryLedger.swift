import S3DBCore

/// The deliveries that a listener has in hand, and how many errands each still waits for.
struct DeliveryLedger {
    /// What is to be said to the source of events about a delivery.
    enum Ending: Sendable {
        /// All that followed from it is durable.
        case acknowledge
        /// It fails for good, or failed too often.
        case reject(QueueMessage.Reason)
        /// It is to come again.
        case release
    }

    /// A delivery that is done with here.
    struct Settled: Sendable {
        var delivery: EventDelivery
        var ending: Ending
    }

    private struct Open {
        var delivery: EventDelivery
        var errandCount: Int
        /// The failure that decides, where there is one.
        var failure: S3DBError?
        var isUndone = false
    }

    private var open: [Int: Open] = [:]
    private var lastNumber = 0

    /// After how many deliveries one that keeps failing is rejected.
    let receiveLimit: Int

    init(receiveLimit: Int) {
        self.receiveLimit = receiveLimit
    }

    /// How many deliveries are in hand.
    var count: Int { open.count }

    /// The deliveries in hand, to be kept from others.
    var deliveries: [EventDelivery] { open.values.map(\.delivery) }

    /// Takes a delivery in hand until its errands are done, one at least; returns its number.
    mutating func take(_ delivery: EventDelivery, errandCount: Int) -> Int {
        lastNumber += 1
        open[lastNumber] = Open(delivery: delivery, errandCount: errandCount)
        return lastNumber
    }

    /// Lets a delivery wait for further errands, which came out of one of its own.
    mutating func extend(_ numbers: Set<Int>, by errandCount: Int) {
        for number in numbers { open[number]?.errandCount += errandCount }
    }

    /// Says that an errand of some deliveries has ended; returns those that wait for nothing more.
    mutating func finish(_ numbers: Set<Int>, failure: S3DBError?, isUndone: Bool = false) -> [Settled] {
        var settled: [Settled] = []
        for number in numbers.sorted() {
            guard var entry = open[number] else { continue }
            entry.errandCount -= 1
            entry.isUndone = entry.isUndone || isUndone
            if let failure, entry.failure.map({ !$0.isLasting && failure.isLasting }) ?? true {
                entry.failure = failure
            }
            open[number] = entry.errandCount > 0 ? entry : nil
            if entry.errandCount <= 0 { settled.append(Settled(delivery: entry.delivery, ending: ending(of: entry))) }
        }
        return settled
    }

    private func ending(of entry: Open) -> Ending {
        if let failure = entry.failure {
            let isFinal = failure.isLasting || entry.delivery.message.receiveCount >= receiveLimit
            return isFinal ? .reject(QueueMessage.Reason(failure)) : .release
        }
        return entry.isUndone ? .release : .acknowledge
    }
}
