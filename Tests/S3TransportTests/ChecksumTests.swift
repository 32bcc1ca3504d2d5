import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// The checksums of objects, against published values and bitwise ones.
@Suite struct ChecksumTests {
    /// The check values of the NVM Express specification, of RFC 3720 and of the catalogue of CRC algorithms.
    @Test(
        arguments: [
            (.crc64NVME, Array("123456789".utf8), 0xAE8B_1486_0A79_9888),
            (.crc64NVME, [UInt8](repeating: 0, count: 4096), 0x6482_D367_EB22_B64E),
            (.crc64NVME, [UInt8](repeating: 0xFF, count: 4096), 0xC0DD_BA73_02EC_A3AC), (.crc64NVME, [], 0),
            (.crc32C, Array("123456789".utf8), 0xE306_9283), (.crc32C, [UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            (.crc32C, [UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (.crc32C, [], 0),
            (.crc32, Array("123456789".utf8), 0xCBF4_3926), (.crc32, [], 0),
        ] as [(ChecksumAlgorithm, [UInt8], UInt64)])
    func publishedValues(algorithm: ChecksumAlgorithm, bytes: [UInt8], value: UInt64) {
        #expect(Checksum.of([Buffer(bytes)], algorithm).value == value)
    }

    @Test(arguments: [
        (ChecksumAlgorithm.crc64NVME, 0x9A6C_9329_AC4B_C9B5 as UInt64, UInt64.max), (.crc32C, 0x82F6_3B78, 0xFFFF_FFFF),
        (.crc32, 0xEDB8_8320, 0xFFFF_FFFF),
    ])
    func splitsAndLengthsMakeNoDifference(algorithm: ChecksumAlgorithm, polynomial: UInt64, ones: UInt64) {
        var generator = SeededGenerator.fresh()
        for length in [0, 1, 7, 8, 9, 63, 64, 65, 1000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let cut = Int.random(in: 0...length, using: &generator)
            let whole = Self.bitwise(bytes, polynomial, ones)
            #expect(Checksum.of([Buffer(bytes)], algorithm).value == whole, "seed \(generator.seed)")
            #expect(
                Checksum.of([Buffer(bytes[..<cut]), Buffer(bytes[cut...])], algorithm).value == whole,
                "seed \(generator.seed)")
        }
    }

    @Test(arguments: ChecksumAlgorithm.allCases)
    func checksumsOfPartsJoinToThatOfTheWhole(algorithm: ChecksumAlgorithm) {
        var generator = SeededGenerator.fresh()
        for length in [0, 1, 7, 8, 63, 64, 65, 1000, 70_001] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let cuts = (0..<3).map { _ in Int.random(in: 0...length, using: &generator) }.sorted()
            let parts = zip([0] + cuts, cuts + [length]).map { Array(bytes[$0..<$1]) }
            let joined = parts.dropFirst().reduce(Checksum.of([Buffer(parts[0])], algorithm)) { joined, part in
                joined.joined(with: Checksum.of([Buffer(part)], algorithm), byteCount: part.count)
            }
            #expect(joined == Checksum.of([Buffer(bytes)], algorithm), "seed \(generator.seed)")
        }
    }

    private static func bitwise(_ bytes: [UInt8], _ polynomial: UInt64, _ ones: UInt64) -> UInt64 {
        var crc = ones
        for byte in bytes {
            crc ^= UInt64(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
        }
        return crc ^ ones
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
    ])
    func base64OfTheRFC(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
    }

    @Test(arguments: [(ChecksumAlgorithm.crc64NVME, "rosUhgp5mIg="), (.crc32C, "4waSgw=="), (.crc32, "y/Q5Jg==")])
    func theHeadersValueIsBigEndian(algorithm: ChecksumAlgorithm, value: String) {
        #expect(Checksum.of([Buffer("123456789".utf8)], algorithm).base64 == value)
    }
}
