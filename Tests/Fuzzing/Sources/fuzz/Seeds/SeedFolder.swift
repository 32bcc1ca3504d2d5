import Foundation
import S3DBCore

/// Where seeds are written: a folder for each target.
struct SeedFolder {
    let folder: URL
    /// Other projects' test data; seeds are copied from there where they are small, and are not kept in the repository.
    let conformance: URL?

    init(_ path: String) {
        folder = URL(filePath: path, directoryHint: .isDirectory)
        conformance = ProcessInfo.processInfo.environment["S3DB_CONFORMANCE"].map {
            URL(filePath: $0, directoryHint: .isDirectory)
        }
    }

    func writeAll() throws {
        for target in FuzzTarget.all {
            let folder = folder.appending(path: target.name)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var count = 0
            for seed in try target.seeds() where seed.bytes.count <= target.inputByteLimit {
                try Data(seed.bytes).write(to: folder.appending(path: "seed-\(seed.name)"))
                count += 1
            }
            let foreign = try target.foreignSeeds.reduce(0) {
                $0 + (try copy($1.folder, $1.suffix, target, to: folder))
            }
            print("\(target.name): \(count) seeds, \(foreign) from other projects")
        }
    }

    /// Copies files of other projects that are not too large.
    private func copy(_ name: String, _ suffix: String, _ target: FuzzTarget, to folder: URL) throws -> Int {
        guard let source = conformance?.appending(path: name, directoryHint: .isDirectory),
            let files = FileManager.default.enumerator(atPath: source.path)
        else { return 0 }
        var count = 0
        for case let path as String in files where path.hasSuffix(suffix) {
            let bytes = try Data(contentsOf: source.appending(path: path))
            guard bytes.count <= target.inputByteLimit else { continue }
            try bytes.write(to: folder.appending(path: "foreign-" + path.replacing("/", with: "-")))
            count += 1
        }
        return count
    }
}
