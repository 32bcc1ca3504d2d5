import S3DBCore

/// The values of a data page that are not null, made ready to be taken in steps.
enum PageValues {
    /// Values of one width, one after the other, and how many of them are taken.
    case fixedWidth(Buffer, taken: Int)
    /// Bits, and how many of them are taken.
    case bits(Bitmap, taken: Int)
    /// Bits in runs.
    case runs(HybridDecoder)
    /// Byte arrays, each behind its length.
    case byteArrays(PlainByteArrayDecoder)
    /// Byte strings, and how many of them are taken.
    case strings(ByteStrings, taken: Int)
    /// Positions in the chunk's dictionary.
    case positions(HybridDecoder)

    static var tooFew: S3DBError {
        S3DBError(.corruptFile, "a page holds fewer values than it claims")
    }
}

/// What a page's values are made ready by.
struct PageValueRules {
    let type: ParquetPhysicalType
    /// The bytes of a value; 0 where they are not all of one size.
    let width: Int
    let limits: ParquetReadLimits

    init(_ node: ParquetSchema.Node, _ limits: ParquetReadLimits) {
        type = node.physicalType ?? .byteArray
        width = node.valueByteCount
        self.limits = limits
    }

    /// Makes a page's values ready.
    ///
    /// - Parameters:
    ///   - content: The page's bytes behind its levels.
    ///   - count: The values of the page, nulls included.
    /// - Throws: ``S3DBError/Code/corruptFile``, or ``S3DBError/Code/unsupported`` for an encoding that the type does not
    ///   have.
    func values(_ content: Buffer, _ encoding: ParquetEncoding, count: Int) throws(S3DBError) -> PageValues {
        switch (encoding, type) {
        case (.plain, .boolean):
            return .bits(Bitmap(buffer: content, count: min(content.count, .max / 8) * 8), taken: 0)
        case (.plain, .byteArray): return .byteArrays(PlainByteArrayDecoder(content))
        case (.plain, _): return .fixedWidth(content, taken: 0)
        case (.plainDictionary, _), (.rleDictionary, _): return .positions(try Self.positions(content))
        case (.rle, .boolean): return .runs(try HybridDecoder(try Self.prefixed(content), bitWidth: 1))
        case (.deltaBinaryPacked, .int32): return .fixedWidth(try integers(UInt32.self, content, count), taken: 0)
        case (.deltaBinaryPacked, .int64): return .fixedWidth(try integers(UInt64.self, content, count), taken: 0)
        case (.deltaLengthByteArray, .byteArray):
            return .strings(try DeltaByteArrays.lengths(content, limit: try checked(count)), taken: 0)
        case (.deltaByteArray, .byteArray): return .strings(try prefixes(content, count), taken: 0)
        case (.deltaByteArray, .fixedLengthByteArray): return .fixedWidth(try fixedPrefixes(content, count), taken: 0)
        case (.byteStreamSplit, _) where width > 0 && type != .int96:
            return .fixedWidth(try ByteStreamSplit.decode(content, width: width), taken: 0)
        default: throw S3DBError(.unsupported, "\(type) values are not read in the encoding \(encoding)")
        }
    }

    /// Positions behind the byte that tells how many bits each has.
    private static func positions(_ content: Buffer) throws(S3DBError) -> HybridDecoder {
        guard let bitWidth = content.first else { return try HybridDecoder(Buffer(), bitWidth: 0) }
        return try HybridDecoder(content.slice(1..<content.count), bitWidth: Int(bitWidth))
    }

    /// What stands behind its length in four bytes.
    static func prefixed(_ content: Buffer) throws(S3DBError) -> Buffer {
        guard content.count >= 4 else { throw PageValues.tooFew }
        let length = content.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
        guard Int(length) <= content.count - 4 else { throw PageValues.tooFew }
        return content.slice(4..<4 + Int(length))
    }

    private func integers<Word: FixedWidthInteger & BitwiseCopyable>(
        _ type: Word.Type, _ content: Buffer, _ count: Int
    ) throws(S3DBError) -> Buffer {
        var decoder = try DeltaBinaryPacked(content, limit: try checked(count))
        var output = BufferBuilder(capacity: min(decoder.count, 1 << 16) * MemoryLayout<Word>.size)
        try decoder.decode(as: type, into: &output)
        return output.freeze()
    }

    private func prefixes(_ content: Buffer, _ count: Int) throws(S3DBError) -> ByteStrings {
        try DeltaByteArrays.prefixes(content, limit: try checked(count), byteLimit: limits.pageByteCount)
    }

    private func fixedPrefixes(_ content: Buffer, _ count: Int) throws(S3DBError) -> Buffer {
        let strings = try prefixes(content, count)
        try strings.offsets.withElements(of: Int32.self) { (ends) throws(S3DBError) in
            for (index, end) in ends.enumerated() where Int(end) != index * width {
                throw S3DBError(.corruptFile, "a value in a page has another length than \(width) bytes")
            }
        }
        return strings.bytes
    }

    /// Differences may be many in few bytes, and are all made at once.
    private func checked(_ count: Int) throws(S3DBError) -> Int {
        guard count <= limits.pageValueCount else {
            throw S3DBError(.limitExceeded, "a page of \(count) values, where \(limits.pageValueCount) are allowed")
        }
        return count
    }
}

extension ParquetSchema.Node {
    /// The bytes of a value; 0 where they are not all of one size, or a value is a bit.
    var valueByteCount: Int {
        switch physicalType {
        case .int32, .float: 4
        case .int64, .double: 8
        case .int96: 12
        case .fixedLengthByteArray: typeByteCount
        case .boolean, .byteArray, nil: 0
        }
    }
}
