import S3DBCore

/// Plans as one JSON document on one line, whose text comes out in pieces: no more than one plan is in memory.
///
///     var document = PlanDocument(plans)
///     for try await plan in plans { print(document.text(adding: plan), terminator: "") }
///     print(document.end())
///
/// The document has `type` "plan", `spec`, `spec_hash`, `overwrite`, the `outputs`, and what all of them come to.
public struct PlanDocument {
    private let policy: OverwritePolicy
    private var summary: PlanSummary
    private var isBegun = false
    private var hasOutputs = false

    /// Begins the document of some plans.
    public init(_ plans: ConversionPlans) {
        policy = plans.policy
        summary = PlanSummary(plans.spec)
    }

    /// Failures of all plans so far that belong to one object or dataset and leave the rest as it is.
    public var failures: [S3DBError] { summary.failures }

    /// The next piece of the text.
    public mutating func text(adding plan: ConversionPlan) -> String {
        summary.add(plan)
        var text = begin()
        for output in plan.outputs {
            if hasOutputs { text += "," }
            hasOutputs = true
            text += output.json.serialized()
        }
        return text
    }

    /// The last piece of the text.
    public mutating func end() -> String {
        let totals: JSONValue = [
            "counts": .counts(summary.counts()), "jobs": .number(summary.jobCount),
            "source_bytes": .number(summary.sourceByteCount), "removals": .number(summary.removalCount),
            "datasets": .array(summary.datasets.map(json)),
            "undeclared_columns": .array(
                summary.undeclaredColumns.map { column in
                    [
                        "dataset": .string(column.dataset.description), "name": .string(column.name),
                        "sample": column.sample.map { .string($0) } ?? .null,
                    ]
                }),
            "readers": .array(
                summary.frameAdvice.map { ["reader": .string($0.reader), "call": .string($0.call)] }),
            "warnings": .array(summary.warnings.map { .string($0) }),
            "failures": .array(summary.failures.map(\.json)),
            "ignored_objects": .number(summary.ignoredObjectCount),
        ]
        return begin() + "]," + totals.serialized().dropFirst()
    }

    /// What stands in front of the outputs, once.
    private mutating func begin() -> String {
        guard !isBegun else { return "" }
        isBegun = true
        let head: JSONValue = [
            "type": "plan", "spec": .string(summary.spec.text), "spec_hash": .string(summary.spec.hash),
            "overwrite": .string(policy.rawValue),
        ]
        return head.serialized().dropLast() + ",\"outputs\":["
    }

    private func json(_ dataset: DatasetID) -> JSONValue {
        [
            "dataset": .string(dataset.description), "counts": .counts(summary.counts(of: dataset)),
            "source_bytes": .number(summary.figures[dataset]?.sourceByteCount ?? 0),
        ]
    }
}
