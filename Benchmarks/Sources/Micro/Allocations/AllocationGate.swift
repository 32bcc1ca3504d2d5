import S3DBCore

/// A limit on how allocations may grow with rows.
///
/// A pipeline may allocate for each batch, page and section, never for each row or value. So ten times the rows are
/// held against the same work, once as one large batch, once as ten batches; what they take more must be a small
/// number, named here, while the rows are more by `9 * rowCount`. The limits are about twice what is measured, as the
/// numbers depend a little on what ran before: on the memory that is kept for reuse.
struct AllocationGate {
    /// The rows of a batch.
    static let rowCount = 16_384
    /// How many times as many rows the large run has.
    static let factor = 10

    /// What is run.
    let name: String
    /// Allocations more in one batch of ten times the rows: buffers that grow, further pages and messages.
    let growthLimit: Int
    /// Allocations more for each further batch: its columns' buffers and what keeps them.
    let batchLimit: Int
    /// Makes work on so many rows, in batches of so many rows.
    let work: (_ rowCount: Int, _ batchRowCount: Int) throws(S3DBError) -> () throws(S3DBError) -> Void

    /// What a gate measured.
    struct Outcome {
        let name: String
        /// Allocations of one batch, of one batch of ten times the rows, and of ten batches.
        let one, large, many: Int
        let growthLimit, batchLimit: Int

        /// Whether both limits hold.
        var holds: Bool {
            large - one <= growthLimit && many - one <= batchLimit * (AllocationGate.factor - 1)
        }
    }

    /// Measures, each run after one that warms it up.
    func measure() throws(S3DBError) -> Outcome {
        let rows = Self.rowCount, manyRows = rows * Self.factor
        return Outcome(
            name: name, one: try count(rows, rows), large: try count(manyRows, manyRows),
            many: try count(manyRows, rows), growthLimit: growthLimit, batchLimit: batchLimit)
    }

    private func count(_ rowCount: Int, _ batchRowCount: Int) throws(S3DBError) -> Int {
        let run = try work(rowCount, batchRowCount)
        try run()
        return try Allocations.during(run).count
    }
}
