import CChecksum
import S3DBCore

/// The checksum of pages: CRC-32 with the polynomial of IEEE 802.3, as in gzip (RFC 1952, section 8).
///
/// Eight bytes a step ("slicing by 8", M. Kounavis and F. Berry, 2005). Where the processor multiplies without carry, most
/// is folded that way first.
enum CRC32 {
    /// Eight tables of 256: table `k` holds the checksum of a byte with `k` zero bytes behind it.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            tables[byte] = value
        }
        for index in 256..<8 * 256 {
            let shorter = tables[index - 256]
            tables[index] = shorter >> 8 ^ tables[Int(shorter & 0xFF)]
        }
        return tables
    }()

    private static let canFold = s3db_can_fold_crc()
    /// Fewer bytes are not worth it, and fewer than 64 cannot be folded.
    private static let leastFoldedByteCount = 256

    /// The checksum of `bytes`. O(count).
    static func checksum(_ bytes: RawSpan) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            unsafe bytes.withUnsafeBytes { bytes in
                guard canFold, bytes.count >= leastFoldedByteCount, let start = bytes.baseAddress else {
                    return update(.max, bytes, tables) ^ .max
                }
                let foldedCount = bytes.count & ~63
                let folded = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { folded in
                    s3db_fold_crc32(.max, start.assumingMemoryBound(to: UInt8.self), foldedCount, folded.baseAddress)
                    return update(0, UnsafeRawBufferPointer(folded), tables)
                }
                return update(folded, UnsafeRawBufferPointer(rebasing: bytes[foldedCount...]), tables) ^ .max
            }
        }
    }

    private static func update(
        _ initial: UInt32, _ bytes: UnsafeRawBufferPointer, _ tables: UnsafeBufferPointer<UInt32>
    ) -> UInt32 {
        var crc = initial
        var offset = 0
        while offset &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(crc)
            var next: UInt32 = 0
            for place in 0..<8 {
                let byte = Int(truncatingIfNeeded: word &>> UInt64(8 &* place)) & 0xFF
                next ^= tables[(7 &- place) &* 256 &+ byte]
            }
            crc = next
            offset &+= 8
        }
        while offset < bytes.count {
            crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[offset])) & 0xFF)]
            offset &+= 1
        }
        return crc
    }
}
