/// A growing list that hot loops read and write in place, without the checks of an array: an index must be below
/// ``count``.
struct EntryList<Entry: BitwiseCopyable>: ~Copyable {
    private var start: UnsafeMutablePointer<Entry>
    private var capacity: Int

    /// The number of entries.
    private(set) var count = 0

    init(capacity: Int = 64) {
        start = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        start.deallocate()
    }

    /// The entry at `index`.
    @inline(__always)
    subscript(index: Int) -> Entry {
        get {
            assert(index >= 0 && index < count)
            return start[index]
        }
        set {
            assert(index >= 0 && index < count)
            start[index] = newValue
        }
    }

    /// Appends an entry. Amortised O(1).
    @inline(__always)
    mutating func append(_ entry: Entry) {
        if count == capacity { grow() }
        (start + count).initialize(to: entry)
        count &+= 1
    }

    @inline(never)
    private mutating func grow() {
        let grown = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
        grown.moveInitialize(from: start, count: count)
        start.deallocate()
        start = grown
        capacity *= 2
    }

    /// Forgets all entries.
    mutating func removeAll() {
        count = 0
    }

    /// Calls `body` with the entries.
    func withElements<Result>(_ body: (UnsafeBufferPointer<Entry>) -> Result) -> Result {
        body(UnsafeBufferPointer(start: start, count: count))
    }
}
