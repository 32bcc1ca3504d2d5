import S3DBCore

extension DeltaByteArrays {
    /// Appends byte strings in DELTA_LENGTH_BYTE_ARRAY encoding. O(bytes).
    static func encodeLengths(
        _ values: [UnsafeRawBufferPointer], into output: inout BufferBuilder
    ) {
        DeltaBinaryPacked.encode(values.map { Int32(truncatingIfNeeded: $0.count) }, into: &output)
        for value in values { output.appendUnsafe(value) }
    }

    /// Appends byte strings in DELTA_BYTE_ARRAY encoding. O(bytes).
    static func encodePrefixes(
        _ values: [UnsafeRawBufferPointer], into output: inout BufferBuilder
    ) {
        var prefixes: [Int32] = []
        var suffixes: [UnsafeRawBufferPointer] = []
        prefixes.reserveCapacity(values.count)
        suffixes.reserveCapacity(values.count)
        var last = UnsafeRawBufferPointer(start: nil, count: 0)
        for value in values {
            let shared = sharedByteCount(value, last)
            prefixes.append(Int32(truncatingIfNeeded: shared))
            suffixes.append(UnsafeRawBufferPointer(rebasing: value[shared...]))
            last = value
        }
        DeltaBinaryPacked.encode(prefixes, into: &output)
        encodeLengths(suffixes, into: &output)
    }

    private static func sharedByteCount(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let limit = min(a.count, b.count)
        var count = 0
        while count < limit && a[count] == b[count] { count += 1 }
        return count
    }
}
