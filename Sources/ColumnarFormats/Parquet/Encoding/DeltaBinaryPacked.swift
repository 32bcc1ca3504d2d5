import S3DBCore

/// Reads DELTA_BINARY_PACKED integers
/// (https://parquet.apache.org/docs/file-format/data-pages/encodings/, "Delta Encoding").
///
///     block size | miniblocks of a block | integers | first integer | blocks
///     block      | least difference | a bit width for each miniblock | miniblocks: differences beyond the least one
///
/// Sums wrap around, as those of the writer do.
struct DeltaBinaryPacked {
    private let bytes: Buffer
    /// Where the next byte stands; behind the last integer where the next part of a page begins.
    private(set) var position: Int
    private let miniblockCount: Int
    private let miniblockLength: Int
    private let first: UInt64

    /// The integers.
    let count: Int

    /// The largest block, in integers; writers make 128 to 1,024.
    private static let blockLengthLimit: UInt64 = 1 << 20

    /// Reads the header that stands at `start`.
    ///
    /// - Parameter limit: The most integers that there may be.
    /// - Throws: ``S3DBError/Code/corruptFile``.
    init(_ bytes: Buffer, from start: Int = 0, limit: Int) throws(S3DBError) {
        var position = start
        let blockLength = try Self.varint(bytes, &position)
        let miniblocks = try Self.varint(bytes, &position)
        let total = try Self.varint(bytes, &position)
        let zigzag = try Self.varint(bytes, &position)
        guard blockLength > 0, blockLength % 128 == 0, blockLength <= Self.blockLengthLimit, miniblocks > 0,
            miniblocks <= blockLength / 32, blockLength % miniblocks == 0, blockLength / miniblocks % 32 == 0
        else {
            throw S3DBError(
                .corruptFile, "a page has differences in blocks of \(blockLength) with \(miniblocks) miniblocks")
        }
        guard total <= UInt64(limit) else {
            throw S3DBError(.corruptFile, "a page of \(limit) values claims \(total) differences")
        }
        self.bytes = bytes
        self.position = position
        miniblockCount = Int(miniblocks)
        miniblockLength = Int(blockLength / miniblocks)
        count = Int(total)
        first = zigzag >> 1 ^ (0 &- (zigzag & 1))
    }

    /// Appends the integers as words of the column's width. O(count).
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where they end too early.
    mutating func decode<Word: FixedWidthInteger & BitwiseCopyable>(
        as type: Word.Type, into output: inout BufferBuilder
    ) throws(S3DBError) {
        guard count > 0 else { return }
        output.append(value: Word(truncatingIfNeeded: first))
        var last = first
        var done = 1
        var deltas = [UInt64](repeating: 0, count: miniblockLength)
        while done < count {
            let zigzag = try Self.varint(bytes, &position)
            let least = zigzag >> 1 ^ (0 &- (zigzag & 1))
            guard miniblockCount <= bytes.count - position else { throw Self.tooShort }
            let widths = bytes.slice(position..<position + miniblockCount)
            position += miniblockCount
            for width in widths where done < count {
                let step = min(miniblockLength, count - done)
                try unpack(step, bitWidth: Int(width), limit: Word.bitWidth, into: &deltas)
                output.append(upTo: step * MemoryLayout<Word>.size) { target in
                    for index in 0..<step {
                        last = last &+ least &+ deltas[index]
                        target.storeBytes(
                            of: Word(truncatingIfNeeded: last), toByteOffset: index &* MemoryLayout<Word>.size,
                            as: Word.self)
                    }
                    return step * MemoryLayout<Word>.size
                }
                done += step
            }
        }
    }

    /// Unpacks the first `count` integers of the next miniblock.
    private mutating func unpack(
        _ count: Int, bitWidth: Int, limit: Int, into deltas: inout [UInt64]
    ) throws(S3DBError) {
        guard bitWidth <= limit else {
            throw S3DBError(.corruptFile, "differences of \(bitWidth) bits in a column of \(limit)")
        }
        // The last miniblock may be cut short behind the last integer.
        let byteCount = min(miniblockLength * bitWidth / 8, bytes.count - position)
        guard byteCount * 8 >= count * bitWidth else { throw Self.tooShort }
        let start = position
        bytes.withUnsafeBytes { all in
            let source = UnsafeRawBufferPointer(rebasing: all[start..<start + byteCount])
            deltas.withUnsafeMutableBufferPointer { deltas in
                guard let target = deltas.baseAddress else { return }
                if bitWidth <= 32 {
                    BitUnpacking.unpack(source, first: 0, count: count, bitWidth: bitWidth, into: target)
                } else {
                    BitUnpacking.unpackWide(source, count: count, bitWidth: bitWidth, into: target)
                }
            }
        }
        position += byteCount
    }

    private static func varint(_ bytes: Buffer, _ position: inout Int) throws(S3DBError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            guard position >= 0, position < bytes.count else { throw tooShort }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw S3DBError(.corruptFile, "an integer of more than ten bytes in a page of differences")
    }

    private static var tooShort: S3DBError {
        S3DBError(.corruptFile, "a page ends within its differences")
    }
}
