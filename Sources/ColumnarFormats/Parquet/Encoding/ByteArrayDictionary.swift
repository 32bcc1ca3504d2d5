import S3DBCore

/// The distinct byte strings of a column chunk and their positions, in the order of their first occurrence.
///
/// The strings stand one after the other in PLAIN encoding, ready to be a dictionary page. An open hash table of
/// positions, at most half full. One owner.
final class ByteArrayDictionary {
    /// What stands in a free slot, and for a string that does not fit.
    static let none = UInt32.max
    private static let initialSlotCount = 1024

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
    /// The strings in PLAIN encoding.
    private(set) var plain = BufferBuilder()
    /// The number of strings.
    private(set) var count = 0

    private var entries: UnsafeMutableBufferPointer<Entry>
    private var slots: UnsafeMutableBufferPointer<UInt32>

    /// - Parameter byteLimit: How large the dictionary's page may become, before compression; below 4 GiB.
    init(byteLimit: Int) {
        self.byteLimit = byteLimit
        entries = .allocate(capacity: Self.initialSlotCount / 2)
        slots = .allocate(capacity: Self.initialSlotCount)
        slots.initialize(repeating: Self.none)
    }

    deinit {
        entries.deallocate()
        slots.deallocate()
    }

    /// The string at `position`.
    func entry(at position: UInt32) -> Entry { entries[Int(position)] }

    /// Notes that the string at `position` stands in `page`, and returns whether it was not noted before.
    @inline(__always)
    func mark(_ position: UInt32, page: UInt32) -> Bool {
        if entries[Int(position)].page == page { return false }
        entries[Int(position)].page = page
        return true
    }

    /// The position of `value`, which is added where it is new; ``none`` where it does not fit any more.
    /// O(length).
    func position(of value: UnsafeRawBufferPointer) -> UInt32 {
        let hash = Self.hash(value)
        let mask = slots.count &- 1
        var slot = Int(hash) & mask
        while true {
            let position = slots[slot]
            if position == Self.none { return insert(value, hash: hash, at: slot) }
            let entry = entries[Int(position)]
            if entry.hash == hash && equals(entry, value) { return position }
            slot = (slot &+ 1) & mask
        }
    }

    /// Whether the string at `position` is `value`.
    func isValue(at position: UInt32, _ value: UnsafeRawBufferPointer) -> Bool {
        equals(entries[Int(position)], value)
    }

    /// Forgets all strings.
    func removeAll() {
        if count == 0 { return }
        count = 0
        plain.removeAll()
        slots.update(repeating: Self.none)
    }

    private func equals(_ entry: Entry, _ value: UnsafeRawBufferPointer) -> Bool {
        guard Int(entry.count) == value.count else { return false }
        return plain.withBytes { plain in
            ByteOrder.areEqual(UnsafeRawBufferPointer(rebasing: plain[Int(entry.start)...].prefix(value.count)), value)
        }
    }

    private func insert(_ value: UnsafeRawBufferPointer, hash: UInt32, at slot: Int) -> UInt32 {
        if value.count > byteLimit - plain.count - 4 { return Self.none }
        let position = UInt32(count)
        plain.appendLittleEndian(UInt32(value.count))
        entries[count] = Entry(start: UInt32(plain.count), count: UInt32(value.count), hash: hash, page: 0)
        plain.appendUnsafe(value)
        slots[slot] = position
        count += 1
        if count == entries.count { grow() }
        return position
    }

    private func grow() {
        let oldEntries = entries
        let oldSlots = slots
        entries = .allocate(capacity: oldEntries.count * 2)
        _ = entries.initialize(fromContentsOf: oldEntries)
        slots = .allocate(capacity: oldSlots.count * 2)
        slots.initialize(repeating: Self.none)
        let mask = slots.count - 1
        for position in 0..<count {
            var slot = Int(entries[position].hash) & mask
            while slots[slot] != Self.none { slot = (slot + 1) & mask }
            slots[slot] = UInt32(position)
        }
        oldEntries.deallocate()
        oldSlots.deallocate()
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
