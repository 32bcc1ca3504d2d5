import S3DBCore

/// Collects byte arrays: as positions in the chunk's dictionary as long as all pages have such, else as bytes.
final class ByteArrayCollector: ValueCollector {
    private let type: DataType
    private let keepsDictionary: Bool

    private var positions = BufferBuilder()
    /// What the positions refer to.
    private var dictionary: ColumnDictionary?

    /// The end of each value in ``bytes``; empty while there are positions.
    private var ends = BufferBuilder()
    private var bytes = BufferBuilder()

    /// The bytes that a batch may have by its dictionary.
    private let byteLimit: Int

    init(_ type: DataType, keepsDictionary: Bool, byteLimit: Int) {
        self.type = type
        self.keepsDictionary = keepsDictionary
        self.byteLimit = byteLimit
    }

    func append(_ count: Int, of page: inout PageValues, _ dictionary: PageDictionary?) throws(S3DBError) {
        if count == 0 { return }
        switch page {
        case .positions(var decoder):
            guard let dictionary, let strings = dictionary.strings else { throw Self.noDictionary }
            try append(count, of: &decoder, dictionary)
            self.dictionary = strings
            if !keepsDictionary || !ends.isEmpty { try unfold() }
            page = .positions(decoder)
        case .byteArrays(var cursor):
            try unfold()
            try cursor.append(count, endsTo: &ends, bytesTo: &bytes)
            page = .byteArrays(cursor)
        case .strings(let strings, let taken):
            guard count <= strings.count - taken else { throw PageValues.tooFew }
            try unfold()
            try append(strings, taken..<taken + count)
            page = .strings(strings, taken: taken + count)
        default: throw Self.otherPage
        }
    }

    private func append(
        _ count: Int, of decoder: inout HybridDecoder, _ dictionary: PageDictionary
    ) throws(S3DBError) {
        try positions.append(upTo: count * 4) { (target) throws(S3DBError) -> Int in
            let target = target.assumingMemoryBound(to: UInt32.self)
            guard let start = target.baseAddress else { return 0 }
            try decoder.decode(count, into: start)
            try dictionary.check(UnsafeBufferPointer(target))
            return count * 4
        }
    }

    /// Appends what the positions refer to, and forgets them.
    private func unfold() throws(S3DBError) {
        guard !positions.isEmpty, let dictionary else { return }
        let indices = positions.freeze()
        guard case .variableLength(let offsets, let text) = dictionary.values.storage else { throw Self.otherPage }
        let start = bytes.count
        try AnyColumn.withRows(indices, nil, offsets, text) { (rows, values) throws(S3DBError) in
            let all = 0..<rows.indices.count
            let byteCount = VariableLengthKernel.byteCount(of: rows, all, in: values)
            guard byteCount <= byteLimit - start else { throw PlainByteArrayDecoder.tooLong(byteLimit) }
            _ = VariableLengthKernel.appendEnds(of: rows, all, in: values, from: start, to: &ends)
            VariableLengthKernel.appendBytes(of: rows, all, in: values, byteCount: byteCount, to: &bytes)
        }
    }

    private func append(_ strings: ByteStrings, _ range: Range<Int>) throws(S3DBError) {
        let start = bytes.count
        try strings.offsets.withElements(of: Int32.self) { (offsets) throws(S3DBError) in
            let first = Int(offsets[range.lowerBound])
            let used = first..<Int(offsets[range.upperBound])
            guard used.count <= Int(Int32.max) - start else { throw PlainByteArrayDecoder.tooLong() }
            for index in range { ends.append(value: Int32(start + Int(offsets[index + 1]) - first)) }
            bytes.append(strings.bytes.slice(used).bytes)
        }
    }

    func finish(_ validity: Bitmap?, count: Int) throws(S3DBError) -> AnyColumn.Storage {
        if let dictionary, !positions.isEmpty {
            self.dictionary = nil
            let valueCount = positions.count / 4
            if let validity, valueCount < count {
                NullSpreading.spread(&positions, width: 4, valueCount: valueCount, validity)
            }
            return .dictionary(indices: positions.freeze(), dictionary)
        }
        dictionary = nil
        let dense = ends.freeze()
        let text = bytes.freeze()
        let offsets = NullSpreading.offsets(of: dense, validity, count: count)
        if type.isText { try TextRules.check(offsets, text) }
        return .variableLength(offsets: offsets, bytes: text)
    }
}
