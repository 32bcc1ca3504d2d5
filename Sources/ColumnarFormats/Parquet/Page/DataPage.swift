import S3DBCore

/// A data page of a column chunk, as its statistics and indexes tell of it.
struct DataPage {
    /// The rows, nulls included.
    var rowCount: Int
    /// The values, nulls and empty lists included: a level each. As many as rows in columns that are in no list.
    var valueCount: Int
    /// The values that are not there: nulls, and in lists also those of lists that are null or empty.
    var nullCount: Int
    /// The smallest and largest value; nil where there is none that could bound the others.
    var bounds: Bounds?
    /// How often each level occurs; empty for columns of the table itself, whose nulls say it.
    var levelCounts = LevelCounts()
    /// The bytes in the file, header included; 0 until the page is written.
    var byteCount = 0

    /// Whether no value is there.
    var isAllNull: Bool { nullCount == valueCount }
}

/// How often each level occurs (parquet.thrift, `SizeStatistics`).
struct LevelCounts: Sendable, Equatable {
    /// By repetition level; empty where all are 0.
    var repetitions: [Int] = []
    /// By definition level; empty where all are 0.
    var definitions: [Int] = []

    /// Adds the counts of another page of the column.
    static func += (sum: inout LevelCounts, page: LevelCounts) {
        sum.repetitions = added(sum.repetitions, page.repetitions)
        sum.definitions = added(sum.definitions, page.definitions)
    }

    private static func added(_ a: [Int], _ b: [Int]) -> [Int] {
        a.isEmpty ? b : zip(a, b).map(+)
    }
}

/// The levels of a page as its form has them.
struct PageLevels {
    /// Repetition levels, then definition levels; each behind its length in pages of the first form.
    var bytes = Buffer()
    /// The bytes of the repetition levels.
    var repetitionByteCount = 0
}
