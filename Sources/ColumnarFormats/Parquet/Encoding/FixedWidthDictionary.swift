import S3DBCore

/// The distinct numbers of a column chunk and their positions, in the order of their first occurrence.
///
/// Numbers are told apart by their bits: NaNs of different payload and zeros of different sign are different.
/// An open hash table of positions, at most half full. One owner.
final class FixedWidthDictionary<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
    /// What stands in a free slot.
    private static var free: UInt32 { .max }
    private static var initialSlotCount: Int { 1024 }

    /// The number of values that fit.
    let limit: Int
    /// The number of values.
    private(set) var count = 0

    private var values: UnsafeMutableBufferPointer<Bits>
    private var slots: UnsafeMutableBufferPointer<UInt32>

    /// - Parameter byteLimit: How large the dictionary's page may become, before compression.
    init(byteLimit: Int) {
        limit = byteLimit / MemoryLayout<Bits>.size
        values = .allocate(capacity: Self.initialSlotCount / 2)
        slots = .allocate(capacity: Self.initialSlotCount)
        slots.initialize(repeating: Self.free)
    }

    deinit {
        values.deallocate()
        slots.deallocate()
    }

    /// The bytes of all values.
    var byteCount: Int { count * MemoryLayout<Bits>.size }

    /// The value at a position that ``encode(_:into:)`` gave.
    func value(at position: UInt32) -> Bits { values[Int(position)] }

    /// Calls `body` with the values.
    func withValues<Result>(_ body: (UnsafeBufferPointer<Bits>) -> Result) -> Result {
        body(UnsafeBufferPointer(rebasing: values[..<count]))
    }

    /// Writes the position of each number to `positions` and returns how many it wrote: fewer than there are
    /// numbers when the next one is new and the dictionary is full. O(count).
    func encode<Element: PhysicalElement>(
        _ elements: UnsafeBufferPointer<Element>, into positions: UnsafeMutablePointer<UInt32>
    ) -> Int where Element.Bits == Bits {
        guard let first = elements.first else { return 0 }
        var lastBits = ~first.plainBits
        var lastPosition = Self.free
        for index in 0..<elements.count {
            let bits = elements[index].plainBits
            if bits != lastBits {
                lastPosition = position(of: bits)
                if lastPosition == Self.free { return index }
                lastBits = bits
            }
            positions[index] = lastPosition
        }
        return elements.count
    }

    /// Forgets all values.
    func removeAll() {
        if count == 0 { return }
        count = 0
        slots.update(repeating: Self.free)
    }

    @inline(__always)
    private func position(of bits: Bits) -> UInt32 {
        let mask = slots.count &- 1
        var slot = Self.hash(bits) & mask
        while true {
            let position = slots[slot]
            if position == Self.free { return insert(bits, at: slot) }
            if values[Int(position)] == bits { return position }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(never)
    private func insert(_ bits: Bits, at slot: Int) -> UInt32 {
        if count == limit { return Self.free }
        let position = UInt32(count)
        values[count] = bits
        slots[slot] = position
        count += 1
        if count == values.count { grow() }
        return position
    }

    private func grow() {
        let oldValues = values
        let oldSlots = slots
        values = .allocate(capacity: oldValues.count * 2)
        _ = values.initialize(fromContentsOf: oldValues)
        slots = .allocate(capacity: oldSlots.count * 2)
        slots.initialize(repeating: Self.free)
        let mask = slots.count - 1
        for position in 0..<count {
            var slot = Self.hash(values[position]) & mask
            while slots[slot] != Self.free { slot = (slot + 1) & mask }
            slots[slot] = UInt32(position)
        }
        oldValues.deallocate()
        oldSlots.deallocate()
    }

    /// Numbers often differ in few bits (the high ones of a float, the low ones of an integer), so both halves are
    /// folded before they are spread.
    @inline(__always)
    private static func hash(_ bits: Bits) -> Int {
        let wide = UInt64(truncatingIfNeeded: bits)
        let mixed = (wide ^ wide &>> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed &>> 32)
    }
}
