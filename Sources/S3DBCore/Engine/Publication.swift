/// A file of which all is placed, on its way to be visible.
///
/// Unchecked: the writer is no longer used by who made this, and by the one task only that runs it.
struct Publication<Sink: ColumnarSink>: @unchecked Sendable {
    /// What placed the sections; nil where there were none to place.
    let writer: OutputWriter<Sink>?
    let metadata: KeyValueMetadata
    let condition: WriteCondition
    /// The result of an output that stays as it is.
    let planned: OutputResult
    let outsideRowCount: Int
    let rebuildReason: String?

    /// Makes the file visible; returns how that ended, or the error where the output changed underneath.
    func run() async -> Result<OutputResult, S3DBError> {
        guard let writer else { return .success(planned) }
        var result = planned
        do throws(S3DBError) {
            if Task.isCancelled { throw S3DBError(.cancelled, "cancelled before publishing") }
            let info = try await writer.publish(metadata, if: condition)
            result.outcome = .written(
                .init(
                    rowCount: writer.rowCount, byteCount: info.byteCount, sectionCount: writer.sections.count,
                    outsideRowCount: outsideRowCount, keptSectionCount: writer.keptSectionCount,
                    rebuildReason: rebuildReason))
        } catch {
            await writer.abort()
            if error.code == .preconditionFailed || error.code == .conflict { return .failure(error) }
            result.outcome = .failed(error.located(in: .init(key: planned.key)))
        }
        return .success(result)
    }
}
