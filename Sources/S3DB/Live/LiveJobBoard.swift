import S3DBCore
import S3Transport
import Synchronization

/// The jobs in force: those of the last good document, with their destinations open.
final class LiveJobBoard: Sendable {
    /// A job in force.
    struct Active: Sendable {
        let job: LiveJob
        let spec: ValidatedSpec
        let converter: Converter
    }

    /// What a look at the document came to.
    struct Change: Sendable {
        /// The jobs that have something to catch up with: those that are new, changed or resumed.
        var toCatchUp: [String] = []
        /// What is wrong with a document that was not looked at before; the last good one stays in force.
        var problem: S3DBError?
    }

    private struct State {
        var active: [String: Active] = [:]
        var pausedCount = 0
        var hasLoaded = false
        /// Whether the last good document was one that stood.
        var hasDocument = false
        /// The version that was looked at last, good or not; nil where no document stood.
        var seen: VersionToken?
        var problem: S3DBError?
    }

    private let store: LiveJobStore
    private let source: LiveSource
    private let base: Converter
    private let registry: Registry
    private let opener: StoreOpener
    private let state = Mutex(State())

    init(
        _ store: LiveJobStore, source: LiveSource, sharing base: Converter, registry: Registry, opener: StoreOpener
    ) {
        self.store = store
        self.source = source
        self.base = base
        self.registry = registry
        self.opener = opener
    }

    /// The job of a name, where it is in force and not paused.
    func active(_ name: String) -> Active? { state.withLock { $0.active[name] } }

    /// The jobs in force that are not paused, in the order of their names.
    var active: [Active] {
        state.withLock { $0.active.values.sorted { $0.job.name < $1.job.name } }
    }

    /// How many jobs are active and how many are paused.
    var counts: (active: Int, paused: Int) { state.withLock { ($0.active.count, $0.pausedCount) } }

    /// Whether any document, or that there is none, has been in force.
    var hasLoaded: Bool { state.withLock { $0.hasLoaded } }

    /// Why the document that stands is not in force; nil where it is.
    var problem: S3DBError? { state.withLock { $0.problem } }

    /// Looks whether another document stands, and puts it in force when it is good. To be called by one task at a time.
    func refresh() async -> Change {
        do throws(S3DBError) {
            let version = try await store.version()
            let (seen, hasLooked) = state.withLock { ($0.seen, $0.hasLoaded || $0.problem != nil) }
            if hasLooked, version == seen, !isUnreachable { return Change() }
            if version == nil, state.withLock({ $0.hasDocument }) {
                throw S3DBError(
                    .notFound, "the document of live jobs is gone; its last form stays in force",
                    remedy: "Put it back, or remove its jobs one by one", at: .init(key: store.key.text))
            }
            let (document, read) = try await store.load()
            return install(
                try await jobs(of: document, keeping: read), pausedCount: document.jobs.count(where: \.isPaused), read)
        } catch {
            return await note(error)
        }
    }

    /// Whether the last look failed before the document could be judged, so that the same version is looked at again.
    private var isUnreachable: Bool {
        state.withLock { $0.problem.map { !$0.isLasting && $0.code != .notFound } ?? false }
    }

    /// Keeps a problem; it is reported once for each version or text.
    private func note(_ problem: S3DBError) async -> Change {
        let version = (try? await store.version()) ?? nil
        return state.withLock { state in
            let isKnown = state.problem?.message == problem.message && state.seen == version
            state.problem = problem
            state.seen = version
            return Change(problem: isKnown ? nil : problem)
        }
    }

    private func jobs(
        of document: LiveJobDocument, keeping version: VersionToken?
    ) async throws(S3DBError) -> [String: Active] {
        let specs = try document.validated(source: source.url, in: registry)
        let standing = state.withLock { $0.active }
        var active: [String: Active] = [:]
        for (job, spec) in zip(document.jobs, specs) where !job.isPaused {
            if let known = standing[job.name], known.job == job {
                active[job.name] = known
                continue
            }
            let destination = try await opener.open(try StoreURL(job.destination))
            active[job.name] = Active(
                job: job, spec: spec, converter: Converter(from: source.store, to: destination, sharing: base))
        }
        return active
    }

    private func install(_ active: [String: Active], pausedCount: Int, _ version: VersionToken?) -> Change {
        state.withLock { state in
            let toCatchUp = active.values.filter { state.active[$0.job.name]?.job != $0.job }.map(\.job.name)
            state.active = active
            state.pausedCount = pausedCount
            state.hasLoaded = true
            state.hasDocument = version != nil
            state.seen = version
            state.problem = nil
            return Change(toCatchUp: toCatchUp.sorted())
        }
    }
}
