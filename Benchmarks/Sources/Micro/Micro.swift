import Foundation
import S3DBCore

/// Measures codecs, parsers, encodings and sinks alone, and fails where allocations grow with rows.
///
/// Times are for people; nothing fails for a time.
@main
struct Micro {
    static func main() {
        guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
            FileHandle.standardError.write(Data((Options.usage + "\n").utf8))
            exit(2)
        }
        do {
            let failures = try run(options)
            for failure in failures { FileHandle.standardError.write(Data("Micro: \(failure)\n".utf8)) }
            exit(failures.isEmpty ? 0 : 1)
        } catch {
            FileHandle.standardError.write(Data("Micro: \(error)\n".utf8))
            exit(1)
        }
    }

    /// What failed, in words.
    private static func run(_ options: Options) throws(S3DBError) -> [String] {
        // Gates mean nothing unless the counter counts.
        var failures = try AllocationControl.failures()
        let report = Report(isJSON: options.isJSON)

        report.begin()
        var benchmarks: [Benchmark] = []
        if let day = options.day { benchmarks += try DaySuite.benchmarks(day) }
        benchmarks += try CodecSuite.benchmarks() + ParserSuite.benchmarks() + SinkSuite.benchmarks()
        for benchmark in benchmarks where options.takes(benchmark.name) {
            report.add(
                try benchmark.measure(
                    iterationMinimum: options.isOnce ? 1 : 5, seconds: options.isOnce ? 0 : 0.5))
        }

        report.beginGates()
        for gate in try ParserSuite.gates() + SinkSuite.gates() where options.takes(gate.name) {
            let outcome = try gate.measure()
            report.add(outcome)
            if !outcome.holds { failures.append("\(outcome.name) allocates more with more rows than its limits allow") }
        }
        return failures
    }
}
