#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Clock, pauses and chance of a client: the process's own, unless a test brings others.
struct ServiceTiming: Sendable {
    /// Seconds since 1970.
    var now: @Sendable () -> Int64 = { Int64(time(nil)) }
    /// Waits; false where the task was cancelled.
    var pause: @Sendable (Duration) async -> Bool = { duration in
        do {
            try await Task.sleep(for: duration)
            return true
        } catch {
            return false
        }
    }
    /// A number from 0 to 1.
    var random: @Sendable () -> Double = { Double.random(in: 0...1) }
}
