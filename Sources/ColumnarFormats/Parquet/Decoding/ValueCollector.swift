import S3DBCore

/// Collects the values of a batch that are not null, page by page, and puts them where the nulls leave room for them.
protocol ValueCollector: AnyObject {
    /// Takes the next `count` values of a page.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where there are fewer, or one refers to nothing in the dictionary.
    func append(_ count: Int, of page: inout PageValues, _ dictionary: PageDictionary?) throws(S3DBError)

    /// The batch of `count` values, nulls included; the collector is empty afterwards.
    func finish(_ validity: Bitmap?, count: Int) throws(S3DBError) -> AnyColumn.Storage
}

extension ValueCollector {
    static var noDictionary: S3DBError {
        S3DBError(.corruptFile, "a page refers to a dictionary that its column chunk does not have")
    }

    static var otherPage: S3DBError {
        S3DBError(.corruptFile, "a page holds values of another type than its column")
    }
}

/// Makes the collector for a leaf column.
///
/// - Parameters:
///   - keepsDictionary: Whether byte arrays stay positions in a dictionary where they are.
///   - byteLimit: The bytes of a batch that are more than its pages hold.
func makeValueCollector(
    _ node: ParquetSchema.Node, type: DataType, keepsDictionary: Bool, byteLimit: Int
) -> any ValueCollector {
    let byteLimit = min(max(0, byteLimit), Int(Int32.max))

    return switch node.physicalType {
    case .boolean: BooleanCollector()
    case .byteArray, nil: ByteArrayCollector(type, keepsDictionary: keepsDictionary, byteLimit: byteLimit)
    default: FixedWidthCollector(width: node.valueByteCount, byteLimit: byteLimit)
    }
}

/// Collects bits.
final class BooleanCollector: ValueCollector {
    private var bits = BitmapBuilder()

    func append(_ count: Int, of page: inout PageValues, _ dictionary: PageDictionary?) throws(S3DBError) {
        if count == 0 { return }
        switch page {
        case .bits(let values, let taken):
            guard count <= values.count - taken else { throw PageValues.tooFew }
            bits.append(values, taken..<taken + count)
            page = .bits(values, taken: taken + count)
        case .runs(var decoder):
            _ = try decoder.decodeBits(count, into: &bits)
            page = .runs(decoder)
        default: throw Self.otherPage
        }
    }

    func finish(_ validity: Bitmap?, count: Int) throws(S3DBError) -> AnyColumn.Storage {
        let values = bits.freeze()
        guard let validity, values.count < count else { return .bits(values) }
        var spread = BitmapBuilder()
        var next = 0
        for row in 0..<count {
            let isPresent = validity[row] && next < values.count
            spread.append(isPresent && values[next])
            if isPresent { next += 1 }
        }
        return .bits(spread.freeze())
    }
}

/// Collects values of one width.
final class FixedWidthCollector: ValueCollector {
    private let width: Int
    private var values = BufferBuilder()
    private var valueCount = 0

    private let byteLimit: Int

    init(width: Int, byteLimit: Int) {
        self.width = width
        self.byteLimit = byteLimit
    }

    func append(_ count: Int, of page: inout PageValues, _ dictionary: PageDictionary?) throws(S3DBError) {
        if count == 0 { return }
        switch page {
        case .fixedWidth(let content, let taken):
            guard taken + count <= content.count / width else { throw PageValues.tooFew }
            values.append(content.slice(taken * width..<(taken + count) * width).bytes)
            page = .fixedWidth(content, taken: taken + count)
        case .positions(var decoder):
            guard let dictionary, dictionary.strings == nil else { throw Self.noDictionary }
            try check(byteCountOf: valueCount + count)
            try DictionaryGather.append(count, of: &decoder, dictionary, width: width, to: &values)
            page = .positions(decoder)
        default: throw Self.otherPage
        }
        valueCount += count
    }

    func finish(_ validity: Bitmap?, count: Int) throws(S3DBError) -> AnyColumn.Storage {
        if let validity, valueCount < count {
            try check(byteCountOf: count)
            NullSpreading.spread(&values, width: width, valueCount: valueCount, validity)
        }
        valueCount = 0
        return .fixedWidth(values.freeze())
    }

    /// The bytes of a batch that are never too many, and how many times those of its values nulls may make of them.
    private static let freeByteCount = 1 << 28
    private static let nullGrowth = 8

    /// A schema may claim values of any width, of which nulls and positions cost a page next to nothing.
    private func check(byteCountOf count: Int) throws(S3DBError) {
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: width)
        let limit = min(byteLimit, max(Self.freeByteCount, values.count * Self.nullGrowth))
        guard !overflow, byteCount <= limit else {
            throw S3DBError(
                .limitExceeded, "\(count) values of \(width) bytes each in one batch",
                remedy: "Read batches of fewer rows")
        }
    }
}
