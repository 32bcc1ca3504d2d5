import CChecksum
import S3DBCore

/// A cyclic checksum of bytes as they come: reflected, all ones at first and complemented at the end.
///
/// Eight bytes a step by eight tables, whatever the width: a shorter remainder lies in the low bits of the word. Where the
/// processor multiplies without carry, most of a CRC-64/NVME is folded that way first.
struct Checksum: Hashable, Sendable {
    /// Which one it is.
    let algorithm: ChecksumAlgorithm
    private var state: UInt64

    init(_ algorithm: ChecksumAlgorithm) {
        self.algorithm = algorithm
        state = Self.ones(algorithm)
    }

    /// The checksum that a value is known to be.
    init(_ algorithm: ChecksumAlgorithm, value: UInt64) {
        self.algorithm = algorithm
        state = value ^ Self.ones(algorithm)
    }

    private static func ones(_ algorithm: ChecksumAlgorithm) -> UInt64 {
        UInt64.max >> UInt64(64 - 8 * algorithm.byteCount)
    }

    /// The checksum of the bytes so far.
    var value: UInt64 { state ^ Self.ones(algorithm) }

    /// The checksum, big-endian, in Base64, as headers have it.
    var base64: String {
        let count = algorithm.byteCount
        return Base64.encode((0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) })
    }

    /// Takes bytes into account.
    mutating func update(_ bytes: Buffer) {
        let tables = algorithm.tables
        state = bytes.withUnsafeBytes { bytes in
            tables.withUnsafeBufferPointer { tables in
                guard algorithm == .crc64NVME, Self.canFold, bytes.count >= Self.leastFoldedByteCount else {
                    return Self.remainder(of: bytes, after: state, tables: tables)
                }
                return Self.foldedRemainder(of: bytes, after: state, tables: tables)
            }
        }
    }

    private static let canFold = s3db_can_fold_crc()
    /// Fewer are not worth it, and fewer than 64 cannot be folded.
    private static let leastFoldedByteCount = 256

    /// As ``remainder(of:after:tables:)`` for a CRC-64/NVME of at least 64 bytes.
    private static func foldedRemainder(
        of bytes: UnsafeRawBufferPointer, after state: UInt64, tables: UnsafeBufferPointer<UInt64>
    ) -> UInt64 {
        guard let start = bytes.baseAddress else { return state }
        let foldedCount = bytes.count & ~63
        let joined = withUnsafeTemporaryAllocation(byteCount: 16, alignment: 16) { folded in
            s3db_fold_crc64nvme(
                state, start.assumingMemoryBound(to: UInt8.self), foldedCount,
                folded.baseAddress?.assumingMemoryBound(to: UInt8.self))
            return remainder(of: UnsafeRawBufferPointer(folded), after: 0, tables: tables)
        }
        return remainder(of: UnsafeRawBufferPointer(rebasing: bytes[foldedCount...]), after: joined, tables: tables)
    }

    /// `tables` must have 2,048 entries.
    private static func remainder(
        of bytes: UnsafeRawBufferPointer, after state: UInt64, tables: UnsafeBufferPointer<UInt64>
    ) -> UInt64 {
        var crc = state
        var position = 0
        while position + 8 <= bytes.count {
            let word = crc ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let low =
                tables[1792 + Int(word & 255)] ^ tables[1536 + Int(word >> 8 & 255)]
                ^ tables[1280 + Int(word >> 16 & 255)] ^ tables[1024 + Int(word >> 24 & 255)]
            let high =
                tables[768 + Int(word >> 32 & 255)] ^ tables[512 + Int(word >> 40 & 255)]
                ^ tables[256 + Int(word >> 48 & 255)] ^ tables[Int(word >> 56)]
            crc = low ^ high
            position += 8
        }
        while position < bytes.count {
            crc = tables[Int((crc ^ UInt64(bytes[position])) & 255)] ^ crc >> 8
            position += 1
        }
        return crc
    }

    /// The checksum of some buffers, one behind the other.
    static func of(_ content: [Buffer], _ algorithm: ChecksumAlgorithm) -> Checksum {
        var checksum = Checksum(algorithm)
        for buffer in content { checksum.update(buffer) }
        return checksum
    }
}
