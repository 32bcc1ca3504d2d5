import S3DBCore
import S3Transport

/// Converts history: all chosen days of all chosen datasets, from one store to another.
///
///     let backfill = try await Backfill(configuration)
///     try await backfill.run(try await backfill.plans()) { result in print(result.key) }
///
/// Running it again does what is left to do.
public struct Backfill: Sendable {
    /// What is to be done.
    public let configuration: BackfillConfiguration
    /// The spec, checked.
    public let spec: ValidatedSpec
    /// Where sources are read; a tree of tables as the days that it holds.
    public let source: any ObjectStore
    /// Where outputs are written.
    public let destination: any ObjectStore

    let converter: Converter

    /// Checks a configuration and opens its stores. Reads and writes nothing.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey`` for a URL that is none, ``S3DBError/Code/invalidSpec`` for a
    ///   destination that overlaps the source, and what ``ConversionSpec/validated(in:)`` throws.
    public init(
        _ configuration: BackfillConfiguration, registry: Registry = .standard, opener: StoreOpener = .standard
    ) async throws(S3DBError) {
        let source = try StoreURL(configuration.source)
        let destination = try StoreURL(configuration.destination)
        try Self.refuseOverlap(of: destination, with: source)
        try self.init(
            configuration, from: try await opener.open(source), to: try await opener.open(destination),
            registry: registry)
    }

    /// Checks a configuration for stores that the caller made, which must not overlap; its URLs are not looked at.
    public init(
        _ configuration: BackfillConfiguration, from source: any ObjectStore, to destination: any ObjectStore,
        registry: Registry = .standard
    ) throws(S3DBError) {
        self.configuration = configuration
        let format = configuration.sourceFormat
        spec = try configuration.spec.validated(in: registry, reading: format)
        let source =
            format.isTables
            ? try TableStore(source, as: format, registry: registry, limits: configuration.limits) : source
        self.source = source
        self.destination = destination
        converter = Converter(from: source, to: destination, limits: configuration.limits)
    }

    /// The datasets under a source, in order.
    public static func datasets(
        under source: String, opener: StoreOpener = .standard
    ) async throws(S3DBError) -> [DatasetID] {
        let store = try await opener.open(try StoreURL(source))
        return try await Converter(from: store, to: store, limits: EngineLimits(workerCount: 1)).datasets()
    }

    /// Refuses a destination that lies within the source or holds it, whatever their spelling.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec``.
    public static func refuseOverlap(of destination: StoreURL, with source: StoreURL) throws(S3DBError) {
        guard destination.overlaps(source) else { return }
        throw S3DBError(
            .invalidSpec, "the destination \(destination) overlaps the source \(source)",
            remedy: "Choose a destination beside the source, neither within it nor around it")
    }

    /// The chosen datasets, in order.
    ///
    /// - Throws: ``S3DBError/Code/unknownName`` with the nearest name for a pattern that matches none, and
    ///   failures of the source.
    public func datasets() async throws(S3DBError) -> [DatasetID] {
        try configuration.datasets.chosen(of: try await converter.datasets(), at: source.description)
    }

    /// Compares sources with outputs, one dataset after the other as it is asked for. Changes nothing.
    ///
    /// - Throws: What ``datasets()`` throws.
    public func plans() async throws(S3DBError) -> ConversionPlans {
        converter.plans(
            spec, datasets: try await datasets(), days: configuration.days, policy: configuration.policy,
            prunes: configuration.prunes)
    }

    /// All ``plans()`` in one.
    public func plan() async throws(S3DBError) -> ConversionPlan {
        try await plans().whole()
    }

    /// How far the runs have come, readable from anywhere at any time.
    public var progress: ConversionProgress { converter.progress }

    /// Does what a plan says; see ``run(_:planned:_:)``.
    public func run(_ plan: ConversionPlan, _ report: @escaping @Sendable (OutputResult) -> Void) async {
        // A plan that is there cannot fail to be made.
        try? await run(ConversionPlans(plan), report)
    }

    /// Does what plans say as they are made, and returns when all of it is done or, once its task is cancelled, when
    /// nothing is under way any more.
    ///
    /// Unfinished uploads under the destination that are older than the limits say are removed first.
    ///
    /// - Parameters:
    ///   - planned: Called with each plan before anything of it is done.
    ///   - report: Called for each result, one at a time.
    /// - Throws: Why a plan could not be made. No further one is made then; what was planned before is done.
    public func run(
        _ plans: ConversionPlans, planned: @escaping @Sendable (ConversionPlan) -> Void = { _ in },
        _ report: @escaping @Sendable (OutputResult) -> Void
    ) async throws(S3DBError) {
        // What cannot be swept now is swept by a later run; this one's outputs do not depend on it.
        _ = try? await destination.sweepUploads(olderThan: configuration.limits.uploadAge)
        try await converter.run(plans, planned: planned, reporting: report)
    }
}
