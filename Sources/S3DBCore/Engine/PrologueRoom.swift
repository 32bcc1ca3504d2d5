/// The room that a large file has for its prologue.
///
/// The prologue stands first and is known last. Where what it takes is known from the beginning, stores that can put what
/// follows to its place at once (``PartLayout``): a directory's file is then written once, where it would be written in
/// parts and joined. So a file with many bytes of sections has a prologue of a fixed size, padded by its format, or
/// followed by bytes that its outer codec's readers pass over. It is the same file in every store.
struct PrologueRoom {
    /// The bytes of sections from which a file has the room; there a year's is a three-hundredth at most.
    static let leastSectionByteCount = 32 << 20

    private enum Padding {
        /// All prologues have as many bytes.
        case fixed(Int)
        case format
        case codec(any Codec)
    }

    /// nil where prologues have the bytes that they have.
    private let padding: Padding?
    /// What the format pads a prologue to for its codec, whatever follows.
    private let pieceHeadByteCount: Int

    init(_ spec: ValidatedSpec, _ sink: some ColumnarSink) {
        pieceHeadByteCount = spec.packsPieces ? spec.outerCodec?.pieceHeadByteCount ?? 0 : 0
        if let codec = spec.outerCodec {
            let canFill = spec.packsPieces && codec.filler(byteCount: Self.byteCount(sourceCount: 0)) != nil
            padding = canFill ? .codec(codec) : nil
        } else if let byteCount = sink.prologueByteCount {
            padding = .fixed(byteCount)
        } else {
            padding = sink.padsPrologues ? .format : nil
        }
    }

    /// The room of a file made from so many sources, in bytes: what its provenance takes, by experience. A prologue that
    /// needs more takes what it needs.
    private static func byteCount(sourceCount: Int) -> Int { (8 << 10) + 256 * sourceCount }

    /// What the prologue of a large file takes, as far as that is known before it is made.
    func expectedByteCount(sourceCount: Int) -> Int? {
        switch padding {
        case .fixed(let byteCount): byteCount
        case .format, .codec: Self.byteCount(sourceCount: sourceCount)
        case nil: nil
        }
    }

    /// What the format pads the prologue of a file with such sections to.
    func paddedByteCount(_ sections: [Provenance.Section]) -> Int {
        if case .format = padding, Self.areLarge(sections) { return Self.byteCount(of: sections) }
        return pieceHeadByteCount
    }

    /// What a file of such sections begins with: the prologue as it is or as the first piece of the outer codec's stream,
    /// filled up to the room where there is one.
    func packed(
        _ prologue: Buffer, before sections: [Provenance.Section], by compressor: (any Compressor)?
    ) throws(S3DBError) -> (bytes: Buffer, digest: PieceDigest) {
        guard let compressor else { return (prologue, PieceDigest(contentByteCount: prologue.count)) }
        var packed = BufferBuilder()
        try compressor.begin(into: &packed)
        let digest = try compressor.piece(prologue.bytes, into: &packed)
        if case .codec(let codec) = padding, Self.areLarge(sections),
            let filler = codec.filler(byteCount: Self.byteCount(of: sections) - packed.count)
        {
            packed.append(filler.bytes)
        }
        return (packed.freeze(), digest)
    }

    private static func byteCount(of sections: [Provenance.Section]) -> Int {
        byteCount(sourceCount: Provenance.sources(of: sections).count)
    }

    private static func areLarge(_ sections: [Provenance.Section]) -> Bool {
        var rest = leastSectionByteCount
        for section in sections {
            rest -= min(rest, section.byteCount ?? 0)
            if rest == 0 { return true }
        }
        return false
    }
}
