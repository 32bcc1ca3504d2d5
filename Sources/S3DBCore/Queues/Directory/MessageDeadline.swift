/// When a message comes back, in tenths of a second since 1970: the name of the folder that holds what is due then.
struct MessageDeadline: Hashable, Comparable, CustomStringConvertible {
    private let tenths: Int64

    private static let nanosecondsPerTenth: Int64 = 100_000_000

    /// The end of a visibility timeout that begins now, rounded up. The timeout must be one that queues allow.
    init(after visibility: Duration) {
        let (seconds, attoseconds) = visibility.components
        let end = FileTree.now() &+ seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
        tenths = (end &+ Self.nanosecondsPerTenth &- 1) / Self.nanosecondsPerTenth
    }

    /// Reads a folder's name; nil for any other text.
    init?(_ text: some StringProtocol) {
        guard let tenths = Int64(text), tenths >= 0, String(tenths).utf8.elementsEqual(text.utf8) else { return nil }
        self.tenths = tenths
    }

    /// Whether it has come.
    var isPast: Bool { FileTree.now() / Self.nanosecondsPerTenth >= tenths }

    static func < (a: MessageDeadline, b: MessageDeadline) -> Bool { a.tenths < b.tenths }

    var description: String { String(tenths) }
}
