import DriverKit
import S3DB

extension Settings {
    /// The backfill that the options describe.
    ///
    /// - Parameter writes: Whether it is to write outputs.
    func backfill(writes: Bool = false) async throws(S3DBError) -> Backfill {
        try await Backfill(try configuration(), opener: try opener(checksConditions: writes))
    }

    /// What a backfill is to do.
    ///
    /// - Throws: For what is missing, and for values that are not what they must be, each with its place.
    func configuration() throws(S3DBError) -> BackfillConfiguration {
        if let missing = missing([.source, .dest, .format, .codec, .layout, .partition]) { throw missing }
        return BackfillConfiguration(
            source: text(.source) ?? "", sourceFormat: try sourceFormat(), destination: text(.dest) ?? "",
            spec: try spec(), datasets: try datasets(), days: try days(),
            policy: try choice(.overwrite, of: OverwritePolicy.self) ?? .ifStale,
            prunes: try flag(.prune), limits: try limits())
    }
}
