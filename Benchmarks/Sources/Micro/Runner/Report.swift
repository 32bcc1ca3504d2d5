import Foundation
import S3DBCore

/// Prints results as they come: lines of a table, or JSON lines.
struct Report {
    let isJSON: Bool

    /// The table's head.
    func begin() {
        guard !isJSON else { return }
        print(row("benchmark", ["runs", "median ms", "MB/s", "heap", "mmap"]))
    }

    func add(_ result: Benchmark.Result) {
        guard !isJSON else { return print(result.json.serialized()) }
        print(
            row(
                result.name,
                [
                    "\(result.iterationCount)", Self.decimal(result.medianSeconds * 1e3, 3),
                    Self.decimal(result.rate, 1), "\(result.allocations.heapCount)",
                    "\(result.allocations.mappingCount)",
                ]))
    }

    /// The head of the table of gates.
    func beginGates() {
        guard !isJSON else { return }
        let rows = AllocationGate.rowCount
        print("\nAllocations of one batch of \(rows) rows, of one of ten times as many, and of ten batches")
        print(row("gate", ["one", "large", "many", "growth", "batch", ""]))
    }

    func add(_ outcome: AllocationGate.Outcome) {
        guard !isJSON else {
            let json: JSONValue = [
                "gate": .string(outcome.name), "one": .number(outcome.one), "large": .number(outcome.large),
                "many": .number(outcome.many), "growth_limit": .number(outcome.growthLimit),
                "batch_limit": .number(outcome.batchLimit), "holds": outcome.holds ? true : false,
            ]
            return print(json.serialized())
        }
        print(
            row(
                outcome.name,
                [
                    "\(outcome.one)", "\(outcome.large)", "\(outcome.many)", "<=\(outcome.growthLimit)",
                    "<=\(outcome.batchLimit)", outcome.holds ? "holds" : "FAILS",
                ]))
    }

    private func row(_ name: String, _ cells: [String]) -> String {
        name + String(repeating: " ", count: max(1, 44 - name.count))
            + cells.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
    }

    private static func decimal(_ value: Double, _ digits: Int) -> String {
        value.formatted(.number.precision(.fractionLength(digits)).grouping(.never).locale(Locale(identifier: "C")))
    }
}
