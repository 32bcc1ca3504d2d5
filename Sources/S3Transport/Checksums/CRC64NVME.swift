import S3DBCore

/// The checksum that S3 keeps of whole objects, also of those uploaded in parts.
///
/// Polynomial 0xAD93D23594C93659 reflected, initial value and final complement all ones; eight bytes a step by eight
/// tables. Source: NVM Express NVM Command Set Specification, "64b CRC"; Amazon S3 User Guide, "Checking object
/// integrity".
struct CRC64NVME: Hashable, Sendable {
    private var state = UInt64.max

    private static let polynomial: UInt64 = 0x9A6C_9329_AC4B_C9B5

    /// `tables[k][b]`: what byte `b` does to the checksum when `k` bytes follow it; 8 × 256, one after the other.
    private static let tables: [UInt64] = {
        var tables = (0..<256).map { byte in
            (0..<8).reduce(UInt64(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
        }
        for index in 256..<2048 {
            let before = tables[index - 256]
            tables.append(tables[Int(before & 255)] ^ before >> 8)
        }
        return tables
    }()

    /// The checksum of the bytes so far.
    var value: UInt64 { ~state }

    /// The checksum, big-endian, in Base64: the value of `x-amz-checksum-crc64nvme`.
    var base64: String { Base64.encode((0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }) }

    /// Takes bytes into account.
    mutating func update(_ bytes: Buffer) {
        var crc = state
        bytes.withUnsafeBytes { bytes in
            Self.tables.withUnsafeBufferPointer { tables in
                var position = 0
                while position + 8 <= bytes.count {
                    let word =
                        crc ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                    crc = 0
                    for byte in 0..<8 {
                        crc ^= tables[(7 - byte) * 256 + Int(word >> (8 * UInt64(byte)) & 255)]
                    }
                    position += 8
                }
                while position < bytes.count {
                    crc = tables[Int((crc ^ UInt64(bytes[position])) & 255)] ^ crc >> 8
                    position += 1
                }
            }
        }
        state = crc
    }

    /// The checksum of some buffers, one behind the other.
    static func of(_ content: [Buffer]) -> CRC64NVME {
        var checksum = CRC64NVME()
        for buffer in content { checksum.update(buffer) }
        return checksum
    }
}

/// Base64 with padding (RFC 4648, section 4).
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for digit in 0..<4 {
                text.append(digit <= group.count ? digits[Int(bits >> UInt32(18 - 6 * digit) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
