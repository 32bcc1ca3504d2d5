import Foundation

/// Runs what blocks on a thread of its own.
///
/// Tasks share as many threads as there are cores. A test that waits for a program in one of them can keep a server in
/// the same process, which the program is waiting for, from ever running.
public func onOwnThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Swift.Result { try body() })
        }
    }
}
