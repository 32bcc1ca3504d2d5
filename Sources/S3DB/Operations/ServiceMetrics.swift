import Metrics
import S3DBCore

/// What a service says in numbers. The names are those of the table in docs/operations.md.
struct ServiceMetrics: Sendable {
    private let factory: any MetricsFactory
    private let service: String

    /// Makes the metrics of a service, which its name tells from those of others in one process.
    init(_ service: String, factory: any MetricsFactory) {
        self.service = service
        self.factory = factory
    }

    // MARK: Work

    /// Counts the outputs of one conversion, and records the time that it took.
    func conversion(since start: ContinuousClock.Instant, _ results: [OutputResult]) {
        timer("s3db_conversion_seconds").recordNanoseconds((ContinuousClock.now - start).wholeNanoseconds)
        for result in results {
            counter("s3db_outputs_total", ("outcome", result.outcome.name)).increment()
            cost(result.cost)
            guard case .written(let written) = result.outcome else { continue }
            counter("s3db_rows_total").increment(by: written.rowCount)
            counter("s3db_written_bytes_total").increment(by: written.byteCount)
            counter("s3db_kept_sections_total").increment(by: written.keptSectionCount)
        }
    }

    /// Counts what moved to and from stores, and what they copied themselves.
    private func cost(_ cost: TransferCost) {
        counter("s3db_read_bytes_total").increment(by: cost.readByteCount)
        counter("s3db_sent_bytes_total").increment(by: cost.sentByteCount)
        counter("s3db_copied_bytes_total").increment(by: cost.copiedByteCount)
        counter("s3db_store_requests_total").increment(by: cost.requestCount)
    }

    /// Counts a failure by its code.
    func failure(_ error: S3DBError) {
        counter("s3db_failures_total", ("code", error.code.rawValue)).increment()
    }

    /// Counts work that is tried again.
    func retry() {
        counter("s3db_retries_total").increment()
    }

    /// Records the memory of the process.
    func memory() {
        if let byteCount = ProcessMemory.residentByteCount { gauge("s3db_resident_bytes").record(byteCount) }
    }

    // MARK: Queues and events

    /// Counts a message by where it went.
    func message(_ disposition: String) {
        counter("s3db_messages_total", ("disposition", disposition)).increment()
    }

    /// Records how much is in a queue.
    func queue(_ depth: QueueDepth) {
        gauge("s3db_queue_waiting_messages").record(depth.waitingCount)
        gauge("s3db_queue_in_hand_messages").record(depth.inHandCount)
        if let seconds = depth.oldestSeconds { gauge("s3db_queue_oldest_seconds").record(seconds) }
    }

    /// Counts an event by whether any job wanted it.
    func event(isWanted: Bool) {
        counter("s3db_events_total", ("wanted", String(isWanted))).increment()
    }

    /// Records the time from an event to the moment that all that follows from it was durable.
    func lag(milliseconds: Int64) {
        timer("s3db_event_lag_seconds").recordMilliseconds(max(0, milliseconds))
    }

    // MARK: Live jobs

    /// Records what a listener has in hand.
    func listener(jobs: (active: Int, paused: Int), isDocumentBroken: Bool, pendingCount: Int, deliveryCount: Int) {
        gauge("s3db_live_jobs", ("state", "active")).record(jobs.active)
        gauge("s3db_live_jobs", ("state", "paused")).record(jobs.paused)
        gauge("s3db_live_document_broken").record(isDocumentBroken ? 1 : 0)
        gauge("s3db_live_pending_partitions").record(pendingCount)
        gauge("s3db_live_deliveries_in_hand").record(deliveryCount)
    }

    /// Counts a comparison of everything that there is.
    func reconciliation() {
        counter("s3db_reconciliations_total").increment()
    }

    private func counter(_ name: String, _ dimensions: (String, String)...) -> Counter {
        Counter(label: name, dimensions: [("service", service)] + dimensions, factory: factory)
    }

    private func gauge(_ name: String, _ dimensions: (String, String)...) -> Gauge {
        Gauge(label: name, dimensions: [("service", service)] + dimensions, factory: factory)
    }

    private func timer(_ name: String) -> Timer {
        Timer(label: name, dimensions: [("service", service)], factory: factory)
    }
}

extension Duration {
    /// The duration in nanoseconds, at most what 64 bits hold.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carries) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carries ? .max : sum
    }
}
