/// The plans of some datasets, each made when it is asked for.
///
///     for try await plan in converter.plans(spec, datasets: datasets) { print(plan.jobs.count) }
///
/// So the memory that planning takes is that of one dataset, whatever their number. Making plans changes nothing, and
/// going through them again plans again.
public struct ConversionPlans: AsyncSequence, Sendable {
    /// A plan of one dataset.
    public typealias Element = ConversionPlan
    /// Failures of the stores, and a budget of memory that is too small for the spec.
    public typealias Failure = S3DBError

    /// The spec that they are made for.
    public let spec: ValidatedSpec
    /// What to do with outputs that stand already.
    public let policy: OverwritePolicy
    /// How many plans there are.
    public let count: Int

    private let make: @Sendable (Int) async -> Result<ConversionPlan, S3DBError>

    init(
        _ spec: ValidatedSpec, _ policy: OverwritePolicy, count: Int,
        _ make: @Sendable @escaping (Int) async -> Result<ConversionPlan, S3DBError>
    ) {
        self.spec = spec
        self.policy = policy
        self.count = count
        self.make = make
    }

    /// One plan that is there already.
    public init(_ plan: ConversionPlan) {
        self.init(plan.spec, plan.policy, count: 1) { _ in .success(plan) }
    }

    /// Makes the plan with a number, from 0.
    func plan(_ index: Int) async -> Result<ConversionPlan, S3DBError> {
        await make(index)
    }

    /// All of them in one; O(outputs) memory.
    public func whole() async throws(S3DBError) -> ConversionPlan {
        var whole = ConversionPlan(spec: spec, policy: policy)
        whole.warnings = spec.warnings
        for try await plan in self { whole.append(plan) }
        return whole
    }

    /// Begins with the first.
    public func makeAsyncIterator() -> Iterator {
        Iterator(plans: self)
    }

    /// Makes one plan after the other.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let plans: ConversionPlans
        private var nextIndex = 0

        fileprivate init(plans: ConversionPlans) {
            self.plans = plans
        }

        /// The next plan; nil behind the last.
        public mutating func next(
            isolation: isolated (any Actor)? = #isolation
        ) async throws(S3DBError) -> ConversionPlan? {
            guard nextIndex < plans.count else { return nil }
            defer { nextIndex += 1 }
            return try await plans.plan(nextIndex).get()
        }

        /// The next plan; nil behind the last.
        public mutating func next() async throws(S3DBError) -> ConversionPlan? {
            try await next(isolation: nil)
        }
    }
}
