import S3DBCore

/// Reads the levels of a page, in steps of any size.
enum LevelDecoder {
    /// All are 0.
    case zero
    /// Runs and packed bits.
    case hybrid(HybridDecoder)
    /// The deprecated packed bits.
    case bitPacked(BitPackedLevels)

    /// The bits that levels up to `maximum` take.
    static func bitWidth(of maximum: Int) -> Int {
        Int.bitWidth - maximum.leadingZeroBitCount
    }

    /// Takes the levels of a page of the first form from the front of `content`.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, or ``S3DBError/Code/unsupported`` for another encoding.
    static func take(
        from content: inout Buffer, maximum: Int, count: Int, _ encoding: ParquetEncoding
    ) throws(S3DBError) -> LevelDecoder {
        if maximum == 0 { return .zero }
        let width = bitWidth(of: maximum)
        switch encoding {
        case .rle:
            let levels = try PageValueRules.prefixed(content)
            content = content.slice(4 + levels.count..<content.count)
            return .hybrid(try HybridDecoder(levels, bitWidth: width))
        case .bitPacked:
            guard let byteCount = BitPackedLevels.byteCount(of: count, bitWidth: width), byteCount <= content.count
            else { throw PageValues.tooFew }
            let levels = content.slice(0..<byteCount)
            content = content.slice(byteCount..<content.count)
            return .bitPacked(BitPackedLevels(levels, bitWidth: width))
        default: throw S3DBError(.unsupported, "levels are not read in the encoding \(encoding)")
        }
    }

    /// Reads the next `count` levels.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where there are fewer, or one is above `maximum`.
    mutating func decode(
        _ count: Int, maximum: Int, into target: UnsafeMutablePointer<UInt16>
    ) throws(S3DBError) {
        switch self {
        case .zero:
            target.update(repeating: 0, count: count)
            return
        case .hybrid(var decoder):
            try decoder.decode(count, into: target)
            self = .hybrid(decoder)
        case .bitPacked(var decoder):
            try decoder.decode(count, into: target)
            self = .bitPacked(decoder)
        }
        var greatest: UInt16 = 0
        for index in 0..<count { greatest = max(greatest, target[index]) }
        guard Int(greatest) <= maximum else {
            throw S3DBError(.corruptFile, "a level of \(greatest), where the schema has \(maximum) at most")
        }
    }
}
