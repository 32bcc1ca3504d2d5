/// The name of something that is not to stay, so that whoever finds it knows its age: when it was begun, in nanoseconds
/// since 1970, and a random number.
struct TimedName: Hashable, CustomStringConvertible {
    let begunNanoseconds: Int64
    private let random: UInt64

    /// A name that nothing else has.
    static func fresh(begunNanoseconds: Int64 = FileTree.now()) -> TimedName {
        TimedName(begunNanoseconds: begunNanoseconds, random: .random(in: 0...UInt64.max))
    }

    /// Reads a name; nil for any other text, so that a name from outside cannot lead out of its directory.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let begun = Int64(parts[0]), let random = UInt64(parts[1], radix: 16) else {
            return nil
        }
        self.init(begunNanoseconds: begun, random: random)
        guard description.utf8.elementsEqual(text.utf8) else { return nil }
    }

    private init(begunNanoseconds: Int64, random: UInt64) {
        self.begunNanoseconds = begunNanoseconds
        self.random = random
    }

    /// Whether it was begun before `age` ago; false for an age that reaches behind the beginning of time.
    func isOlder(than age: Duration, now: Int64 = FileTree.now()) -> Bool {
        let (seconds, attoseconds) = age.components
        let (nanoseconds, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (limit, isBeforeTime) = now.subtractingReportingOverflow(nanoseconds &+ attoseconds / 1_000_000_000)
        return !isTooLong && !isBeforeTime && begunNanoseconds < limit
    }

    /// `1577923200123456789-9f86d081884c7d65`.
    var description: String {
        let digits = String(random, radix: 16)
        return "\(begunNanoseconds)-" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
