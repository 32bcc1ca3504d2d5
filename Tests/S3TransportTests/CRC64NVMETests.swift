import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// The checksum of objects, against published values and a bitwise one.
@Suite struct CRC64NVMETests {
    /// The check values of the NVM Express specification and of the catalogue of CRC algorithms.
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xAE8B_1486_0A79_9888),
            ([UInt8](repeating: 0, count: 4096), 0x6482_D367_EB22_B64E),
            ([UInt8](repeating: 0xFF, count: 4096), 0xC0DD_BA73_02EC_A3AC), ([], 0),
        ] as [([UInt8], UInt64)])
    func publishedValues(bytes: [UInt8], value: UInt64) {
        #expect(CRC64NVME.of([Buffer(bytes)]).value == value)
    }

    @Test func splitsAndLengthsMakeNoDifference() {
        var generator = SeededGenerator.fresh()
        for length in [0, 1, 7, 8, 9, 63, 64, 65, 1000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let cut = Int.random(in: 0...length, using: &generator)
            let whole = Self.bitwise(bytes)
            #expect(CRC64NVME.of([Buffer(bytes)]).value == whole, "seed \(generator.seed)")
            #expect(
                CRC64NVME.of([Buffer(bytes[..<cut]), Buffer(bytes[cut...])]).value == whole, "seed \(generator.seed)")
        }
    }

    private static func bitwise(_ bytes: [UInt8]) -> UInt64 {
        var crc = UInt64.max
        for byte in bytes {
            crc ^= UInt64(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x9A6C_9329_AC4B_C9B5 : crc >> 1 }
        }
        return ~crc
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
    ])
    func base64OfTheRFC(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
    }

    @Test func theHeadersValueIsBigEndian() {
        #expect(CRC64NVME.of([Buffer("123456789".utf8)]).base64 == "rosUhgp5mIg=")
    }
}
