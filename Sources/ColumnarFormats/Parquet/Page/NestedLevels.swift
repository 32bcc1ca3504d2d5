import S3DBCore

/// The levels of one page of a column within others
/// (https://parquet.apache.org/docs/file-format/nestedencoding/).
struct NestedLevels: ~Copyable {
    private let maximumDefinition: Int
    private let maximumRepetition: Int
    private var definitions = BufferBuilder()
    private var repetitions = BufferBuilder()

    /// The values that are there.
    private(set) var valueCount = 0

    init(_ leaf: ParquetSchema.Leaf) {
        maximumDefinition = leaf.maximumDefinitionLevel
        maximumRepetition = leaf.maximumRepetitionLevel
    }

    private var definitionWidth: Int { LevelDecoder.bitWidth(of: maximumDefinition) }
    private var repetitionWidth: Int { LevelDecoder.bitWidth(of: maximumRepetition) }

    /// The number of levels.
    var count: Int { definitions.count / MemoryLayout<UInt16>.size }

    /// About the bytes of all levels.
    var byteCount: Int { count * (definitionWidth + repetitionWidth) / 8 }

    /// Takes over levels of a leaf, those of `valueCount` values that are there.
    mutating func append(_ leaf: ShreddedLeaf, _ range: Range<Int>, valueCount: Int) {
        Self.append(leaf.definitions, range, to: &definitions)
        if maximumRepetition > 0 { Self.append(leaf.repetitions, range, to: &repetitions) }
        self.valueCount += valueCount
    }

    private static func append(_ levels: [UInt16], _ range: Range<Int>, to output: inout BufferBuilder) {
        levels.withUnsafeBytes { bytes in
            let width = MemoryLayout<UInt16>.size
            output.appendUnsafe(
                UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound * width..<range.upperBound * width]))
        }
    }

    /// How often each level occurs. O(count).
    var counts: LevelCounts {
        LevelCounts(
            repetitions: Self.counts(of: repetitions, maximum: maximumRepetition),
            definitions: Self.counts(of: definitions, maximum: maximumDefinition))
    }

    private static func counts(of levels: borrowing BufferBuilder, maximum: Int) -> [Int] {
        if maximum == 0 { return [] }
        var counts = [Int](repeating: 0, count: maximum + 1)
        levels.withBytes { for level in unsafe $0.bindMemory(to: UInt16.self) { counts[Int(level)] += 1 } }
        return counts
    }

    /// The levels as pages have them, behind their lengths where `isPrefixed`; they are forgotten.
    mutating func takePage(isPrefixed: Bool) -> PageLevels {
        var output = BufferBuilder()
        Self.write(&repetitions, repetitionWidth, isPrefixed: isPrefixed, into: &output)
        let repetitionByteCount = output.count
        Self.write(&definitions, definitionWidth, isPrefixed: isPrefixed, into: &output)
        valueCount = 0
        return PageLevels(bytes: output.freeze(), repetitionByteCount: repetitionByteCount)
    }

    /// Appends levels, which are none where all are 0, and forgets them.
    private static func write(
        _ levels: inout BufferBuilder, _ bitWidth: Int, isPrefixed: Bool, into output: inout BufferBuilder
    ) {
        if bitWidth > 0 {
            let start = output.count
            if isPrefixed { output.appendZeros(4) }
            levels.withBytes {
                RLEBitPackedHybrid.encode(unsafe $0.bindMemory(to: UInt16.self), bitWidth: bitWidth, into: &output)
            }
            if isPrefixed { output.storeLength(at: start) }
        }
        levels.removeAll()
    }
}
