import Synchronization

/// Lets one request at a time touch an object.
final class KeyLocks: Sendable {
    private let held = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

    /// The right to touch some objects, until it is released.
    final class Lease: Sendable {
        /// Whether another request touched one of them when this one came.
        let isContended: Bool
        private let names: Mutex<[String]>
        private let locks: KeyLocks

        fileprivate init(_ names: [String], isContended: Bool, locks: KeyLocks) {
            self.names = Mutex(names)
            self.isContended = isContended
            self.locks = locks
        }

        /// Lets the next request go on; a second call does nothing.
        func release() {
            let names = names.withLock { names in
                defer { names = [] }
                return names
            }
            for name in names { locks.release(name) }
        }
    }

    /// Waits for objects, in the order of their names, so that two requests never wait for each other.
    func acquire(_ names: Set<String>) async -> Lease {
        let ordered = names.sorted()
        var isContended = false
        for name in ordered {
            await withCheckedContinuation { continuation in
                let isFree = held.withLock { held in
                    guard held[name] != nil else {
                        held[name] = []
                        return true
                    }
                    held[name]?.append(continuation)
                    return false
                }
                if isFree { continuation.resume() } else { isContended = true }
            }
        }
        return Lease(ordered, isContended: isContended, locks: self)
    }

    private func release(_ name: String) {
        let next = held.withLock { held -> CheckedContinuation<Void, Never>? in
            guard held[name]?.isEmpty == false else {
                held[name] = nil
                return nil
            }
            return held[name]?.removeFirst()
        }
        next?.resume()
    }
}
