import S3DBCore
import S3Transport
import Synchronization

/// The stores that a worker opened, and converters between them that share one budget.
final class WorkerStores: Sendable {
    /// The converter between the worker's own source and destination.
    let base: Converter

    private struct Places: Hashable {
        var source: StoreURL
        var format: SourceFormat
        var destination: StoreURL
    }

    private let configuration: WorkerConfiguration
    private let registry: Registry
    private let opener: StoreOpener
    private let converters: Mutex<[Places: Converter]>

    /// The most pairs of stores that are kept open.
    private static let placeLimit = 256

    init(_ configuration: WorkerConfiguration, registry: Registry, opener: StoreOpener) async throws(S3DBError) {
        try Backfill.refuseOverlap(of: configuration.destination, with: configuration.source)
        self.configuration = configuration
        self.registry = registry
        self.opener = opener
        base = Converter(
            from: try await opener.open(configuration.source), to: try await opener.open(configuration.destination),
            limits: configuration.limits)
        converters = Mutex([:])
    }

    /// What a message asks for.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for stores that lie outside the worker's own, and what
    ///   ``ConversionSpec/validated(in:)`` throws.
    func conversion(of job: JobMessage) async throws(S3DBError) -> PartitionConversion {
        let spec = try job.spec.validated(in: registry, reading: job.sourceFormat)
        return PartitionConversion(
            converter: try await converter(of: job), spec: spec, dataset: job.dataset, span: job.partition,
            policy: job.policy)
    }

    private func converter(of job: JobMessage) async throws(S3DBError) -> Converter {
        if let own = configuration.sourceFormat, own != job.sourceFormat {
            throw S3DBError(
                .invalidSpec,
                "the message's source is \(job.sourceFormat.name), this worker's \(own.name), or laid out in another way",
                remedy: "Start a worker for it, or one without --source-format")
        }
        let places = Places(
            source: job.source ?? configuration.source, format: job.sourceFormat,
            destination: job.destination ?? configuration.destination)
        let own = Places(source: configuration.source, format: .csv, destination: configuration.destination)
        if places == own { return base }
        for (place, own) in [
            (places.source, configuration.source), (places.destination, configuration.destination),
        ] where !own.contains(place) {
            throw S3DBError(
                .invalidSpec, "the message names \(place), which is not within this worker's \(own)",
                remedy: "Start a worker for it, or send the message to another queue")
        }
        try Backfill.refuseOverlap(of: places.destination, with: places.source)
        if let known = converters.withLock({ $0[places] }) { return known }
        var source = try await opener.open(places.source)
        if places.format.isTables {
            source = try TableStore(source, as: places.format, registry: registry, limits: configuration.limits)
        }
        let made = Converter(from: source, to: try await opener.open(places.destination), sharing: base)
        converters.withLock { converters in
            if converters.count < Self.placeLimit { converters[places] = made }
        }
        return made
    }
}
