import S3DBCore

/// Distinct byte strings, numbered in the order in which they were first asked for.
///
/// A hash table with open addressing, at most half full. The hash is seeded anew in each process, so that no input
/// is made to collide; the numbers do not depend on it.
struct ArrowValueTable: ~Copyable {
    private var ends: [Int32] = [0]
    private var bytes = BufferBuilder()
    private var hashes: [Int] = []
    /// Numbers of values, or -1; a power of two many.
    private var slots: [Int32] = []

    /// The number of values.
    var count: Int { hashes.count }

    /// About how many bytes the values take as a column.
    var byteCount: Int { ends.count * 4 + bytes.count }

    /// The number of the value at `position` of `values`.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` beyond 2^31 - 1 bytes of text.
    mutating func index(of values: VariableLengthKernel.Values, at position: Int) throws(S3DBError) -> Int32 {
        try index(of: values.value(position))
    }

    private mutating func index(of value: UnsafeRawBufferPointer) throws(S3DBError) -> Int32 {
        if slots.count < 2 * (count + 1) { grow() }
        var hasher = Hasher()
        hasher.combine(bytes: value)
        let hash = hasher.finalize()
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 {
            let candidate = slots[slot]
            if hashes[Int(candidate)] == hash && isEqual(Int(candidate), value) { return candidate }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard value.count <= Int(Int32.max) - bytes.count else {
            throw S3DBError(
                .limitExceeded, "the dictionary of a section would hold more than 2^31 - 1 bytes",
                remedy: "Lower the section limits, or use strings=plain")
        }
        let index = Int32(count)
        slots[slot] = index
        hashes.append(hash)
        bytes.appendUnsafe(value)
        ends.append(Int32(bytes.count))
        return index
    }

    private func isEqual(_ index: Int, _ value: UnsafeRawBufferPointer) -> Bool {
        let start = Int(ends[index])
        let end = Int(ends[index + 1])
        guard end - start == value.count else { return false }
        return bytes.bytes.withUnsafeBytes {
            VariableLengthKernel.isEqual(UnsafeRawBufferPointer(rebasing: $0[start..<end]), value)
        }
    }

    private mutating func grow() {
        let size = max(64, slots.count * 2)
        slots = Array(repeating: -1, count: size)
        for (index, hash) in hashes.enumerated() {
            var slot = hash & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index)
        }
    }

    /// The values as a column; the table is empty afterwards.
    mutating func freeze() -> AnyColumn {
        let column = AnyColumn(
            uncheckedType: .utf8, count: count,
            storage: .variableLength(offsets: Buffer(copying: ends), bytes: bytes.freeze()))
        ends = [0]
        hashes.removeAll(keepingCapacity: true)
        slots.removeAll()
        return column
    }
}

extension VariableLengthKernel.Values {
    /// The bytes of the value at `position`.
    func value(_ position: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[position])..<Int(offsets[position + 1])])
    }

    /// Whether the values at two positions have the same bytes.
    func isEqual(_ a: Int, _ b: Int) -> Bool {
        VariableLengthKernel.isEqual(value(a), value(b))
    }
}

extension VariableLengthKernel {
    /// Whether two runs of bytes are equal.
    static func isEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count else { return false }
        var position = 0
        while position + 8 <= a.count {
            if a.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            {
                return false
            }
            position += 8
        }
        while position < a.count {
            if a[position] != b[position] { return false }
            position += 1
        }
        return true
    }
}
