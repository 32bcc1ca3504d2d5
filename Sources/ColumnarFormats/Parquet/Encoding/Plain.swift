import S3DBCore

/// The PLAIN encoding (https://parquet.apache.org/docs/file-format/data-pages/encodings/, "Plain").
enum Plain {
    /// Appends numbers, little-endian. O(count).
    static func encode<Element: PhysicalElement>(
        _ values: UnsafeBufferPointer<Element>, into output: inout BufferBuilder
    ) {
        let width = MemoryLayout<Element.Bits>.size
        output.append(upTo: values.count * width) { target in
            guard let base = target.baseAddress else { return 0 }
            for index in 0..<values.count {
                // A builder's tail need not be aligned to the values.
                base.storeBytes(
                    of: values[index].plainBits.littleEndian, toByteOffset: index &* width, as: Element.Bits.self)
            }
            return values.count * width
        }
    }

    /// Appends booleans, given as bytes of 0 or 1, as bits.
    static func encode(booleans values: UnsafeBufferPointer<UInt8>, into output: inout BufferBuilder) {
        let byteCount = (values.count + 7) / 8
        output.append(upTo: byteCount + 8) { target in
            BitPacking.pack(values, bitWidth: 1, into: target)
            return byteCount
        }
    }
}
