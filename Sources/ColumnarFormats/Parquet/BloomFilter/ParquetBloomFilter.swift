import S3DBCore

/// A split block Bloom filter, which tells of most values that are not in a column chunk that they are not
/// (https://github.com/apache/parquet-format/blob/master/BloomFilter.md).
///
///     header in Thrift | blocks of 32 bytes, each of 8 words, one bit of each is set for a value
public struct ParquetBloomFilter: Sendable {
    private let blocks: Buffer

    /// The bytes of the blocks.
    public var byteCount: Int { blocks.count }

    static let blockByteCount = 32
    private static let salt: [UInt32] = [
        0x47B6_137B, 0x4497_4D91, 0x8824_AD5B, 0xA2B7_289D, 0x7054_95C7, 0x2DF1_424B, 0x9EFC_4947, 0x5C6B_FB31,
    ]

    /// Reads a filter, header first.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, or ``S3DBError/Code/unsupported`` for another algorithm, hash or
    ///   compression.
    public init(_ bytes: Buffer) throws(S3DBError) {
        var reader = CompactReader(bytes.bytes)
        var byteCount = 0
        var choices: [Int16: Int16] = [:]
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): byteCount = try reader.count()
            case (2, .structure), (3, .structure), (4, .structure): choices[last] = try Self.choice(&reader)
            default: try reader.skip(field.type)
            }
        }
        guard choices[2] == 1, choices[3] == 1, choices[4] == 1 else {
            throw S3DBError(.unsupported, "a Bloom filter of another kind than uncompressed blocks over XXH64")
        }
        let start = reader.position
        guard byteCount > 0, byteCount % Self.blockByteCount == 0, byteCount <= bytes.count - start else {
            throw S3DBError(
                .corruptFile, "a Bloom filter of \(byteCount) bytes, where there are \(bytes.count - start)")
        }
        blocks = bytes.slice(start..<start + byteCount)
    }

    /// The field that is set in a union of empty structures.
    private static func choice(_ reader: inout CompactReader) throws(S3DBError) -> Int16? {
        var choice: Int16?
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            choice = field.id
            try reader.skip(field.type)
        }
        return choice
    }

    /// Whether a value may be in the column chunk, given in PLAIN encoding, byte arrays without their length. Never false
    /// for one that is.
    public func mayContain(_ value: [UInt8]) -> Bool {
        value.withUnsafeBytes { mayContain(hash: XXHash64.hash($0)) }
    }

    func mayContain(hash: UInt64) -> Bool {
        let start = Self.block(of: hash, blockCount: blocks.count / Self.blockByteCount) * Self.blockByteCount
        return blocks.withUnsafeBytes { bytes in
            Self.bits(of: hash).enumerated().allSatisfy { index, bit in
                let word = bytes.loadUnaligned(fromByteOffset: start + index * 4, as: UInt32.self)
                return UInt32(littleEndian: word) >> bit & 1 == 1
            }
        }
    }

    /// The block that a hash belongs to.
    static func block(of hash: UInt64, blockCount: Int) -> Int {
        Int(((hash >> 32) &* UInt64(blockCount)) >> 32)
    }

    /// The bit that a hash sets in each of the eight words of its block.
    static func bits(of hash: UInt64) -> [UInt32] {
        let key = UInt32(truncatingIfNeeded: hash)
        return salt.map { (key &* $0) >> 27 }
    }
}
