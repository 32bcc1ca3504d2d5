import S3DBCore

/// The distinct numbers of a column chunk and their positions, in the order of their first occurrence.
///
/// Numbers are told apart by their bits: NaNs of different payload and zeros of different sign are different.
struct FixedWidthDictionary<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>: ~Copyable {
    /// The number of values that fit.
    private let limit: Int
    private var table = PositionTable()
    private var values = EntryList<Bits>()

    /// - Parameter byteLimit: How large the dictionary's page may become, before compression.
    init(byteLimit: Int) {
        limit = byteLimit / MemoryLayout<Bits>.size
    }

    /// The number of values.
    var count: Int { values.count }

    /// The bytes of all values.
    var byteCount: Int { count * MemoryLayout<Bits>.size }

    /// The value at a position that ``encode(_:into:extremes:)`` gave.
    @inline(__always)
    func value(at position: UInt32) -> Bits { values[Int(position)] }

    /// Calls `body` with the values.
    func withValues<Result>(_ body: (UnsafeBufferPointer<Bits>) -> Result) -> Result {
        values.withElements(body)
    }

    /// Writes the position of each number to `positions`, widens `extremes` to hold it, and returns how many it took:
    /// fewer than there are numbers when the next one is new and the dictionary is full. O(count).
    mutating func encode<Element: PhysicalElement>(
        _ elements: UnsafeBufferPointer<Element>, into positions: UnsafeMutablePointer<UInt32>,
        extremes: inout NumberExtremes<Element>
    ) -> Int where Element.Bits == Bits {
        var widened = extremes
        defer { extremes = widened }
        var last: (bits: Bits, position: UInt32) = (0, PositionTable.none)
        var index = 0
        while index < elements.count {
            let end = min(index &+ Self.strideCount, elements.count)
            if last.position != PositionTable.none && Self.repeats(last.bits, elements, index..<end) {
                while index < end {
                    positions[index] = last.position
                    index &+= 1
                }
                continue
            }
            while index < end {
                let element = elements[index]
                last.bits = element.plainBits
                last.position = position(of: last.bits)
                if last.position == PositionTable.none { return index }
                widened.extend(element)
                positions[index] = last.position
                index &+= 1
            }
        }
        return elements.count
    }

    /// How many numbers are compared with the one before together. A column repeats numbers for long or in no order: a
    /// comparison for each would be a branch that cannot be foretold.
    private static var strideCount: Int { 8 }

    @inline(__always)
    private static func repeats<Element: PhysicalElement>(
        _ bits: Bits, _ elements: UnsafeBufferPointer<Element>, _ range: Range<Int>
    ) -> Bool where Element.Bits == Bits {
        guard range.count == strideCount else { return false }
        var difference: Bits = 0
        for place in 0..<strideCount { difference |= elements[range.lowerBound &+ place].plainBits ^ bits }
        return difference == 0
    }

    /// Forgets all values.
    mutating func removeAll() {
        table.removeAll()
        values.removeAll()
    }

    @inline(__always)
    private mutating func position(of bits: Bits) -> UInt32 {
        let (position, slot) = table.find(Self.hash(bits)) { values[Int($0)] == bits }
        return position == PositionTable.none ? insert(bits, at: slot) : position
    }

    @inline(never)
    private mutating func insert(_ bits: Bits, at slot: Int) -> UInt32 {
        if count == limit { return PositionTable.none }
        values.append(bits)
        let position = table.add(at: slot)
        if table.isCrowded {
            table.enlarge()
            for index in 0..<count { table.add(Self.hash(values[index])) }
        }
        return position
    }

    /// Numbers often differ in few bits (the high ones of a float, the low ones of an integer), so both halves are
    /// folded before they are spread.
    @inline(__always)
    private static func hash(_ bits: Bits) -> UInt32 {
        let wide = UInt64(truncatingIfNeeded: bits)
        let mixed = (wide ^ wide &>> 32) &* 0x9E37_79B9_7F4A_7C15
        return UInt32(truncatingIfNeeded: mixed &>> 32)
    }
}
