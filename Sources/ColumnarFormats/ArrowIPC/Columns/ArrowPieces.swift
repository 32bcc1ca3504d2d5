import S3DBCore

/// The bytes of a buffer that is written later, left where they are until then.
struct ArrowPieces {
    private var pieces: [Buffer] = []

    /// The bytes in all.
    private(set) var byteCount = 0

    /// Adds bytes behind those before.
    mutating func append(_ piece: Buffer) {
        pieces.append(piece)
        byteCount += piece.count
    }

    /// Copies all to the end of `output`, and forgets them.
    mutating func drain(into output: inout BufferBuilder) {
        output.reserve(byteCount)
        for piece in pieces { output.append(piece.bytes) }
        pieces.removeAll(keepingCapacity: true)
        byteCount = 0
    }
}
