import Logging
import Synchronization

/// Keeps every line that is logged, with its metadata.
public final class LogRecord: Sendable {
    private let kept = Mutex<[String]>([])

    /// Makes an empty record.
    public init() {}

    /// What was logged, in order.
    public var lines: [String] { kept.withLock { $0 } }

    func append(_ line: String) { kept.withLock { $0.append(line) } }

    /// A logger at the finest level that writes here.
    public func logger() -> Logger {
        Logger(label: "test") { _ in RecordingLogHandler(record: self) }
    }
}

private struct RecordingLogHandler: LogHandler {
    let record: LogRecord
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        record.append("\(event.level) \(event.message) \(metadata) \(event.metadata ?? [:])")
    }
}
