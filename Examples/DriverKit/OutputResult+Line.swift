import S3DB

extension OutputResult {
    /// The result on a line for people.
    package var line: String {
        switch outcome {
        case .written(let written):
            "written    \(key)  \(ByteText.number(written.rowCount)) rows  \(ByteText.size(written.byteCount))\n"
        case .unchanged: "unchanged  \(key)\n"
        case .removed: "removed    \(key)\n"
        case .failed(let error): "\(outcome.name.padded(to: 9))  \(key)  \(error.message) (\(error.code))\n"
        }
    }
}

extension String {
    /// The text with spaces behind it up to a number of characters.
    package func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(0, count - self.count))
    }
}
