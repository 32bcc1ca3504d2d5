import DriverKit

/// The command line that gives the same options.
enum EquivalentCommand {
    /// `backfill run …`, quoted for a POSIX shell.
    static func text(_ given: [OptionName: [String]]) -> String {
        var words = ["backfill", "run"]
        for name in OptionName.allCases {
            guard let texts = given[name] else { continue }
            words.append(name.flag)
            if name.kind != .flag { words += texts.map(quoted) }
        }
        return words.joined(separator: " ")
    }

    /// A word as a shell must see it: as it is where that is safe, else between single quotes.
    static func quoted(_ word: String) -> String {
        let isSafe = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-:=,+@%".utf8.contains(byte)
            }
        }
        return isSafe && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
