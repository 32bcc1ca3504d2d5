import Foundation
import Testing

/// Runs a program with a directory that even root cannot write to: mounted read-only in a mount namespace of its own.
enum ReadOnlyMount {
    /// What a shell does before the program, so that it sees `path` read-only.
    static func prefix(_ path: String) -> String {
        let mount = "mount --bind '\(path)' '\(path)' && mount -o remount,bind,ro '\(path)'"
        return "exec unshare --mount sh -c \"\(mount) && exec \\\"\\$0\\\" \\\"\\$@\\\"\" \"$0\" \"$@\""
    }

    /// Whether this process may make such mounts.
    static let isPossible: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "unshare --mount mount --bind /tmp /tmp"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}

extension Trait where Self == ConditionTrait {
    /// The test needs mount namespaces, which root has where the system allows them.
    static var needsReadOnlyMounts: ConditionTrait {
        .enabled(if: ReadOnlyMount.isPossible, "needs mount namespaces: root may have them")
    }
}
