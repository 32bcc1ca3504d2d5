import S3DBCore

/// The moments in XML answers.
///
///     2026-02-21T01:01:45.000Z
///
/// Source: XML Schema Part 2: Datatypes, "dateTime", in UTC as S3 writes it.
enum XMLDateTime {
    /// Whole seconds since 1970; nil for anything else.
    static func seconds(_ text: String) -> Int64? {
        guard text.utf8.last == UInt8(ascii: "Z") else { return nil }
        let halves = text.dropLast().split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2, let day = UTCDay(halves[0]),
            let clock = halves[1].split(separator: ".").first?.split(separator: ":", omittingEmptySubsequences: false),
            clock.count == 3, clock.allSatisfy({ $0.utf8.count == 2 })
        else { return nil }
        let numbers = clock.map { Int($0) ?? -1 }
        guard (0...23).contains(numbers[0]), (0...59).contains(numbers[1]), (0...60).contains(numbers[2]) else {
            return nil
        }
        return day.startSeconds + Int64(numbers[0] * 3600 + numbers[1] * 60 + numbers[2])
    }
}
