import Foundation
import S3DB

/// Plans a million days that are only names, as one command does, and says what that took.
///
///     Planning list|plan|json|enqueue|run [DATASETS [DAYS]]
///
/// `list` only lists, which is what the others are held against; `plan` is what `backfill plan`, `status` and a run with
/// nothing to do come to; `json` makes the text of `plan --json`; `enqueue` the messages, for a queue that drops them;
/// `run` begins every job, each of which fails, as no day can be read. One line of JSON comes out: the seconds, and the largest resident size of the process.
@main
struct Planning {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.dropFirst().compactMap { Int($0) }
        guard let command = arguments.first, ["list", "plan", "json", "enqueue", "run"].contains(command),
            numbers.count == arguments.count - 1
        else {
            FileHandle.standardError.write(Data("usage: Planning list|plan|json|enqueue|run [DATASETS [DAYS]]\n".utf8))
            exit(2)
        }
        let store = KeyStore(
            datasetCount: numbers.first ?? 250, dayCount: numbers.count > 1 ? numbers[1] : 4000)
        do {
            let start = ContinuousClock.now
            let count = try await run(command, store)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let line: JSONValue = [
                "command": .string(command), "keys": .number(count),
                "seconds": .number((seconds * 1000).rounded() / 1000), "peak_bytes": .number(peakByteCount()),
            ]
            FileHandle.standardOutput.write(Data((line.serialized() + "\n").utf8))
        } catch {
            FileHandle.standardError.write(Data("Planning: \(error)\n".utf8))
            exit(1)
        }
    }

    /// Runs a command; returns how many outputs, or keys, it came to.
    private static func run(_ command: String, _ store: KeyStore) async throws(S3DBError) -> Int {
        let backfill = try Backfill(
            BackfillConfiguration(
                source: "s3://keys/", destination: "s3://outputs/",
                spec: ConversionSpec(format: "parquet", codec: "zst", layout: "athena", size: .day)),
            from: store, to: MemoryStore("outputs", minimumPartByteCount: 5 << 20))
        var count = 0
        switch command {
        case "list":
            for dataset in try await backfill.datasets() {
                try await store.list(prefix: "\(dataset)/", after: nil) { count += $0.count }
            }
        case "plan": count = try await backfill.summary().counts().reduce(0) { $0 + $1.count }
        case "json":
            let plans = try await backfill.plans()
            var document = PlanDocument(plans)
            var byteCount = 0
            for try await plan in plans {
                byteCount += document.text(adding: plan).utf8.count
                count += plan.outputs.count
            }
            byteCount += document.end().utf8.count
        case "run":
            try await backfill.run(try await backfill.plans()) { _ in }
            count = backfill.progress.failureCount
        default: count = try await backfill.enqueue(on: DroppingQueue()).messageCount
        }
        return count
    }

    private static func peakByteCount() -> Int {
        var usage = rusage()
        #if os(Linux)
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) << 10
        #else
        getrusage(RUSAGE_SELF, &usage)
        return Int(usage.ru_maxrss)
        #endif
    }
}
