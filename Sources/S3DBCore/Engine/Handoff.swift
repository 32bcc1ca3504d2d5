import Synchronization

/// Hands elements from one producer to one consumer, at most one ahead.
final class Handoff<Element: Sendable>: Sendable {
    private struct State {
        var element: Element?
        var end: Result<Void, S3DBError>?
        var producer: CheckedContinuation<Void, Never>?
        var consumer: CheckedContinuation<Void, Never>?
        var isAbandoned = false
    }

    private let state = Mutex(State())

    /// Gives an element, waiting until there is room for it.
    ///
    /// - Throws: ``S3DBError/Code/cancelled`` when the consumer has gone.
    func send(_ element: Element) async throws(S3DBError) {
        while true {
            let consumer: Result<CheckedContinuation<Void, Never>?, S3DBError>? = state.withLock { state in
                if state.isAbandoned { return .failure(S3DBError(.cancelled, "the consumer has gone")) }
                guard state.element == nil else { return nil }
                state.element = element
                return .success(state.consumer.take())
            }
            if let consumer {
                try consumer.get()?.resume()
                return
            }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isAbandoned || state.element == nil { return true }
                    state.producer = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Says that no further element comes, because of `error` where there is one.
    func finish(_ end: Result<Void, S3DBError>) {
        state.withLock { state in
            state.end = end
            return state.consumer.take()
        }?.resume()
    }

    /// The next element; nil at the end.
    func next() async throws(S3DBError) -> Element? {
        while true {
            let answer: Result<(Element?, CheckedContinuation<Void, Never>?), S3DBError>? = state.withLock { state in
                if let element = state.element.take() { return .success((element, state.producer.take())) }
                return state.end.map { $0.map { (nil, nil) } }
            }
            if let answer {
                let (element, producer) = try answer.get()
                producer?.resume()
                return element
            }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.element != nil || state.end != nil { return true }
                    state.consumer = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Says that the consumer takes nothing more.
    func abandon() {
        state.withLock { state in
            state.isAbandoned = true
            state.element = nil
            return state.producer.take()
        }?.resume()
    }
}

extension Handoff {
    /// Takes what still comes after an error in what came before, and gives the error's cause: itself, or what the end tells
    /// of bytes that were damaged on their way. Bytes that nobody uploaded make rows that nobody wrote.
    func cause(of error: S3DBError) async -> S3DBError {
        guard error.code != .cancelled else {
            abandon()
            return error
        }
        do throws(S3DBError) {
            while try await next() != nil {}
            return error
        } catch let end {
            return ReadRules.canComeFromDamage(end.code) ? end : error
        }
    }
}
