import S3DBCore

/// What became of reading: the values that came out, and how it ended.
struct Outcome: Equatable, CustomStringConvertible {
    /// Checksums of the values; nil where there was no batch.
    private(set) var checksums: TableChecksums?
    /// The error; nil where there was none.
    var failure: String?
    /// Whether there were more rows than are looked at.
    private(set) var isCut = false

    /// Damaged counts may claim rows without end.
    static let rowLimit = 1 << 16

    /// Adds a batch, or ends the reading where there were enough.
    mutating func add(_ batch: RecordBatch) throws(S3DBError) {
        if (checksums?.rowCount ?? 0) + batch.rowCount > Self.rowLimit {
            isCut = true
            throw S3DBError(.cancelled, "enough")
        }
        if checksums == nil { checksums = TableChecksums(batch.schema) }
        try checksums?.add(batch)
    }

    /// Reads with `body`, which gives batches, and keeps the error that it ends with.
    ///
    /// - Parameter asksWrongly: Whether what is asked for may not fit the input, and be refused for that.
    static func of(
        asksWrongly: Bool = false, _ body: ((RecordBatch) throws(S3DBError) -> Void) throws(S3DBError) -> Void
    ) -> Outcome {
        var outcome = Outcome()
        do throws(S3DBError) {
            try body { (batch) throws(S3DBError) in try outcome.add(batch) }
        } catch {
            outcome.failure = asksWrongly && error.code == .invalidArgument ? "\(error)" : text(of: error)
        }
        return outcome
    }

    /// Code, place and message of an error; one without a code or with a code of the program's own faults stops the
    /// program.
    static func text(of error: S3DBError) -> String {
        if error.code.rawValue.isEmpty || error.message.isEmpty { fatalError("an error that says nothing: \(error)") }
        if error.code == .invalidArgument {
            fatalError("the library blames its caller for what an input has: \(error)")
        }
        return "\(error)"
    }

    var description: String {
        let rows = checksums.map { "\($0.rowCount) rows \($0.columns.map { String($0.hash, radix: 16) })" } ?? "nothing"
        return "\(rows), \(failure ?? "no error")"
    }
}

/// Stops the program where two outcomes differ.
func expectEqual(_ first: Outcome, _ second: Outcome, _ difference: String) {
    if first == second || first.isCut || second.isCut { return }
    fatalError("\(difference):\n  \(first)\n  \(second)")
}

/// Runs what may throw, and looks at the error.
func attempt<Value>(_ body: () throws(S3DBError) -> Value) -> Value? {
    do throws(S3DBError) {
        return try body()
    } catch {
        _ = Outcome.text(of: error)
        return nil
    }
}
