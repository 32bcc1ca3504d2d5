/// Where the parts of an upload are going to stand in the object, as far as a caller knows it before they are sent.
///
/// A hint: a store that can puts a part to its place at once, and has nothing to join in the end. Where parts turn out to
/// have other sizes, the object is as right as without.
public struct PartLayout: Hashable, Sendable {
    /// The bytes of the first part.
    public var firstPartByteCount: Int
    /// The bytes of each part behind it, but for the last, which may have fewer.
    public var partByteCount: Int

    /// Makes a layout. Traps when a part would have no bytes.
    public init(firstPartByteCount: Int, partByteCount: Int) {
        precondition(firstPartByteCount > 0 && partByteCount > 0, "parts have bytes")
        self.firstPartByteCount = firstPartByteCount
        self.partByteCount = partByteCount
    }

    /// The place of a part; nil where it has no bytes, more than there is room for, or no place.
    func place(ofPart number: Int, byteCount: Int) -> Range<Int>? {
        let room = number == 1 ? firstPartByteCount : partByteCount
        guard byteCount > 0, byteCount <= room, MultipartRules.partNumbers.contains(number) else { return nil }
        guard number > 1 else { return 0..<byteCount }
        let (before, overflow) = partByteCount.multipliedReportingOverflow(by: number - 2)
        let (start, overflowToo) = firstPartByteCount.addingReportingOverflow(before)
        guard !overflow, !overflowToo, start <= MultipartRules.objectByteLimit else { return nil }
        return start..<start + byteCount
    }
}
