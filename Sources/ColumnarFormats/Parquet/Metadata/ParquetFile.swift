import S3DBCore

/// The two ends of a file (https://parquet.apache.org/docs/file-format/).
///
/// Inside an outer codec the prologue is `PAR1`, ``ParquetFile/blockMark``, the length of what follows (UInt32,
/// little-endian) and the key-value pairs as field 1 of a Thrift structure. Readers go by the offsets in the
/// footer and never look there.
enum ParquetFile {
    /// What a file begins and ends with.
    static let magic = Array("PAR1".utf8)
    /// What a file with an encrypted footer ends with.
    private static let encryptedMagic = Array("PARE".utf8)
    /// What stands before key-value pairs in the prologue.
    static let blockMark = Array("KVMD".utf8)
    /// The largest footer and block that is read.
    static let metadataByteLimit = 256 << 20

    /// `PAR1`, `metadata` behind it where there is some to show, and zero bytes up to `byteCount`.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` for metadata that would not be read again.
    static func prologue(_ metadata: KeyValueMetadata?, byteCount: Int = 0) throws(S3DBError) -> Buffer {
        var prologue = BufferBuilder()
        prologue.append(contentsOf: magic)
        if let metadata { try append(metadata, to: &prologue) }
        prologue.appendZeros(max(0, byteCount - prologue.count))
        return prologue.freeze()
    }

    /// Appends the block that shows `metadata`.
    private static func append(_ metadata: KeyValueMetadata, to prologue: inout BufferBuilder) throws(S3DBError) {
        var writer = CompactWriter()
        KeyValues.write(metadata, field: 1, to: &writer)
        writer.stop()
        let block = writer.freeze()
        if block.count > metadataByteLimit {
            throw S3DBError(.limitExceeded, "key-value metadata of \(block.count) bytes is too large")
        }
        prologue.append(contentsOf: blockMark)
        prologue.appendLittleEndian(UInt32(block.count))
        prologue.append(block.bytes)
    }

    /// Finds the key-value pairs in a file's first bytes.
    static func findMetadata(inHead head: RawSpan) throws(S3DBError) -> MetadataLookup {
        let block = 12
        if head.byteCount < 4 { return .needsHead(block) }
        guard has(magic, head, at: 0) else { throw notParquet("begins") }
        if head.byteCount < block { return .needsHead(block) }
        guard has(blockMark, head, at: 4) else { return .found([]) }
        let byteCount = Int(head.littleEndian(at: 8))
        try check(byteCount)
        if head.byteCount - block < byteCount { return .needsHead(block + byteCount) }
        return .found(try KeyValues.read(head.extracting(block..<block + byteCount), field: 1))
    }

    /// Finds the key-value pairs in the footer.
    static func findMetadata(inTail tail: RawSpan, fileByteCount: Int) throws(S3DBError) -> MetadataLookup {
        switch try findFooter(inTail: tail, fileByteCount: fileByteCount) {
        case .needsTail(let byteCount): .needsTail(byteCount)
        case .found(let range): .found(try KeyValues.read(tail.extracting(range), field: 5))
        }
    }

    /// Whether the footer was found in the bytes at hand.
    enum FooterLookup {
        /// Here it is, counted from the first byte of the tail.
        case found(Range<Int>)
        /// So many of the file's last bytes are needed.
        case needsTail(Int)
    }

    /// Finds the footer in a file's last bytes.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/unsupported`` for an encrypted footer, or
    ///   ``S3DBError/Code/limitExceeded`` for one of more than ``metadataByteLimit``.
    static func findFooter(inTail tail: RawSpan, fileByteCount: Int) throws(S3DBError) -> FooterLookup {
        // Magic, footer, its length and magic again.
        guard fileByteCount >= 12 else {
            throw S3DBError(.corruptFile, "a file of \(fileByteCount) bytes is too short for Parquet")
        }
        if tail.byteCount < 8 { return .needsTail(8) }
        if has(encryptedMagic, tail, at: tail.byteCount - 4) {
            throw S3DBError(.unsupported, "the footer is encrypted")
        }
        guard has(magic, tail, at: tail.byteCount - 4) else { throw notParquet("ends") }
        let byteCount = Int(tail.littleEndian(at: tail.byteCount - 8))
        guard byteCount <= fileByteCount - 12 else {
            throw S3DBError(.corruptFile, "a footer of \(byteCount) bytes in a file of \(fileByteCount)")
        }
        try check(byteCount)
        if tail.byteCount - 8 < byteCount { return .needsTail(byteCount + 8) }
        let start = tail.byteCount - 8 - byteCount
        return .found(start..<start + byteCount)
    }

    private static func check(_ byteCount: Int) throws(S3DBError) {
        if byteCount > metadataByteLimit {
            throw S3DBError(.limitExceeded, "metadata of \(byteCount) bytes is larger than \(metadataByteLimit)")
        }
    }

    private static func has(_ mark: [UInt8], _ bytes: RawSpan, at offset: Int) -> Bool {
        mark.indices.allSatisfy { bytes.unsafeLoad(fromByteOffset: offset + $0, as: UInt8.self) == mark[$0] }
    }

    private static func notParquet(_ verb: String) -> S3DBError {
        S3DBError(.corruptFile, "not a Parquet file: it \(verb) with other bytes than PAR1")
    }
}

extension RawSpan {
    /// The four bytes from `offset`, which must lie within the span.
    fileprivate func littleEndian(at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
