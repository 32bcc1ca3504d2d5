/// Checks that a store keeps the contract of ``ObjectStore``, whatever it is built on.
///
///     try await ObjectStoreConformance { try MyStore(prefix: "conformance/\(UInt64.random(in: 0...UInt64.max))/") }.run()
///
/// Every check gets a store of its own, so `makeStore` must give an empty one each time. A thousand small objects
/// and some of several MiB are written.
public struct ObjectStoreConformance: Sendable {
    private let makeStore: @Sendable () async throws(S3DBError) -> any ObjectStore

    /// Takes what makes empty stores.
    public init(_ makeStore: @escaping @Sendable () async throws(S3DBError) -> any ObjectStore) {
        self.makeStore = makeStore
    }

    /// A part of the contract that servers are known to lack.
    public enum Feature: String, Hashable, Sendable, CaseIterable {
        /// Of many writers at once under one condition, one wins.
        case concurrentWriters
        /// Uploads are completed under conditions.
        case conditionalCompletion
        /// The store knows when an upload was begun.
        case uploadAges
        /// Parts come in any order, and can be written again.
        case freeParts
        /// Nothing of an upload in progress is listed.
        case hiddenUploads
        /// Ranges of objects become parts.
        case copiedParts
        /// A range is copied of the version that was named or not at all.
        case conditionalCopies
        /// A range that an object does not have is not copied.
        case boundedCopies
        /// Any key can be taken, whatever its characters and beside whatever other key.
        case freeKeys
    }

    /// Runs all checks, one after the other.
    ///
    /// - Parameter lacking: What the store is known to lack; what needs it is not checked.
    /// - Throws: ``S3DBError/Code/storeContractBroken`` that names every check that failed.
    public func run(lacking: Set<Feature> = []) async throws(S3DBError) {
        try await ContractCheck.run(Self.checks, lacking: lacking) { () throws(S3DBError) in
            StoreUnderTest(store: try await makeStore())
        }
    }

    typealias Check = ContractCheck<StoreUnderTest>

    static var checks: [Check] { readingChecks + conditionChecks + uploadChecks + copyChecks + listingChecks }
}

extension S3DBError.Code {
    /// A store does not keep the contract of ``ObjectStore``.
    public static let storeContractBroken = Self(rawValue: "store-contract-broken")
}
