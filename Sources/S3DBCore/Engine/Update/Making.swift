/// How a job makes its output.
enum Making: Sendable {
    /// From the file that stands, of which it keeps sections.
    case update(JobUpdate)
    /// All of it, and where a file of this spec stands why nothing of that is kept.
    case anew(because: String?)

    /// The update, if it is one.
    var update: JobUpdate? {
        if case .update(let update) = self { update } else { nil }
    }
}

/// An update of a file that stands.
struct JobUpdate: Sendable {
    /// What is kept.
    let plan: UpdatePlan
    /// The object that stands.
    let info: ObjectInfo
}

extension JobRunner {
    /// What can be said of a job before anything is read: whether to update what stands, by what that was made from.
    func making(of job: ConversionJob, spans: [[ConversionJob.Source]]) -> Making {
        guard planner.policy == .ifStale, spec.spec.size != .hour, let output = job.outputs.first,
            let standing = output.standing, let version = output.version, let byteCount = output.byteCount
        else { return .anew(because: nil) }
        guard standing.tool == ToolVersion.createdBy else {
            return .anew(because: "it was made by \(standing.tool)")
        }
        let plan = UpdatePlan(
            from: standing, to: spans.map { $0.map(Provenance.Source.init) }, isPacked: spec.outerCodec != nil)
        guard plan.keepsAny else { return .anew(because: "none of its sections can stay") }
        return .update(JobUpdate(plan: plan, info: ObjectInfo(key: output.key, byteCount: byteCount, version: version)))
    }
}

extension Provenance.Source {
    /// A source as a job reads it.
    init(_ source: ConversionJob.Source) {
        self.init(key: source.info.key.text, token: source.info.version)
    }
}
