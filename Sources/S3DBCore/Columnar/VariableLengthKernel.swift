/// Loops over the bytes of variable-length values, shared by what decodes dictionaries.
package enum VariableLengthKernel {
    /// Plain variable-length values: `count + 1` offsets into bytes.
    package struct Values {
        package let offsets: UnsafeBufferPointer<Int32>
        package let bytes: UnsafeRawBufferPointer

        package init(offsets: UnsafeBufferPointer<Int32>, bytes: UnsafeRawBufferPointer) {
            self.offsets = offsets
            self.bytes = bytes
        }
    }

    /// Positions in a dictionary, and the validity bits of the same rows.
    package struct Rows {
        package let indices: UnsafeBufferPointer<Int32>
        package let validity: UnsafeRawPointer?

        package init(indices: UnsafeBufferPointer<Int32>, validity: UnsafeRawPointer?) {
            self.indices = indices
            self.validity = validity
        }

        @inline(__always)
        package func isNull(_ row: Int) -> Bool {
            guard let validity else { return false }
            return validity.load(fromByteOffset: row >> 3, as: UInt8.self) >> UInt8(row & 7) & 1 == 0
        }
    }

    /// The bytes that the values of `range` have in all; nulls have none.
    package static func byteCount(of rows: Rows, _ range: Range<Int>, in values: Values) -> Int {
        var total = 0
        for row in range where !rows.isNull(row) {
            let index = Int(rows.indices[row])
            total += Int(values.offsets[index + 1] &- values.offsets[index])
        }
        return total
    }

    /// Appends for each row of `range` the offset at which its value ends, given that the first begins at `start`,
    /// and returns the last one. It must not exceed `Int32.max`.
    package static func appendEnds(
        of rows: Rows, _ range: Range<Int>, in values: Values, from start: Int, to offsets: inout BufferBuilder
    ) -> Int {
        var end = start
        offsets.append(upTo: range.count * 4) { output in
            var position = 0
            for row in range {
                if !rows.isNull(row) {
                    let index = Int(rows.indices[row])
                    end &+= Int(values.offsets[index + 1] &- values.offsets[index])
                }
                output.storeBytes(of: Int32(truncatingIfNeeded: end), toByteOffset: position, as: Int32.self)
                position += 4
            }
            return position
        }
        return end
    }

    /// Appends the bytes of the rows' values, `byteCount` in all.
    ///
    /// Short values are copied as one vector register where the dictionary has as many bytes behind the value's
    /// start; the bytes too many are overwritten by the next value or lie behind the end.
    package static func appendBytes(
        of rows: Rows, _ range: Range<Int>, in values: Values, byteCount: Int, to bytes: inout BufferBuilder
    ) {
        guard let source = values.bytes.baseAddress, byteCount > 0 else { return }
        let wide = MemoryLayout<SIMD16<UInt8>>.size
        let wideLimit = values.bytes.count - wide
        bytes.append(upTo: byteCount + wide) { output in
            var position = 0
            for row in range where !rows.isNull(row) {
                let index = Int(rows.indices[row])
                let start = Int(values.offsets[index])
                let length = Int(values.offsets[index + 1]) - start
                assert(position + length <= byteCount)
                if length <= wide && start <= wideLimit {
                    let value = (source + start).loadUnaligned(as: SIMD16<UInt8>.self)
                    output.storeBytes(of: value, toByteOffset: position, as: SIMD16<UInt8>.self)
                } else if let target = output.baseAddress {
                    (target + position).copyMemory(from: source + start, byteCount: length)
                }
                position += length
            }
            return position
        }
    }
}
