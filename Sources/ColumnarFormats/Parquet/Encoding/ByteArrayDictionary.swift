import S3DBCore

/// The distinct byte strings of a column chunk and their positions, in the order of their first occurrence.
///
/// The strings stand one after the other in PLAIN encoding, ready to be a dictionary page. What is noted of the
/// strings of the current page are its extremes: each string is compared once a page.
struct ByteArrayDictionary: ~Copyable {
    /// Where a string stands.
    struct Entry {
        /// The offset of its first byte, behind its length.
        var start: UInt32
        var count: UInt32
        var hash: UInt32
        /// The page that the string was last seen in.
        var page: UInt32
    }

    private let byteLimit: Int
    private var table = PositionTable()
    private var entries = EntryList<Entry>()
    /// The strings in PLAIN encoding.
    private(set) var plain = BufferBuilder()

    /// The current page, counted from 1.
    private var page: UInt32 = 1
    private var extremes = ByteArrayExtremes()

    /// - Parameter byteLimit: How large the dictionary's page may become, before compression; below 4 GiB.
    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    /// The number of strings.
    var count: Int { entries.count }

    /// The bytes in PLAIN encoding, lengths included, of the strings at `positions`.
    func plainByteCount(_ positions: UnsafeBufferPointer<UInt32>) -> Int {
        var total = 0
        for position in positions { total &+= 4 &+ Int(entries[Int(position)].count) }
        return total
    }

    /// The position of `value`, which is added where it is new; ``PositionTable/none`` where it does not fit any more.
    /// O(length).
    mutating func position(of value: UnsafeRawBufferPointer) -> UInt32 {
        let hash = Self.hash(value)
        let (position, slot) = table.find(hash) { entries[Int($0)].hash == hash && isValue(at: $0, value) }
        return position == PositionTable.none ? insert(value, hash: hash, at: slot) : position
    }

    private mutating func insert(_ value: UnsafeRawBufferPointer, hash: UInt32, at slot: Int) -> UInt32 {
        if value.count > byteLimit - plain.count - 4 { return PositionTable.none }
        plain.appendLittleEndian(UInt32(value.count))
        entries.append(Entry(start: UInt32(plain.count), count: UInt32(value.count), hash: hash, page: 0))
        plain.appendUnsafe(value)
        let position = table.add(at: slot)
        if table.isCrowded {
            table.enlarge()
            for index in 0..<count { table.add(entries[index].hash) }
        }
        return position
    }

    /// Whether the string at `position` is `value`.
    func isValue(at position: UInt32, _ value: UnsafeRawBufferPointer) -> Bool {
        let entry = entries[Int(position)]
        guard Int(entry.count) == value.count else { return false }
        return plain.withBytes { plain in
            ByteOrder.areEqual(UnsafeRawBufferPointer(rebasing: plain[Int(entry.start)...].prefix(value.count)), value)
        }
    }

    /// Notes that the string at `position` stands in the current page.
    @inline(__always)
    mutating func note(_ position: UInt32) {
        if entries[Int(position)].page != page { noteFirst(position) }
    }

    @inline(never)
    private mutating func noteFirst(_ position: UInt32) {
        entries[Int(position)].page = page
        let entry = entries[Int(position)]
        var widened = extremes
        plain.withBytes { widened.extend(start: Int(entry.start), count: Int(entry.count), in: $0) }
        extremes = widened
    }

    /// Ends the current page, and calls `body` with its extremes and the bytes that they stand in.
    mutating func closePage<Result>(_ body: (ByteArrayExtremes, UnsafeRawBufferPointer) -> Result) -> Result {
        page += 1
        let ended = extremes
        extremes = ByteArrayExtremes()
        return plain.withBytes { body(ended, $0) }
    }

    /// Appends the strings at `positions` in PLAIN encoding.
    func appendPlain(_ positions: UnsafeBufferPointer<UInt32>, to output: inout BufferBuilder) {
        plain.withBytes { plain in
            for position in positions {
                let entry = entries[Int(position)]
                // The length stands before the string.
                let range = Int(entry.start) - 4..<Int(entry.start) + Int(entry.count)
                output.appendUnsafe(UnsafeRawBufferPointer(rebasing: plain[range]))
            }
        }
    }

    /// Forgets all strings.
    mutating func removeAll() {
        table.removeAll()
        entries.removeAll()
        plain.removeAll()
        page = 1
        extremes = ByteArrayExtremes()
    }

    /// Eight bytes a step, each folded in with a full-width multiplication.
    private static func hash(_ value: UnsafeRawBufferPointer) -> UInt32 {
        let prime: UInt64 = 0x9E37_79B9_7F4A_7C15
        var state = UInt64(truncatingIfNeeded: value.count) ^ prime
        var offset = 0
        while offset &+ 8 <= value.count {
            state = fold(state ^ value.loadUnaligned(fromByteOffset: offset, as: UInt64.self), prime)
            offset &+= 8
        }
        var rest: UInt64 = 0
        while offset < value.count {
            rest = rest &<< 8 | UInt64(value[offset])
            offset &+= 1
        }
        return UInt32(truncatingIfNeeded: fold(state ^ rest, prime ^ 0x2545_F491_4F6C_DD1D))
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
