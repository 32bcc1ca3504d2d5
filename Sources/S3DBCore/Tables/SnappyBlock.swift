/// What a file begins with that is one block of snappy without its framing
/// (https://github.com/google/snappy/blob/main/format_description.txt).
///
///     content bytes, a varint of at most 32 bits | elements, the first of them a literal
struct SnappyBlock: Hashable, Sendable {
    /// The bytes of the content.
    let contentByteCount: Int

    /// SNAPPY (parquet.thrift, `CompressionCodec`).
    private static let code: Int32 = 1

    /// Whether a codec has such blocks.
    static func belongs(to codec: any Codec) -> Bool { codec.parquetCode == code }

    /// Reads the beginning of a file; nil where no block begins so.
    init?(_ head: RawSpan) {
        var number = 0
        for index in 0..<min(5, max(0, head.byteCount - 1)) {
            let byte = head.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            number |= Int(byte & 0x7F) << (7 * index)
            guard byte < 0x80 else { continue }
            // The two low bits of an element say what it is: 0 is a literal, and nothing can be copied before one.
            let element = head.unsafeLoad(fromByteOffset: index + 1, as: UInt8.self)
            guard number > 0, number <= Int(UInt32.max), element & 3 == 0 else { return nil }
            contentByteCount = number
            return
        }
        return nil
    }
}
