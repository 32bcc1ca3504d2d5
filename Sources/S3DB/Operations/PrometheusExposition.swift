// Prometheus, "Exposition formats", text-based format 0.0.4:
// https://prometheus.io/docs/instrumenting/exposition_formats/
import Metrics
import Synchronization

/// Metrics of swift-metrics as a text that Prometheus reads.
///
///     let exposition = PrometheusExposition()
///     MetricsSystem.bootstrap(exposition)
///
/// Counters are counters, recorders without aggregation and meters are gauges, timers are histograms in seconds, and
/// recorders with aggregation are summaries of count and sum. Names and labels are made valid; the number of series is
/// bounded, and what comes beyond is dropped and counted in `metrics_dropped_total`.
public final class PrometheusExposition: MetricsFactory {
    private struct State {
        var families: [String: PrometheusFamily] = [:]
        var seriesCount = 0
        var droppedCount = 0
    }

    private let state = Mutex(State())
    private let seriesLimit: Int

    /// Makes an exposition without metrics.
    public init(seriesLimit: Int = 4096) {
        self.seriesLimit = seriesLimit
    }

    /// All metrics as they are now, families by name and series by labels.
    public var text: String {
        let (families, droppedCount) = state.withLock { ($0.families, $0.droppedCount) }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) { family.write(named: name, to: &text) }
        text += "# TYPE metrics_dropped_total counter\nmetrics_dropped_total \(droppedCount)\n"
        return text
    }

    /// The series of a name and labels, made where there is none yet; nil beyond the limit, and where the name has
    /// another kind already.
    private func series(_ label: String, _ dimensions: [(String, String)], _ kind: PrometheusKind) -> PrometheusSeries?
    {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return state.withLock { state in
            if let known = state.families[name]?.series[labels], state.families[name]?.kind == kind { return known }
            let family = state.families[name] ?? PrometheusFamily(kind: kind)
            guard family.kind == kind, state.seriesCount < seriesLimit else {
                state.droppedCount += 1
                return nil
            }
            let made = PrometheusSeries(kind)
            state.families[name] = family.adding(made, labels: labels)
            state.seriesCount += 1
            return made
        }
    }

    /// The counter of a name and labels.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) ?? NOOPMetricsHandler.instance
    }

    /// The gauge of a name and labels.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) ?? NOOPMetricsHandler.instance
    }

    /// The summary, or without aggregation the gauge, of a name and labels.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, dimensions, aggregate ? .summary : .gauge) ?? NOOPMetricsHandler.instance
    }

    /// The histogram of a name and labels.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram) ?? NOOPMetricsHandler.instance
    }

    /// Keeps the series: what was counted stays counted.
    public func destroyCounter(_ handler: any CounterHandler) {}

    /// Keeps the series.
    public func destroyMeter(_ handler: any MeterHandler) {}

    /// Keeps the series.
    public func destroyRecorder(_ handler: any RecorderHandler) {}

    /// Keeps the series.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
