import S3DBCore

/// Reads the RLE and bit-packing hybrid that ``RLEBitPackedHybrid`` writes, in steps of any size.
///
/// Bytes are not trusted: a run's length and place are compared with what is left before it is used.
struct HybridDecoder {
    private let bytes: Buffer
    private let bitWidth: Int
    private var position = 0
    /// What is left of a run.
    private var runCount = 0
    private var runValue: UInt32 = 0
    /// What is left of literals, where they begin, and the number of the next of them.
    private var literalCount = 0
    private var literalStart = 0
    private var literalIndex = 0

    /// - Throws: ``S3DBError/Code/corruptFile`` for a width beyond 32 bits.
    init(_ bytes: Buffer, bitWidth: Int) throws(S3DBError) {
        guard (0...32).contains(bitWidth) else {
            throw S3DBError(.corruptFile, "integers of \(bitWidth) bits, where at most 32 are allowed")
        }
        self.bytes = bytes
        self.bitWidth = bitWidth
    }

    /// Reads the next `count` integers.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where there are fewer.
    mutating func decode<Value: FixedWidthInteger>(
        _ count: Int, into target: UnsafeMutablePointer<Value>
    ) throws(S3DBError) {
        var done = 0
        while done < count {
            if runCount > 0 {
                let step = min(runCount, count - done)
                (target + done).update(repeating: Value(truncatingIfNeeded: runValue), count: step)
                runCount -= step
                done += step
            } else if literalCount > 0 {
                let step = min(literalCount, count - done)
                bytes.withUnsafeBytes { source in
                    BitUnpacking.unpack(
                        UnsafeRawBufferPointer(rebasing: source[literalStart...]), first: literalIndex, count: step,
                        bitWidth: bitWidth, into: target + done)
                }
                skipLiterals(step)
                done += step
            } else {
                try beginRun()
            }
        }
    }

    /// Reads the next `count` integers of one bit, and returns how many of them are 1.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where there are fewer.
    mutating func decodeBits(_ count: Int, into target: inout BitmapBuilder) throws(S3DBError) -> Int {
        var done = 0
        var setCount = 0
        while done < count {
            if runCount > 0 {
                let step = min(runCount, count - done)
                target.append(runValue & 1 == 1, repeating: step)
                if runValue & 1 == 1 { setCount += step }
                runCount -= step
                done += step
            } else if literalCount > 0 {
                let step = min(literalCount, count - done)
                setCount += appendBits(step, to: &target)
                skipLiterals(step)
                done += step
            } else {
                try beginRun()
            }
        }
        return setCount
    }

    /// Appends the next `count` literals, which are as many at least.
    private func appendBits(_ count: Int, to target: inout BitmapBuilder) -> Int {
        let start = literalStart + literalIndex / 8
        let first = literalIndex & 7
        let slice = bytes.slice(start..<start + (first + count + 7) / 8)
        let bits = Bitmap(buffer: slice, count: first + count)
        target.append(bits, first..<first + count)
        return bits.setCount(in: first..<first + count)
    }

    private mutating func skipLiterals(_ count: Int) {
        literalCount -= count
        literalIndex += count
    }

    private mutating func beginRun() throws(S3DBError) {
        let header = try varint()
        guard let length = Int(exactly: header >> 1), length <= Int(Int32.max) else { throw Self.corrupt }
        if header & 1 == 0 {
            runValue = try value()
            runCount = length
            return
        }
        // Writers may cut the last literals short of whole groups.
        let byteCount = min(length * bitWidth, bytes.count - position)
        literalCount = bitWidth == 0 ? length * 8 : min(length * 8, byteCount * 8 / bitWidth)
        literalStart = position
        literalIndex = 0
        position += byteCount
        if literalCount == 0 && length > 0 { throw Self.corrupt }
    }

    private mutating func value() throws(S3DBError) -> UInt32 {
        let byteCount = (bitWidth + 7) / 8
        guard byteCount <= bytes.count - position else { throw Self.corrupt }
        var value: UInt32 = 0
        for place in 0..<byteCount { value |= UInt32(bytes[position + place]) << UInt32(8 * place) }
        position += byteCount
        guard UInt64(value) < 1 << UInt64(bitWidth) else { throw Self.corrupt }
        return value
    }

    private mutating func varint() throws(S3DBError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 63, by: 7) {
            guard position < bytes.count else { throw Self.corrupt }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Self.corrupt
    }

    private static var corrupt: S3DBError {
        S3DBError(.corruptFile, "a page holds fewer levels or positions than it claims")
    }
}
