import Foundation
import Testing

/// Something outside the repository that a test needs.
///
/// Where it is absent the test is skipped, visibly, with the reason; where it is required it runs and fails instead.
/// `S3DB_REQUIRE` lists what is required, between commas, as in `python,data`; where it is not set, `CI=true`
/// requires everything.
public enum Requirement: String, CaseIterable, Sendable {
    /// Python with the packages of Scripts/requirements.txt.
    case python
    /// Other projects' test data.
    case conformance
    /// Real S3DB days.
    case data
    /// The servers that stand in for AWS: moto and rclone, of Scripts/requirements.txt.
    case servers

    /// What counts as a failure where it is absent.
    public static let required: Set<Requirement> = {
        let environment = ProcessInfo.processInfo.environment
        guard let names = environment["S3DB_REQUIRE"] else {
            return environment["CI"] == "true" ? Set(allCases) : []
        }
        let listed = names.split(separator: ",").map { name in
            guard let requirement = Requirement(rawValue: String(name)) else {
                preconditionFailure("S3DB_REQUIRE names \(name); known: \(allCases.map(\.rawValue))")
            }
            return requirement
        }
        return Set(listed)
    }()

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
        .enabled(if: Requirement.required.contains(.python) || Python.isAvailable, "needs Python: run Scripts/test.sh")
    }

    /// The test needs the servers that stand in for AWS; see ``StandIn``.
    public static var needsServers: ConditionTrait {
        .enabled(
            if: Requirement.required.contains(.servers) || StandIn.isAvailable,
            "needs moto and rclone: run Scripts/test.sh")
    }

    /// The test needs a folder of others' conformance data.
    public static func needsConformance(_ folder: String) -> ConditionTrait {
        .enabled(
            if: Requirement.required.contains(.conformance)
                || FileManager.default.fileExists(atPath: Requirement.conformance(folder).path),
            "needs conformance data: \(folder)")
    }

    /// The test needs real S3DB days.
    public static var needsRealData: ConditionTrait {
        .enabled(
            if: Requirement.required.contains(.data)
                || FileManager.default.fileExists(atPath: Requirement.realData.path),
            "needs real S3DB days")
    }
}
