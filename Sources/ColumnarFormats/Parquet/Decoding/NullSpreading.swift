import S3DBCore

/// Moves values that stand one after the other apart, so that nulls have their places.
enum NullSpreading {
    /// Spreads the values of a builder over the set bits of `validity`; zeros stand at nulls. O(count).
    ///
    /// As many bits are set as there are values.
    static func spread(_ values: inout BufferBuilder, width: Int, valueCount: Int, _ validity: Bitmap) {
        precondition(validity.setCount == valueCount && values.count == valueCount * width, "values without places")
        values.appendZeros((validity.count - valueCount) * width)
        values.withUnsafeMutableBytes { bytes in
            validity.buffer.withUnsafeBytes { bits in
                switch width {
                case 4: spread(bytes, as: UInt32.self, valueCount, validity.count, bits)
                case 8: spread(bytes, as: UInt64.self, valueCount, validity.count, bits)
                default: spread(bytes, width: width, valueCount, validity.count, bits)
                }
            }
        }
    }

    /// From the last row to the first, until no null is left in front: what is overwritten has been moved.
    private static func spread<Word: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeMutableRawBufferPointer, as type: Word.Type, _ valueCount: Int, _ count: Int,
        _ bits: UnsafeRawBufferPointer
    ) {
        guard let words = bytes.baseAddress?.assumingMemoryBound(to: Word.self) else { return }
        var source = valueCount
        var row = count
        while row > source {
            row &-= 1
            if bits[row &>> 3] &>> UInt8(truncatingIfNeeded: row & 7) & 1 == 1 {
                source &-= 1
                words[row] = words[source]
            } else {
                words[row] = 0
            }
        }
    }

    private static func spread(
        _ bytes: UnsafeMutableRawBufferPointer, width: Int, _ valueCount: Int, _ count: Int,
        _ bits: UnsafeRawBufferPointer
    ) {
        guard width > 0, let base = bytes.baseAddress else { return }
        var source = valueCount
        var row = count
        while row > source {
            row -= 1
            if bits[row >> 3] >> UInt8(row & 7) & 1 == 1 {
                source -= 1
                (base + row * width).copyMemory(from: base + source * width, byteCount: width)
            } else {
                (base + row * width).initializeMemory(as: UInt8.self, repeating: 0, count: width)
            }
        }
    }

    /// `count + 1` offsets of values whose ends stand one after the other; nulls are empty. O(count).
    static func offsets(of ends: Buffer, _ validity: Bitmap?, count: Int) -> Buffer {
        var offsets = BufferBuilder(capacity: (count + 1) * 4)
        offsets.append(value: Int32(0))
        guard let validity, ends.count / 4 < count else {
            offsets.append(ends.bytes)
            return offsets.freeze()
        }
        ends.withElements(of: Int32.self) { ends in
            validity.buffer.withUnsafeBytes { bits in
                offsets.append(upTo: count * 4) { target in
                    var end: Int32 = 0
                    var next = 0
                    for row in 0..<count {
                        if bits[row >> 3] >> UInt8(row & 7) & 1 == 1 && next < ends.count {
                            end = ends[next]
                            next += 1
                        }
                        target.storeBytes(of: end, toByteOffset: row &* 4, as: Int32.self)
                    }
                    return count * 4
                }
            }
        }
        return offsets.freeze()
    }
}
