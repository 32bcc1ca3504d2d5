import Foundation
import Testing

/// Something outside the repository that a test needs.
///
/// Where it is absent the test is skipped, visibly, with the reason; where `S3DB_REQUIRE_ALL=1` (as in CI) it runs
/// and fails instead.
public enum Requirement {
    /// Whether absent things count as failures.
    public static let mustHaveAll = ProcessInfo.processInfo.environment["S3DB_REQUIRE_ALL"] == "1"

    /// Whether the long forms of seeded tests run.
    public static let isFull = ProcessInfo.processInfo.environment["S3DB_FULL"] == "1"

    /// The root of the repository.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Other projects' test data, by folder; beside the repository, or where `S3DB_CONFORMANCE` says.
    public static func conformance(_ folder: String) -> URL {
        let base = ProcessInfo.processInfo.environment["S3DB_CONFORMANCE"].map { URL(filePath: $0) }
        return (base ?? root.appending(path: "../shared/conformance")).standardizedFileURL.appending(path: folder)
    }

    /// Real days of real datasets: a source prefix; beside the repository, or where `S3DB_REAL_DATA` says.
    public static var realData: URL {
        let base = ProcessInfo.processInfo.environment["S3DB_REAL_DATA"].map { URL(filePath: $0) }
        return (base ?? root.appending(path: "../shared/data/s3db")).standardizedFileURL
    }
}

extension Trait where Self == ConditionTrait {
    /// The test needs Python with the packages of Scripts/requirements.txt.
    public static var needsPython: ConditionTrait {
        .enabled(if: Requirement.mustHaveAll || Python.isAvailable, "needs Python: run Scripts/test.sh")
    }

    /// The test needs a folder of others' conformance data.
    public static func needsConformance(_ folder: String) -> ConditionTrait {
        .enabled(
            if: Requirement.mustHaveAll
                || FileManager.default.fileExists(atPath: Requirement.conformance(folder).path),
            "needs conformance data: \(folder)")
    }

    /// The test needs real S3DB days.
    public static var needsRealData: ConditionTrait {
        .enabled(
            if: Requirement.mustHaveAll || FileManager.default.fileExists(atPath: Requirement.realData.path),
            "needs real S3DB days")
    }
}
