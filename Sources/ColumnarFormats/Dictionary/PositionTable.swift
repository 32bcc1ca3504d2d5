/// Finds the positions of values in a list that its owner keeps: an open hash table, at most a quarter full, so that
/// few searches meet another value.
///
/// It knows no values: who asks brings a value's hash, and says of a position whether the value there is the same.
/// One owner, which enlarges the table where it is crowded.
struct PositionTable: ~Copyable {
    /// What stands for no position.
    static var none: UInt32 { .max }

    private var slots: UnsafeMutablePointer<UInt32>
    private var mask: Int

    /// The positions in the table, which are all below this number.
    private(set) var count = 0

    /// - Parameter slotCount: The slots to begin with; a power of two.
    init(slotCount: Int = 1024) {
        slots = Self.makeSlots(slotCount)
        mask = slotCount - 1
    }

    deinit {
        slots.deallocate()
    }

    private static func makeSlots(_ count: Int) -> UnsafeMutablePointer<UInt32> {
        let slots = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
        slots.initialize(repeating: none, count: count)
        return slots
    }

    /// The position of a value, or ``none`` and the slot where it would be added.
    ///
    /// - Parameter isValue: Whether the value is that at a position.
    @inline(__always)
    func find(_ hash: UInt32, _ isValue: (UInt32) -> Bool) -> (position: UInt32, slot: Int) {
        var slot = Int(hash) & mask
        while true {
            let position = slots[slot]
            if position == Self.none || isValue(position) { return (position, slot) }
            slot = (slot &+ 1) & mask
        }
    }

    /// Adds the position ``count`` in the slot that ``find(_:_:)`` gave, and returns it.
    @inline(__always)
    mutating func add(at slot: Int) -> UInt32 {
        let position = UInt32(truncatingIfNeeded: count)
        slots[slot] = position
        count &+= 1
        return position
    }

    /// Whether a quarter of the table is full, so that it must be enlarged before more is added.
    var isCrowded: Bool { count * 4 > mask }

    /// Forgets all positions and makes room for as many again, which the owner adds anew with ``add(_:)``.
    mutating func enlarge() {
        let slotCount = (mask + 1) * 2
        slots.deallocate()
        slots = Self.makeSlots(slotCount)
        mask = slotCount - 1
        count = 0
    }

    /// Adds the position ``count``, whose value is known to be no other's.
    mutating func add(_ hash: UInt32) {
        _ = add(at: find(hash) { _ in false }.slot)
    }

    /// Forgets all positions. O(slots).
    mutating func removeAll() {
        if count == 0 { return }
        count = 0
        slots.update(repeating: Self.none, count: mask + 1)
    }
}
