import S3DBCore

/// The RLE and bit-packing hybrid of levels and dictionary indices
/// (https://parquet.apache.org/docs/file-format/data-pages/encodings/, "Run Length Encoding / Bit-Packing Hybrid").
///
///     run          varint(count << 1)      | value in (width + 7) / 8 bytes, little-endian
///     literals     varint(groups << 1 | 1) | 8 * groups values of `width` bits, least significant bit first
///
/// Only the last literals of an encoding may be padded, so a run gives up its first values where they are needed
/// to fill the group of literals before it.
enum RLEBitPackedHybrid {
    /// The bits that the largest value needs.
    static func bitWidth(of maximum: UInt32) -> Int {
        UInt32.bitWidth - maximum.leadingZeroBitCount
    }

    /// Appends `values`, all below `1 << bitWidth`. O(count).
    static func encode<Value: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafeBufferPointer<Value>, bitWidth: Int, into output: inout BufferBuilder
    ) {
        if bitWidth == 0 {
            if !values.isEmpty { appendRun(of: 0, count: values.count, bitWidth: 0, into: &output) }
            return
        }
        let minimumRun = shortestRun(bitWidth)
        var literals = 0
        var position = 0
        while let run = nextRun(values, from: position) {
            let runStart = run.lowerBound + (literals &- run.lowerBound) & 7
            if run.upperBound - runStart >= minimumRun {
                appendLiterals(values, literals..<runStart, bitWidth: bitWidth, into: &output)
                appendRun(
                    of: UInt64(values[runStart]), count: run.upperBound - runStart, bitWidth: bitWidth, into: &output)
                literals = run.upperBound
            }
            position = run.upperBound
        }
        appendLiterals(values, literals..<values.count, bitWidth: bitWidth, into: &output)
    }

    /// The next equal values from `start` on, all of them; leaves out some that are fewer than ``leastRun``.
    ///
    /// Looks at every fourth value: seven equal ones hold four from there on.
    @inline(__always)
    private static func nextRun<Value: FixedWidthInteger>(
        _ values: UnsafeBufferPointer<Value>, from start: Int
    ) -> Range<Int>? {
        var position = start
        while position &+ 4 <= values.count {
            let value = values[position]
            if value == values[position &+ 3] && value == values[position &+ 1] && value == values[position &+ 2] {
                var first = position
                while first > start && values[first &- 1] == value { first &-= 1 }
                return first..<runEnd(values, of: value, from: position &+ 4)
            }
            position &+= 4
        }
        return nil
    }

    /// Appends one run.
    static func appendRun(of value: UInt64, count: Int, bitWidth: Int, into output: inout BufferBuilder) {
        output.appendVarint(UInt64(count) << 1)
        var rest = value
        for _ in 0..<(bitWidth + 7) / 8 {
            output.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// The fewest equal values that are ever written as a run, unless they have no bits.
    private static let leastRun = 8

    /// From which length a run is smaller than the same values as literals: it costs a header and a value, and
    /// another header for the literals behind it.
    private static func shortestRun(_ bitWidth: Int) -> Int {
        max(leastRun, 8 * (2 + (bitWidth + 7) / 8) / bitWidth)
    }

    @inline(__always)
    private static func runEnd<Value: FixedWidthInteger>(
        _ values: UnsafeBufferPointer<Value>, of value: Value, from start: Int
    ) -> Int {
        var end = start
        while end &+ 8 <= values.count {
            var difference: Value = 0
            for place in 0..<8 { difference |= values[end &+ place] ^ value }
            if difference != 0 { break }
            end &+= 8
        }
        while end < values.count && values[end] == value { end &+= 1 }
        return end
    }

    private static func appendLiterals<Value: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>, bitWidth: Int, into output: inout BufferBuilder
    ) {
        if range.isEmpty { return }
        let groups = (range.count + 7) / 8
        output.appendVarint(UInt64(groups) << 1 | 1)
        let byteCount = groups * bitWidth
        output.append(upTo: byteCount + 8) { target in
            BitPacking.pack(UnsafeBufferPointer(rebasing: values[range]), bitWidth: bitWidth, into: target)
            return byteCount
        }
    }
}
