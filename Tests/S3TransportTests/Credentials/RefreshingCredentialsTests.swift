import S3DBCore
import Synchronization
import Testing

@testable import S3Transport

/// When credentials are kept, refreshed and shared, by a clock that the tests turn.
@Suite struct RefreshingCredentialsTests {
    /// A place that gives numbered credentials that last an hour, a clock, and what has been asked of it.
    private final class Place: Sendable {
        struct State {
            var now: Int64 = 1_000_000
            var fetchCount = 0
            var lifetime: Int64? = 3600
            var failure: S3DBError?
            /// Fetches wait here until the test lets them go.
            var isHeld = false
        }

        let state = Mutex(State())

        var fetchCount: Int { state.withLock(\.fetchCount) }

        func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

        func fetch() async throws(S3DBError) -> Credentials {
            let number = state.withLock { state in
                state.fetchCount += 1
                return state.fetchCount
            }
            while state.withLock(\.isHeld) {
                do { try await Task.sleep(for: .milliseconds(1)) } catch {
                    throw S3DBError(.cancelled, "cancelled")
                }
            }
            let (failure, expiration) = state.withLock { state in
                (state.failure, state.lifetime.map { state.now + $0 })
            }
            if let failure { throw failure }
            return Credentials(
                accessKeyID: "key\(number)", secretAccessKey: "s", sessionToken: "t", expirationSeconds: expiration)
        }
    }

    private let place = Place()
    private let kept: RefreshingCredentials

    init() {
        let place = place
        kept = RefreshingCredentials(now: { place.state.withLock(\.now) }, jitter: { 100 }) {
            () async throws(S3DBError) in try await place.fetch()
        }
    }

    private func key() async throws -> String? { try await kept.credentials()?.accessKeyID }

    @Test func lastingOnesAreTakenOnce() async throws {
        place.change { $0.lifetime = nil }
        #expect(try await key() == "key1")
        place.change { $0.now += 100_000_000 }
        #expect(try await key() == "key1")
        #expect(place.fetchCount == 1)
    }

    @Test(arguments: [(2599, "key1"), (2600, "key2"), (3539, "key2"), (3600, "key2"), (9999, "key2")])
    func freshOnesAreTakenAheadOfTheEnd(seconds: Int64, key: String) async throws {
        #expect(try await self.key() == "key1")
        place.change { $0.now += seconds }
        #expect(try await self.key() == key)
    }

    @Test func shortLivedOnesAreNotRefreshedAtOnce() async throws {
        place.change { $0.lifetime = 600 }
        #expect(try await key() == "key1")
        place.change { $0.now += 299 }
        #expect(try await key() == "key1")
        place.change { $0.now += 1 }
        #expect(try await key() == "key2")
    }

    @Test func whileTheOldOnesAreGoodAFailureIsPutOff() async throws {
        #expect(try await key() == "key1")
        place.change {
            $0.failure = S3DBError(.unreachable, "away")
            $0.now += 3000
        }
        #expect(try await key() == "key1")
        #expect(try await key() == "key1")
        #expect(place.fetchCount == 2)
        place.change { $0.now += 60 }
        #expect(try await key() == "key1")
        #expect(place.fetchCount == 3)
        place.change { $0.now += 480 }
        await #expect { try await key() } throws: { ($0 as? S3DBError)?.code == .unreachable }
        place.change { $0.failure = nil }
        #expect(try await key() == "key5")
    }

    @Test func endedOnesAreNotGiven() async throws {
        place.change { $0.lifetime = 0 }
        await #expect { try await key() } throws: { ($0 as? S3DBError)?.code == .expiredCredentials }
    }

    @Test func refusedOnesAreReplaced() async throws {
        let first = try #require(try await kept.credentials())
        await kept.refuse(first)
        #expect(try await key() == "key2")
        await kept.refuse(first)
        #expect(try await key() == "key2")
    }

    @Test func oneRefreshAtATimeWhileOthersGoOn() async throws {
        #expect(try await key() == "key1")
        place.change {
            $0.now += 3000
            $0.isHeld = true
        }
        async let refresher = key()
        while place.fetchCount < 2 { await Task.yield() }
        for _ in 0..<10 { #expect(try await key() == "key1") }
        place.change { $0.isHeld = false }
        #expect(try await refresher == "key2")
        #expect(place.fetchCount == 2)
    }

    @Test(arguments: [false, true])
    func allWaitForTheFirst(fails: Bool) async throws {
        place.change {
            $0.isHeld = true
            if fails { $0.failure = S3DBError(.unreachable, "away") }
        }
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do { return try await self.key() ?? "none" } catch {
                        return "\((error as? S3DBError)?.code as Any)"
                    }
                }
            }
            while place.fetchCount < 1 { await Task.yield() }
            // Those that come late ask anew after a failure; all others share the one outcome.
            try? await Task.sleep(for: .milliseconds(50))
            place.change { $0.isHeld = false }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(outcomes.count == 1)
        #expect(fails || (outcomes == ["key1"] && place.fetchCount == 1))
    }

    @Test func aWaiterTakesOverFromACancelledRefresh() async throws {
        place.change { $0.isHeld = true }
        let first = Task { try await self.key() }
        while place.fetchCount < 1 { await Task.yield() }
        let second = Task { try await self.key() }
        first.cancel()
        await #expect { try await first.value } throws: { ($0 as? S3DBError)?.code == .cancelled }
        place.change { $0.isHeld = false }
        #expect(try await second.value == "key2")
    }

    @Test func aCancelledWaiterLeaves() async throws {
        place.change { $0.isHeld = true }
        let first = Task { try await self.key() }
        while place.fetchCount < 1 { await Task.yield() }
        let second = Task { try await self.key() }
        second.cancel()
        await #expect { try await second.value } throws: { ($0 as? S3DBError)?.code == .cancelled }
        place.change { $0.isHeld = false }
        #expect(try await first.value == "key1")
    }
}
