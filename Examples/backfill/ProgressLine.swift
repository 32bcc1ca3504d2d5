import DriverKit
import S3DB

/// One line on a terminal that is drawn again and again.
struct ProgressLine {
    private let start = ContinuousClock.now
    private var isDrawn = false

    /// Draws the line as it stands now.
    mutating func draw(_ progress: ConversionProgress, of tally: RunTally) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let text = Self.text(
            progress, jobCount: tally.jobCount, sourceByteCount: tally.plannedByteCount,
            isWhole: tally.unplannedCount == 0, seconds: max(seconds, 0.001))
        // The last column stays free: writing to it makes some terminals go to the next line.
        Output.writeError("\r\u{1B}[2K" + text.prefix(max(1, Output.errorWidth - 1)))
        isDrawn = true
    }

    /// Removes the line, so that something else can be written.
    mutating func clear() {
        if isDrawn { Output.writeError("\r\u{1B}[2K") }
        isDrawn = false
    }

    /// `3/12 jobs  3 files  1,234,567 rows  12.3 MB/s  ETA 0:09  1 failed`; while there are datasets that are not planned
    /// yet, `3/12+ jobs`, and no ETA.
    static func text(
        _ progress: ConversionProgress, jobCount: Int, sourceByteCount: Int, isWhole: Bool, seconds: Double
    ) -> String {
        let done = progress.sourceByteCount
        // What the sources read so far took tells how long the others take.
        let left = Double(max(0, sourceByteCount - done)) * seconds / Double(max(done, 1))
        let eta = done == 0 || !isWhole ? "-" : ByteText.duration(seconds: left)
        return [
            "\(ByteText.number(progress.jobCount))/\(ByteText.number(jobCount))\(isWhole ? "" : "+") jobs",
            "\(ByteText.number(progress.outputCount)) files", "\(ByteText.number(progress.rowCount)) rows",
            ByteText.rate(byteCount: done, seconds: seconds), "ETA \(eta)",
            "\(ByteText.number(progress.failureCount)) failed",
        ].joined(separator: "  ")
    }
}
