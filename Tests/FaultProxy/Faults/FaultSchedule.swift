import Synchronization

/// The rules of a proxy, and the random numbers that they draw.
final class FaultSchedule: Sendable {
    private let state: Mutex<(armed: [ArmedFault], random: any RandomNumberGenerator & Sendable)>

    init(random: any RandomNumberGenerator & Sendable) {
        state = Mutex(([], random))
    }

    func arm(_ rule: FaultRule) -> ArmedFault {
        let armed = ArmedFault(rule)
        state.withLock { $0.armed.append(armed) }
        return armed
    }

    func disarm() {
        state.withLock { $0.armed.removeAll() }
    }

    /// The fault that befalls a request: that of the first rule which draws it.
    func draw(_ request: ProxiedRequest) -> ArmedFault? {
        state.withLock { state in
            for armed in state.armed {
                // Each rule draws a number of its own: with one for all, none but the first would ever be hit.
                let random = Double.random(in: 0..<1, using: &state.random)
                if armed.draws(request, random: random) { return armed }
            }
            return nil
        }
    }
}
