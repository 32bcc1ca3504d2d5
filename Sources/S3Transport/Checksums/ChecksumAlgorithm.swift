/// The cyclic checksums that S3 can keep of whole objects.
///
/// Source: Amazon S3 User Guide, "Checking object integrity".
enum ChecksumAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// The one that S3 computes by itself, also of objects uploaded in parts.
    case crc64NVME = "CRC64NVME"
    /// The Castagnoli polynomial.
    case crc32C = "CRC32C"
    /// The polynomial of gzip, which the SDKs send unless told otherwise.
    case crc32 = "CRC32"

    /// The header of its value.
    var header: String { "x-amz-checksum-\(rawValue.lowercased())" }

    /// Its size.
    var byteCount: Int { self == .crc64NVME ? 8 : 4 }

    /// The polynomial, reflected, with room above for the shorter ones.
    var polynomial: UInt64 {
        switch self {
        case .crc64NVME: 0x9A6C_9329_AC4B_C9B5
        case .crc32C: 0x82F6_3B78
        case .crc32: 0xEDB8_8320
        }
    }

    private static let allTables = allCases.map(\.computedTables)

    /// `tables[256 * k + b]`: what byte `b` does to the checksum when `k` bytes follow it, for `k` below 8.
    var tables: [UInt64] {
        switch self {
        case .crc64NVME: Self.allTables[0]
        case .crc32C: Self.allTables[1]
        case .crc32: Self.allTables[2]
        }
    }

    private var computedTables: [UInt64] {
        var tables = (0..<256).map { byte in
            (0..<8).reduce(UInt64(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
        }
        for index in 256..<2048 {
            let before = tables[index - 256]
            tables.append(tables[Int(before & 255)] ^ before >> 8)
        }
        return tables
    }
}
