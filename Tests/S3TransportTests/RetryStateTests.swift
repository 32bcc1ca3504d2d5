import Testing

@testable import S3Transport

/// The state machine of retries, step by step.
@Suite struct RetryStateTests {
    private static let policy = RetryPolicy(attemptLimit: 4, firstDelay: .milliseconds(100), delayLimit: .seconds(1))

    @Test func pausesDoubleUpToTheLimitAndAttemptsEnd() {
        var state = RetryState(RetryPolicy(attemptLimit: 7, firstDelay: .milliseconds(100), delayLimit: .seconds(1)))
        var tokens = RetryTokens()
        let decisions = (0..<7).map { _ in state.next(.transient, tokens: &tokens, random: 1) }
        let milliseconds = [100, 200, 400, 800, 1000, 1000]
        #expect(decisions == milliseconds.map { .retry(after: .milliseconds($0)) } + [.fail])
        #expect(state.failureCount == 7)
    }

    @Test(arguments: [(-1.0, 0), (0.0, 0), (0.25, 25), (1.0, 100), (7.0, 100)])
    func pausesAreJittered(random: Double, milliseconds: Int) {
        var state = RetryState(Self.policy)
        var tokens = RetryTokens()
        #expect(
            state.next(.timeout, tokens: &tokens, random: random) == .retry(after: .milliseconds(milliseconds)))
    }

    @Test func whatTheServerAsksForIsHeededWithinTheLimit() {
        var state = RetryState(Self.policy)
        var tokens = RetryTokens()
        #expect(
            state.next(.throttled(delay: .milliseconds(700)), tokens: &tokens, random: 0)
                == .retry(after: .milliseconds(700)))
        #expect(
            state.next(.throttled(delay: .seconds(90)), tokens: &tokens, random: 0) == .retry(after: .seconds(1)))
    }

    @Test func permanentFailuresAreNotRetried() {
        var state = RetryState(Self.policy)
        var tokens = RetryTokens()
        #expect(state.next(.permanent, tokens: &tokens, random: 1) == .fail)
        #expect(tokens == RetryTokens())
    }

    @Test(arguments: [RetryClass.clockSkew, .expiredCredentials])
    func clockAndCredentialsAreMendedOnce(failure: RetryClass) {
        var state = RetryState(Self.policy)
        var tokens = RetryTokens()
        #expect(state.next(failure, tokens: &tokens, random: 1) == .retry(after: .zero))
        #expect(state.next(failure, tokens: &tokens, random: 1) == .fail)
    }

    @Test func tokensRunOutAndComeBack() {
        var tokens = RetryTokens()
        var retries = 0
        while true {
            var state = RetryState(Self.policy)
            guard case .retry = state.next(.timeout, tokens: &tokens, random: 0) else { break }
            retries += 1
        }
        #expect(retries == 50)
        #expect(tokens.count == 0)
        tokens.refund(after: .transient)
        #expect(tokens.count == 5)
        for _ in 0..<600 { tokens.refund(after: nil) }
        #expect(tokens.count == RetryTokens.capacity)
    }
}
