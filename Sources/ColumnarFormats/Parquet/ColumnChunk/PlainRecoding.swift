import S3DBCore

/// Turns the values of a page that are in PLAIN encoding into another, where the options ask for it.
enum PlainRecoding {
    /// Leaves them.
    case none
    /// 32-bit integers as differences.
    case differencesOf32Bits
    /// 64-bit integers as differences.
    case differencesOf64Bits
    /// Values of one width as streams of bytes.
    case split(width: Int)
    /// Byte arrays as lengths and bytes.
    case lengths
    /// Byte arrays as prefixes shared with the one before.
    case prefixes

    /// What the options ask for in columns of a type.
    init(_ type: StoredType, _ options: ParquetOptions) {
        switch type.physicalType {
        case .int32 where options.integerEncoding == .delta: self = .differencesOf32Bits
        case .int64 where options.integerEncoding == .delta: self = .differencesOf64Bits
        case .int32 where options.integerEncoding == .split: self = .split(width: 4)
        case .int64 where options.integerEncoding == .split: self = .split(width: 8)
        case .float where options.floatEncoding == .split: self = .split(width: 4)
        case .double where options.floatEncoding == .split: self = .split(width: 8)
        case .fixedLengthByteArray where type.logicalType == .float16 && options.floatEncoding == .split:
            self = .split(width: 2)
        case .byteArray where options.bytesEncoding == .deltaLength: self = .lengths
        case .byteArray where options.bytesEncoding == .delta: self = .prefixes
        default: self = .none
        }
    }

    /// The encoding of the pages.
    var encoding: PageEncoding {
        switch self {
        case .none: .plain
        case .differencesOf32Bits, .differencesOf64Bits: .deltaBinaryPacked
        case .split: .byteStreamSplit
        case .lengths: .deltaLengthByteArray
        case .prefixes: .deltaByteArray
        }
    }

    /// Appends values that are in PLAIN encoding. O(bytes).
    func append(_ plain: UnsafeRawBufferPointer, to output: inout BufferBuilder) {
        switch self {
        case .none: output.appendUnsafe(plain)
        case .differencesOf32Bits: DeltaBinaryPacked.encode(Self.integers(plain, Int32.self), into: &output)
        case .differencesOf64Bits: DeltaBinaryPacked.encode(Self.integers(plain, Int64.self), into: &output)
        case .split(let width): ByteStreamSplit.encode(plain, width: width, into: &output)
        case .lengths: DeltaByteArrays.encodeLengths(Self.byteArrays(plain), into: &output)
        case .prefixes: DeltaByteArrays.encodePrefixes(Self.byteArrays(plain), into: &output)
        }
    }

    private static func integers<Word: FixedWidthInteger & BitwiseCopyable>(
        _ plain: UnsafeRawBufferPointer, _ type: Word.Type
    ) -> [Word] {
        let width = MemoryLayout<Word>.size
        return (0..<plain.count / width).map {
            Word(littleEndian: plain.loadUnaligned(fromByteOffset: $0 * width, as: Word.self))
        }
    }

    /// The byte arrays of a page that this package has written, each behind its length.
    static func byteArrays(_ plain: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        var values: [UnsafeRawBufferPointer] = []
        var offset = 0
        while offset + 4 <= plain.count {
            let length = Int(UInt32(littleEndian: plain.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            offset += 4
            let end = min(plain.count, offset + length)
            values.append(UnsafeRawBufferPointer(rebasing: plain[offset..<end]))
            offset = end
        }
        return values
    }
}
