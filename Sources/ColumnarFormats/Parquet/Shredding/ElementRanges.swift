import S3DBCore

/// Where the elements of each list stand; valid while the column's buffers are borrowed.
protocol ElementRanges {
    /// The elements of the list at a position of its column.
    func range(at position: Int) -> Range<Int>
}

/// Lists one behind the other, by offsets.
struct OffsetRanges<Offset: FixedWidthInteger & BitwiseCopyable>: ElementRanges {
    let offsets: UnsafeBufferPointer<Offset>

    @inline(__always)
    func range(at position: Int) -> Range<Int> {
        Int(offsets[position])..<Int(offsets[position &+ 1])
    }
}

/// Lists in any order, by offsets and sizes.
struct ViewRanges<Offset: FixedWidthInteger & BitwiseCopyable>: ElementRanges {
    let offsets: UnsafeBufferPointer<Offset>
    let sizes: UnsafeBufferPointer<Offset>

    @inline(__always)
    func range(at position: Int) -> Range<Int> {
        Int(offsets[position])..<Int(offsets[position]) &+ Int(sizes[position])
    }
}

/// Lists of one size.
struct FixedRanges: ElementRanges {
    let size: Int

    @inline(__always)
    func range(at position: Int) -> Range<Int> {
        position &* size..<(position &+ 1) &* size
    }
}
