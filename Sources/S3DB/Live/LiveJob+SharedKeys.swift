import S3DBCore
import S3Transport

extension LiveJob {
    /// Refuses a job beside another that could write the same key.
    ///
    /// Keys do not hold all that shapes a file: `year=2020/1577836800.arrow.zst` may be an hour or a day, of any level.
    /// Two jobs at one place can meet when partitions of both that begin together have one key.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` that names both.
    func refuseSharedKeys(
        _ spec: ValidatedSpec, with other: LiveJob, _ otherSpec: ValidatedSpec
    ) throws(S3DBError) {
        let (place, otherPlace) = (try StoreURL(destination), try StoreURL(other.destination))
        guard place.overlaps(otherPlace), canShareDataset(with: other) else { return }
        let problem: String
        if place != otherPlace {
            problem = "the destinations \(place) and \(otherPlace) lie within each other"
        } else if let key = Self.sharedKey(spec, otherSpec) {
            problem = "both could write \(key) under \(place)"
        } else {
            return
        }
        throw S3DBError(
            .invalidSpec, "jobs \(S3DBError.quoted(name)) and \(S3DBError.quoted(other.name)): \(problem)",
            remedy: "Give each job a destination of its own")
    }

    /// A key that partitions of both specs have; nil where no two that begin together have one.
    private static func sharedKey(_ spec: ValidatedSpec, _ other: ValidatedSpec) -> String? {
        guard let dataset = DatasetID(collection: "collection", name: "dataset") else { return nil }
        // The epoch begins an hour, a day, a month and a year.
        let keys = [spec, other].map { spec in
            spec.scheme.key(
                for: Partition(size: spec.spec.size, containing: .epoch), of: dataset, suffix: spec.keySuffix)
        }
        return keys[0] == keys[1] ? keys[0] : nil
    }

    /// Whether some dataset can match both; true where that is not certain.
    private func canShareDataset(with other: LiveJob) -> Bool {
        datasets.contains { pattern in
            other.datasets.contains { DatasetPattern(pattern).canMeet(DatasetPattern($0)) }
        }
    }
}

extension DatasetPattern {
    /// Whether a dataset can match both patterns. O(product of their lengths).
    func canMeet(_ other: DatasetPattern) -> Bool {
        Self.canMeet(Array(description.unicodeScalars), Array(other.description.unicodeScalars))
    }

    /// Whether two globs have a common text, position by position from the end.
    private static func canMeet(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Bool {
        /// `meets[j]`: whether the rest of `a` from the current row and the rest of `b` from `j` can meet.
        var below = [Bool](repeating: false, count: b.count + 1)
        for i in (0...a.count).reversed() {
            var row = [Bool](repeating: false, count: b.count + 1)
            for j in (0...b.count).reversed() {
                if i == a.count && j == b.count {
                    row[j] = true
                } else if i < a.count && a[i] == "*" {
                    row[j] = below[j] || (j < b.count && b[j] != "/" && row[j + 1])
                    if j < b.count && b[j] == "*" { row[j] = row[j] || row[j + 1] }
                } else if j < b.count && b[j] == "*" {
                    row[j] = row[j + 1] || (i < a.count && a[i] != "/" && below[j])
                } else if i < a.count && j < b.count {
                    let isEqual = a[i] == b[j] || (a[i] == "?" && b[j] != "/") || (b[j] == "?" && a[i] != "/")
                    row[j] = isEqual && below[j + 1]
                }
            }
            below = row
        }
        return below[0]
    }
}
