import Metrics
import Synchronization

/// What a family of metrics is, as its TYPE line says.
enum PrometheusKind: String {
    case counter, gauge, summary, histogram
}

/// The series of one name.
struct PrometheusFamily: Sendable {
    let kind: PrometheusKind
    private(set) var series: [String: PrometheusSeries] = [:]

    init(kind: PrometheusKind) {
        self.kind = kind
    }

    func adding(_ made: PrometheusSeries, labels: String) -> PrometheusFamily {
        var copy = self
        copy.series[labels] = made
        return copy
    }

    func write(named name: String, to text: inout String) {
        text += "# TYPE \(name) \(kind.rawValue)\n"
        for (labels, series) in series.sorted(by: { $0.key < $1.key }) {
            series.write(named: name, labels: labels, to: &text)
        }
    }
}

/// The value of one name and one set of labels.
final class PrometheusSeries: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    private struct Value {
        /// The counter, the gauge, or the sum of what was recorded.
        var sum = 0.0
        var count = 0
        /// How much was recorded up to each bound.
        var buckets: [Int]
    }

    /// The upper bounds of a histogram's buckets, in seconds: from a small file to a long queue.
    static let boundSeconds = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600,
    ]

    private let kind: PrometheusKind
    private let value: Mutex<Value>

    init(_ kind: PrometheusKind) {
        self.kind = kind
        value = Mutex(Value(buckets: kind == .histogram ? Self.boundSeconds.map { _ in 0 } : []))
    }

    func increment(by amount: Int64) {
        increment(by: Double(amount))
    }

    func increment(by amount: Double) {
        // A counter never falls.
        guard kind != .counter || amount >= 0 else { return }
        value.withLock { $0.sum += amount }
    }

    func decrement(by amount: Double) {
        value.withLock { $0.sum -= amount }
    }

    func reset() {
        value.withLock { $0.sum = 0 }
    }

    func set(_ new: Int64) {
        set(Double(new))
    }

    func set(_ new: Double) {
        value.withLock { $0.sum = new }
    }

    func record(_ new: Int64) {
        record(Double(new))
    }

    func record(_ new: Double) {
        value.withLock { value in
            if kind == .gauge {
                value.sum = new
                return
            }
            value.sum += new
            value.count += 1
            for index in value.buckets.indices where new <= Self.boundSeconds[index] { value.buckets[index] += 1 }
        }
    }

    func recordNanoseconds(_ duration: Int64) {
        record(Double(duration) / 1e9)
    }

    func write(named name: String, labels: String, to text: inout String) {
        let value = value.withLock { $0 }
        switch kind {
        case .counter, .gauge:
            text += "\(name)\(PrometheusText.braces(labels)) \(PrometheusText.number(value.sum))\n"
        case .summary, .histogram:
            for (bound, count) in zip(Self.boundSeconds, value.buckets) {
                text += "\(name)_bucket\(PrometheusText.braces(labels, "le=\"\(bound)\"")) \(count)\n"
            }
            if kind == .histogram {
                text += "\(name)_bucket\(PrometheusText.braces(labels, "le=\"+Inf\"")) \(value.count)\n"
            }
            text += "\(name)_sum\(PrometheusText.braces(labels)) \(PrometheusText.number(value.sum))\n"
            text += "\(name)_count\(PrometheusText.braces(labels)) \(value.count)\n"
        }
    }
}
