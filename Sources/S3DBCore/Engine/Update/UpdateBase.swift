/// A standing file and what an update keeps of it.
struct UpdateBase<Layout: Sendable>: Sendable {
    /// What becomes of each span.
    let plan: UpdatePlan
    /// The file that stands.
    let file: StandingFile<Layout>
    /// What may be copied.
    let runs: KeptRuns

    /// - Parameter runLimit: How many runs there may be.
    init(plan: UpdatePlan, file: StandingFile<Layout>, runLimit: Int) {
        self.plan = plan
        self.file = file
        runs = KeptRuns(of: plan, in: file.ranges, limit: runLimit)
    }
}
