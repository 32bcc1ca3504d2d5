/// What the command line asks for.
struct Options {
    /// Only benchmarks and gates whose name contains this.
    var filter = ""
    /// Whether each runs once, as in continuous integration.
    var isOnce = false
    /// Whether results are JSON lines.
    var isJSON = false
    /// A day of a lake whose stages are measured too.
    var day: String?

    static let usage = "usage: Micro [--filter TEXT] [--once] [--json] [--day DAY.csv.gz]"

    /// nil for arguments that mean nothing.
    init?(_ arguments: [String]) {
        var arguments = arguments.makeIterator()
        while let argument = arguments.next() {
            switch argument {
            case "--once": isOnce = true
            case "--json": isJSON = true
            case "--day":
                guard let path = arguments.next() else { return nil }
                day = path
            case "--filter":
                guard let text = arguments.next() else { return nil }
                filter = text
            default: return nil
            }
        }
    }

    /// Whether something of this name is to run.
    func takes(_ name: String) -> Bool { filter.isEmpty || name.contains(filter) }
}
