import S3DBCore

/// Reads levels in the deprecated BIT_PACKED encoding, most significant bit first
/// (https://parquet.apache.org/docs/file-format/data-pages/encodings/, "Bit-packed (Deprecated)").
struct BitPackedLevels {
    private let bytes: Buffer
    private let bitWidth: Int
    private var index = 0

    /// - Parameter bytes: Those of all levels, as ``byteCount(of:bitWidth:)`` says.
    init(_ bytes: Buffer, bitWidth: Int) {
        self.bytes = bytes
        self.bitWidth = bitWidth
    }

    /// The bytes of `count` levels; nil where they are more than there can be.
    static func byteCount(of count: Int, bitWidth: Int) -> Int? {
        let (bits, overflow) = count.multipliedReportingOverflow(by: bitWidth)
        return overflow || bits > .max - 7 ? nil : (bits + 7) / 8
    }

    /// Reads the next `count` levels.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where there are fewer.
    mutating func decode(_ count: Int, into target: UnsafeMutablePointer<UInt16>) throws(S3DBError) {
        guard (index + count) * bitWidth <= bytes.count * 8 else {
            throw S3DBError(.corruptFile, "a page holds fewer levels than it claims")
        }
        for place in 0..<count {
            var level: UInt16 = 0
            for bit in (index + place) * bitWidth..<(index + place + 1) * bitWidth {
                level = level << 1 | UInt16(bytes[bit >> 3] >> UInt8(7 - bit & 7) & 1)
            }
            target[place] = level
        }
        index += count
    }
}
