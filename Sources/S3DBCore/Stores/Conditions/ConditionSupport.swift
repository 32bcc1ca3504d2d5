/// Which conditions of writes a store keeps.
///
/// Servers that speak S3 without knowing its conditional writes mostly ignore them: every write succeeds, and of two
/// writers one loses its object without being told.
public struct ConditionSupport: Hashable, Sendable {
    /// A condition on one way of writing.
    public enum Condition: String, Hashable, Sendable, CaseIterable {
        /// ``WriteCondition/absent`` on `put`.
        case putIfAbsent = "If-None-Match on PutObject"
        /// ``WriteCondition/version(_:)`` on `put`.
        case putIfVersion = "If-Match on PutObject"
        /// ``WriteCondition/absent`` on `complete`.
        case completeIfAbsent = "If-None-Match on CompleteMultipartUpload"
        /// ``WriteCondition/version(_:)`` on `complete`.
        case completeIfVersion = "If-Match on CompleteMultipartUpload"
    }

    /// Those that were kept.
    public var kept: Set<Condition>

    /// Those that were not, in the order of their declaration.
    public var ignored: [Condition] { Condition.allCases.filter { !kept.contains($0) } }
}

extension ObjectStore {
    /// Finds out which conditions the store keeps, by writing to keys of its own that it removes again.
    ///
    /// Two small objects and a few uploads under names that begin with ``ConditionProbe/namePrefix``; some 20 requests.
    /// What earlier probes left that were killed is removed too, once it is old enough
    /// (``ConditionProbe/leftoverAge``).
    ///
    /// - Throws: What the store throws of anything but conditions.
    public func probeConditions() async throws(S3DBError) -> ConditionSupport {
        let probe = try ConditionProbe(store: self)
        let outcome: Result<ConditionSupport, S3DBError>
        do throws(S3DBError) {
            try await probe.removeLeftovers()
            outcome = .success(try await probe.run())
        } catch {
            outcome = .failure(error)
        }
        for key in [probe.key, probe.absentKey] {
            do throws(S3DBError) {
                try await delete(key, if: .none)
            } catch {
                // What made the probe fail matters more than that its object stays.
                _ = try outcome.get()
                throw error
            }
        }
        return try outcome.get()
    }

    /// The store to publish to.
    ///
    /// - Parameter publishing: What to do about a store that ignores conditions.
    /// - Throws: ``S3DBError/Code/conditionsIgnored`` for a store that ignores some, unless publishing without them was
    ///   asked for.
    public func publishing(_ publishing: Publishing) async throws(S3DBError) -> any ObjectStore {
        guard publishing == .conditional else { return UnconditionalStore(self) }
        let ignored = try await probeConditions().ignored
        guard ignored.isEmpty else {
            throw S3DBError(
                .conditionsIgnored,
                "the store ignores conditions of writes: \(ignored.map(\.rawValue).joined(separator: ", "))",
                remedy: "With a single writer, publish without them: --publish unconditional",
                at: .init(key: description))
        }
        return self
    }
}

/// How outputs are made visible.
public enum Publishing: String, Hashable, Sendable, CaseIterable {
    /// Under conditions that the store decides, so that any number of writers do no harm to one another.
    case conditional
    /// Under conditions that are looked at before the write, which a second writer can slip in between.
    case unconditional
}

extension S3DBError.Code {
    /// The store ignores conditions of writes, so that two writers could overwrite each other.
    public static let conditionsIgnored = Self(rawValue: "conditions-ignored")
}
