import S3DBCore

/// Dictionary positions that wait to be written: of two bytes each as long as all of them fit, and of four from then on.
/// They are most of what a row group takes while it is encoded.
struct WaitingPositions: ~Copyable {
    private var bytes = BufferBuilder()
    private var width = Self.narrow
    private let expectedCount: Int

    private static let narrow = MemoryLayout<UInt16>.size
    private static let wide = MemoryLayout<UInt32>.size

    /// The bytes that grow by the step; behind them comes room for all that is expected.
    private static let steppedByteCount = 32 << 10

    /// How many narrow positions are made wide at once.
    private static let stretchCount = 4096

    /// - Parameter expectedCount: How many there mostly are in the end.
    init(expectedCount: Int) {
        self.expectedCount = expectedCount
    }

    var count: Int { bytes.count / width }

    /// Lets `body` write up to `limit` positions; it returns how many it wrote. O(limit).
    @inline(__always)
    mutating func append(upTo limit: Int, _ body: (UnsafeMutablePointer<UInt32>) -> Int) {
        // They are written wide, where wide ones are aligned, and made narrow in place.
        let padding = bytes.count % Self.wide
        let byteCount = padding + limit * Self.wide
        if byteCount > bytes.capacity - bytes.count { makeRoom(for: byteCount) }
        var count = 0
        var fits = true
        bytes.append(upTo: byteCount) { target in
            guard let base = target.baseAddress else { return 0 }
            let written = base + padding
            count = body(written.assumingMemoryBound(to: UInt32.self))
            guard width == Self.narrow else { return count * Self.wide }
            fits = Self.largestBits(written.assumingMemoryBound(to: UInt32.self), count) <= UInt16.max
            guard fits else { return padding + count * Self.wide }
            Self.copyNarrow(UnsafeRawPointer(written), count, to: base)
            return count * Self.narrow
        }
        if !fits { widen(lastByteCount: count * Self.wide, padding: padding) }
    }

    /// Makes room for all that is expected at once where there are no longer few: most pages are full in the end, and each
    /// step on the way would be copied.
    @inline(never)
    private mutating func makeRoom(for byteCount: Int) {
        guard bytes.count >= Self.steppedByteCount else { return }
        let (missing, overflow) = (expectedCount - count).multipliedReportingOverflow(by: width)
        if !overflow && missing > 0 { bytes.reserve(missing + byteCount / Self.wide * (Self.wide - width) + Self.wide) }
    }

    /// All of the positions' bits together, which need as many as the largest.
    private static func largestBits(_ positions: UnsafePointer<UInt32>, _ count: Int) -> UInt32 {
        var bits: UInt32 = 0
        for index in 0..<count { bits |= positions[index] }
        return bits
    }

    /// Copies positions, which all fit, to the same place or one before it.
    private static func copyNarrow(_ source: UnsafeRawPointer, _ count: Int, to target: UnsafeMutableRawPointer) {
        var index = 0
        while index &+ 8 <= count {
            let positions = source.loadUnaligned(fromByteOffset: index &* wide, as: SIMD8<UInt32>.self)
            target.storeBytes(
                of: SIMD8<UInt16>(truncatingIfNeeded: positions), toByteOffset: index &* narrow, as: SIMD8<UInt16>.self)
            index &+= 8
        }
        while index < count {
            let position = source.loadUnaligned(fromByteOffset: index &* wide, as: UInt32.self)
            target.storeBytes(of: UInt16(truncatingIfNeeded: position), toByteOffset: index &* narrow, as: UInt16.self)
            index &+= 1
        }
    }

    /// Makes all wide but the last, which are.
    @inline(never)
    private mutating func widen(lastByteCount: Int, padding: Int) {
        var widened = BufferBuilder(capacity: max(expectedCount, count) * Self.wide)
        bytes.withBytes { bytes in
            let (old, last) = (bytes.count - lastByteCount - padding, bytes.count - lastByteCount)
            for position in UnsafeRawBufferPointer(rebasing: bytes[..<old]).assumingMemoryBound(to: UInt16.self) {
                widened.append(value: UInt32(position))
            }
            widened.appendUnsafe(UnsafeRawBufferPointer(rebasing: bytes[last...]))
        }
        bytes = widened
        width = Self.wide
    }

    /// Forgets the last positions.
    mutating func removeLast(_ count: Int) {
        bytes.truncate(to: max(0, bytes.count - count * width))
    }

    mutating func removeAll() {
        bytes.removeAll()
        width = Self.narrow
    }

    /// Calls `body` with the positions of a range, one stretch after the other. O(range).
    func forEachStretch(_ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt32>) -> Void) {
        bytes.withBytes { bytes in
            if width == Self.wide {
                return body(UnsafeBufferPointer(rebasing: bytes.assumingMemoryBound(to: UInt32.self)[range]))
            }
            let positions = bytes.assumingMemoryBound(to: UInt16.self)
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.stretchCount) { stretch in
                for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.stretchCount) {
                    let end = min(start + Self.stretchCount, range.upperBound)
                    for index in start..<end {
                        stretch.initializeElement(at: index - start, to: UInt32(positions[index]))
                    }
                    body(UnsafeBufferPointer(rebasing: stretch[..<(end - start)]))
                }
            }
        }
    }

    /// Appends the positions of a range in RLE_DICTIONARY encoding: the bit width, then the positions (Encodings.md,
    /// "Dictionary Encoding"). The width is that of the range's largest position.
    func write(_ range: Range<Int>, into output: inout BufferBuilder) {
        bytes.withBytes { bytes in
            if width == Self.wide {
                Self.write(bytes.assumingMemoryBound(to: UInt32.self), range, into: &output)
            } else {
                Self.write(bytes.assumingMemoryBound(to: UInt16.self), range, into: &output)
            }
        }
    }

    private static func write<Position: FixedWidthInteger & UnsignedInteger>(
        _ positions: UnsafeBufferPointer<Position>, _ range: Range<Int>, into output: inout BufferBuilder
    ) {
        let positions = UnsafeBufferPointer(rebasing: positions[range])
        // All of them together need as many bits as the largest.
        var bits: Position = 0
        for position in positions { bits |= position }
        let bitWidth = RLEBitPackedHybrid.bitWidth(of: UInt32(bits))
        output.append(UInt8(truncatingIfNeeded: bitWidth))
        RLEBitPackedHybrid.encode(positions, bitWidth: bitWidth, into: &output)
    }
}
