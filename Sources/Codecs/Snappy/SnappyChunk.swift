import CSnappy

/// The numbers of the framing format (framing_format.txt, section 4).
enum SnappyChunk {
    /// The most content of a chunk, in bytes.
    static let maximumContentByteCount = 65_536

    /// Type and length.
    static let headerByteCount = 4

    /// The masked CRC-32C in front of a chunk's data.
    static let checksumByteCount = 4

    /// What every stream begins with; its type stands first.
    static let streamIdentifier: [UInt8] = [0xFF, 6, 0, 0, 0x73, 0x4E, 0x61, 0x50, 0x70, 0x59]

    /// The most bytes that a data chunk has behind its header: checksum and the largest block.
    static let maximumDataByteCount = checksumByteCount + snappy_max_compressed_length(maximumContentByteCount)

    /// The types of chunks.
    enum Kind {
        case compressed
        case stored
        case streamIdentifier
        /// Padding, and what a later version may add without harm.
        case skippable
        /// What a reader must not pass over.
        case unskippable

        init(_ type: UInt8) {
            switch type {
            case 0x00: self = .compressed
            case 0x01: self = .stored
            case 0xFF: self = .streamIdentifier
            case 0x80...0xFE: self = .skippable
            default: self = .unskippable
            }
        }
    }
}
