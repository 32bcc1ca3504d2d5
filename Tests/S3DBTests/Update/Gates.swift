import S3DB
import Synchronization

/// Decides in which order the requests of several clients reach their stores: each waits at a gate until its turn.
///
/// A step lets one client's request through and ends when every client waits again or is done, so that a run is a
/// sequence of choices, and the same choices give the same run. A client makes its requests one after the other.
final class Gates: Sendable {
    private struct State {
        /// The clients at a gate.
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        /// The clients between two gates.
        var running: Set<Int>
        var director: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(clientCount: Int) {
        state = Mutex(State(running: Set(0..<clientCount)))
    }

    /// Holds a client's request until it is chosen.
    func pass(_ client: Int) async {
        await withCheckedContinuation { continuation in
            let director: CheckedContinuation<Void, Never>? = state.withLock { state in
                state.running.remove(client)
                state.waiting[client] = continuation
                return state.running.isEmpty ? state.director.take() : nil
            }
            director?.resume()
        }
    }

    /// Notes that a client makes no more requests.
    func finish(_ client: Int) {
        let director: CheckedContinuation<Void, Never>? = state.withLock { state in
            state.running.remove(client)
            return state.running.isEmpty ? state.director.take() : nil
        }
        director?.resume()
    }

    /// Lets requests through, one at a time, until all clients are done.
    ///
    /// - Parameter choose: Picks one of so many clients that wait, by its place among them.
    func direct(_ choose: (Int) -> Int) async {
        while true {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.running.isEmpty { return true }
                    state.director = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
            let waiting = state.withLock { $0.waiting.keys.sorted() }
            if waiting.isEmpty { return }
            let client = waiting[choose(waiting.count)]
            let continuation = state.withLock { state in
                state.running.insert(client)
                return state.waiting.removeValue(forKey: client)
            }
            continuation?.resume()
        }
    }
}

/// Goes through every sequence of choices of a program that asks for them one by one.
struct ChoiceTree {
    /// The choice to make at each step, and among how many.
    private var path: [(choice: Int, count: Int)] = []
    private var depth = 0

    /// The choices made, for a failure to name.
    var choices: [Int] { path.map(\.choice) }

    /// The next choice of a run.
    mutating func choose(_ count: Int) -> Int {
        if depth == path.count { path.append((0, count)) }
        defer { depth += 1 }
        return min(path[depth].choice, count - 1)
    }

    /// Makes ready for the next run; false when all were made.
    mutating func next() -> Bool {
        path.removeLast(path.count - depth)
        depth = 0
        while let last = path.popLast() {
            if last.choice + 1 < last.count {
                path.append((last.choice + 1, last.count))
                return true
            }
        }
        return false
    }
}
