import S3DBCore

/// What differs between the formats when streams are decompressed: how a member (frame, stream, chunk) begins, and
/// one step of decoding. ``MemberDecompressor`` does the rest.
///
/// The calls come in the order `beginStream (beginMember decode+)*`; either begin may come at any time, after
/// errors too.
protocol MemberDecoder: ~Copyable {
    /// How many bytes tell that a member begins; 0 where any byte does. At most 8.
    static var startByteCount: Int { get }

    /// Whether `count` bytes, the first of them lowest in `prefix`, can be the front of a member.
    static func canStart(_ prefix: UInt64, count: Int) -> Bool

    /// Whether a member may follow another.
    static var isConcatenable: Bool { get }

    /// Whether zero bytes may follow the last member.
    static var hasZeroPadding: Bool { get }

    /// The most bytes of content for one byte of a block where ``decodeBlock(_:into:)`` reads the form of Parquet's pages;
    /// nil where pages are streams.
    static var blockRatio: Int? { get }

    /// Makes the native context.
    init() throws(S3DBError)

    /// Forgets the stream before.
    mutating func beginStream()

    /// Makes ready for the first byte of a member.
    mutating func beginMember() throws(S3DBError)

    /// Takes input and fills room until either is used up, and returns whether the member is complete.
    ///
    /// Where it leaves room free it has taken all input. Errors need no location.
    mutating func decode(_ step: inout DecodeStep) throws(S3DBError) -> Bool

    /// Decompresses a page and returns how many bytes of `room` are filled.
    mutating func decodeBlock(
        _ block: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(S3DBError) -> Int
}

extension MemberDecoder where Self: ~Copyable {
    static var startByteCount: Int { 0 }
    static var isConcatenable: Bool { true }
    static var hasZeroPadding: Bool { false }
    static var blockRatio: Int? { nil }

    static func canStart(_ prefix: UInt64, count: Int) -> Bool { true }

    mutating func beginStream() {}

    mutating func decodeBlock(
        _ block: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(S3DBError) -> Int {
        throw S3DBError(.unsupported, "the codec has no block form")
    }
}

/// Whether `count` bytes of `prefix` agree with the front of `magic`, where `mask` has bits set.
func agrees(_ prefix: UInt64, count: Int, with magic: UInt32, mask: UInt32 = .max) -> Bool {
    let seen = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(8 * min(count, 4))) - 1)
    return (UInt32(truncatingIfNeeded: prefix) ^ magic) & mask & seen == 0
}
