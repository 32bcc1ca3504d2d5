import S3DBCore

/// A piece of work that is timed, and whose allocations are counted.
struct Benchmark {
    /// What it is, as `group/what/how`.
    let name: String
    /// The bytes that a run takes in: before compression, or of CSV.
    let byteCount: Int
    /// One run.
    let run: () throws(S3DBError) -> Void

    /// What was measured.
    struct Result {
        let name: String
        let byteCount: Int
        let iterationCount: Int
        let medianSeconds: Double
        /// Of one run that others went before.
        let allocations: Allocations

        /// Millions of bytes in a second.
        var rate: Double { Double(byteCount) / 1e6 / medianSeconds }

        /// The result for programs.
        var json: JSONValue {
            [
                "name": .string(name), "bytes": .number(byteCount), "iterations": .number(iterationCount),
                "median_seconds": .number(medianSeconds), "megabytes_per_second": .number(rate),
                "heap_allocations": .number(allocations.heapCount),
                "heap_bytes": .number(allocations.heapByteCount), "mappings": .number(allocations.mappingCount),
            ]
        }
    }

    /// Runs it once to warm up, then until both `seconds` and `iterationMinimum` are reached.
    func measure(iterationMinimum: Int, seconds: Double) throws(S3DBError) -> Result {
        try run()
        let allocations = try Allocations.during(run)
        var times: [Double] = []
        var total = 0.0
        while times.count < iterationMinimum || total < seconds {
            let start = ContinuousClock.now
            try run()
            let time = start.duration(to: .now) / .seconds(1)
            times.append(time)
            total += time
        }
        times.sort()
        return Result(
            name: name, byteCount: byteCount, iterationCount: times.count, medianSeconds: times[times.count / 2],
            allocations: allocations)
    }
}
