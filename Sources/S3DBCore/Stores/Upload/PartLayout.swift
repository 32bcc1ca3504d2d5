/// Where the parts of an upload are going to stand in the object, as far as a caller knows it before they are sent.
///
/// A hint: a store that can puts a part to its place at once, and has nothing to join in the end. Where parts turn out to
/// have other sizes, the object is as right as without.
public struct PartLayout: Hashable, Sendable {
    /// The bytes of the first part.
    public var firstPartByteCount: Int
    /// The bytes of the second part and of those behind it, but for the last, which may have fewer.
    public var partByteCount: Int
    /// How many parts have that size before it doubles; then as many have the doubled one, and so on.
    public var partCountPerSize: Int

    /// Makes a layout. Traps when a part would have no bytes, or no part a size.
    public init(firstPartByteCount: Int, partByteCount: Int, partCountPerSize: Int = 10_000) {
        precondition(firstPartByteCount > 0 && partByteCount > 0 && partCountPerSize > 0, "parts have bytes")
        self.firstPartByteCount = firstPartByteCount
        self.partByteCount = partByteCount
        self.partCountPerSize = partCountPerSize
    }

    /// The place of a part; nil where it has no bytes, more than there is room for, or no place.
    func place(ofPart number: Int, byteCount: Int) -> Range<Int>? {
        guard byteCount > 0, MultipartRules.partNumbers.contains(number) else { return nil }
        guard number > 1 else { return byteCount <= firstPartByteCount ? 0..<byteCount : nil }
        var (start, size, left) = (firstPartByteCount, partByteCount, number - 2)
        while start <= MultipartRules.objectByteLimit, size <= MultipartRules.objectByteLimit {
            let count = min(left, partCountPerSize)
            let (bytes, overflow) = size.multipliedReportingOverflow(by: count)
            guard !overflow, bytes <= MultipartRules.objectByteLimit else { return nil }
            start += bytes
            left -= count
            if left == 0, count < partCountPerSize { return byteCount <= size ? start..<start + byteCount : nil }
            size *= 2
        }
        return nil
    }
}
