/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), by tables for eight bytes at a time (M. Kounavis and F. Berry,
/// "Novel Table Lookup-Based Algorithms for High-Performance CRC Generation", 2008).
enum CRC32C {
    /// The polynomial, lowest power highest.
    private static let polynomial: UInt32 = 0x82F6_3B78

    /// Table `k` at `256 * k` advances a byte through `k` zero bytes more. Lives as long as the process.
    ///
    /// Unchecked: written once, before anybody can see it.
    nonisolated(unsafe) private static let tables: UnsafePointer<UInt32> = {
        let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ polynomial }
            tables[byte] = value
        }
        for index in 256..<(8 * 256) {
            let value = tables[index - 256]
            tables[index] = value >> 8 ^ tables[Int(value & 0xFF)]
        }
        return UnsafePointer(tables)
    }()

    /// The checksum of `bytes`.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let start = bytes.baseAddress else { return 0 }
        let tables = Self.tables
        var crc = UInt32.max
        var position = 0
        let wordEnd = bytes.count & ~7
        while position < wordEnd {
            let word =
                UInt64(littleEndian: start.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(crc)
            crc =
                (entry(tables, 7, word) ^ entry(tables, 6, word >> 8))
                ^ (entry(tables, 5, word >> 16) ^ entry(tables, 4, word >> 24))
            crc ^=
                (entry(tables, 3, word >> 32) ^ entry(tables, 2, word >> 40))
                ^ (entry(tables, 1, word >> 48) ^ entry(tables, 0, word >> 56))
            position += 8
        }
        while position < bytes.count {
            let byte = start.load(fromByteOffset: position, as: UInt8.self)
            crc = crc >> 8 ^ tables[Int((crc ^ UInt32(byte)) & 0xFF)]
            position += 1
        }
        return ~crc
    }

    /// The checksum of `bytes` in the form that the snappy framing format stores (framing_format.txt, section 3).
    static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let crc = checksum(bytes)
        return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
    }

    @inline(__always)
    private static func entry(_ tables: UnsafePointer<UInt32>, _ table: Int, _ word: UInt64) -> UInt32 {
        tables[256 * table + Int(truncatingIfNeeded: word & 0xFF)]
    }
}
