/// The smallest and the largest byte string of a page, by where they stand in a run of bytes.
struct ByteArrayExtremes {
    private var minimum = 0..<0
    private var maximum = 0..<0
    private var isEmpty = true

    /// Widens the extremes to hold the string at `start`; all strings of a page stand in the same bytes.
    @inline(__always)
    mutating func extend(start: Int, count: Int, in bytes: UnsafeRawBufferPointer) {
        let range = start..<start &+ count
        if isEmpty {
            (minimum, maximum, isEmpty) = (range, range, false)
            return
        }
        let value = UnsafeRawBufferPointer(rebasing: bytes[range])
        if ByteOrder.precedes(value, UnsafeRawBufferPointer(rebasing: bytes[minimum])) {
            minimum = range
        } else if ByteOrder.precedes(UnsafeRawBufferPointer(rebasing: bytes[maximum]), value) {
            maximum = range
        }
    }

    /// The extremes, or nil where the page has no string.
    func values(
        in bytes: UnsafeRawBufferPointer
    ) -> (minimum: UnsafeRawBufferPointer, maximum: UnsafeRawBufferPointer)? {
        if isEmpty { return nil }
        return (
            UnsafeRawBufferPointer(rebasing: bytes[minimum]), UnsafeRawBufferPointer(rebasing: bytes[maximum])
        )
    }
}
