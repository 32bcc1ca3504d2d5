import S3DBCore

/// What verifications found, as one JSON document on one line whose text comes out in pieces: no more than one dataset
/// is in memory.
///
///     var document = VerificationDocument(backfill.spec)
///     let summary = try await backfill.verify { print(document.text(adding: $0), terminator: "") }
///     print(document.end(summary, repair: []))
///
/// The document has `type` "verification", `spec`, `spec_hash`, the `outputs` with their findings, the
/// `other_findings`, and what all of it comes to.
public struct VerificationDocument {
    private let spec: ValidatedSpec
    private let listsSections: Bool
    private var otherFindings: [VerificationFinding] = []
    private var isBegun = false
    private var hasOutputs = false

    /// Begins the document of a spec's outputs.
    ///
    /// - Parameter listsSections: Whether each section is listed.
    public init(_ spec: ValidatedSpec, listsSections: Bool = false) {
        self.spec = spec
        self.listsSections = listsSections
    }

    /// The next piece of the text.
    public mutating func text(adding verification: DatasetVerification) -> String {
        otherFindings += verification.otherFindings
        var text = begin()
        for output in verification.outputs {
            if hasOutputs { text += "," }
            hasOutputs = true
            text += output.json(listsSections: listsSections).serialized()
        }
        return text
    }

    /// The last piece of the text.
    ///
    /// - Parameters:
    ///   - repair: Commands that set right what was found.
    ///   - against: How the outputs compare with another tree, where that was asked for.
    public mutating func end(
        _ summary: VerificationSummary, repair: [String], against: TreeSummary? = nil
    ) -> String {
        let total = JSONValue.object(summary.total.members)
        let totals: JSONValue = [
            "other_findings": .array(otherFindings.map(\.json)), "total": total,
            "datasets": .array(
                summary.datasets.map { dataset in
                    let name = JSONValue.Member("dataset", .string(dataset.description))
                    return .object([name] + (summary.figures[dataset] ?? .init()).members)
                }),
            "failures": .array(summary.failures.map(\.json)), "against": against?.json ?? .null,
            "holds": .bool(summary.holds && against?.holds ?? true),
            "repair": .array(repair.map { .string($0) }),
        ]
        return begin() + "]," + totals.serialized().dropFirst()
    }

    /// What stands in front of the outputs, once.
    private mutating func begin() -> String {
        guard !isBegun else { return "" }
        isBegun = true
        let head: JSONValue = [
            "type": "verification", "spec": .string(spec.text), "spec_hash": .string(spec.hash),
        ]
        return head.serialized().dropLast() + ",\"outputs\":["
    }
}
