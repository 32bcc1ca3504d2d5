/// Changes that show when a directory is read again and again.
struct PolledChanges: DirectoryChanges {
    private let root: String
    private let interval: Duration
    private var nextReading: ContinuousClock.Instant
    /// The files as they were told, or stood at the beginning.
    private var known: [ObjectKey: FileStatus]
    /// Files that the last reading found otherwise than they are known.
    private var changed: [ObjectKey: FileStatus] = [:]

    /// Reads the directory for the first time.
    init(root: String, interval: Duration, _ pending: inout PendingEvents) throws(S3DBError) {
        self.root = root
        self.interval = interval
        known = try Self.files(in: root, &pending)
        nextReading = .now + interval
    }

    mutating func collect(into pending: inout PendingEvents) throws(S3DBError) {
        guard ContinuousClock.now >= nextReading, !pending.isFull else { return }
        let files = try Self.files(in: root, &pending)
        var stillChanged: [ObjectKey: FileStatus] = [:]
        for (key, status) in files where known[key] != status {
            if changed[key] == status {
                known[key] = status
                try pending.written(key)
            } else {
                stillChanged[key] = status
            }
        }
        for key in known.keys where files[key] == nil {
            known[key] = nil
            pending.removed(key)
        }
        changed = stillChanged
        nextReading = .now + interval
    }

    private static func files(
        in root: String, _ pending: inout PendingEvents
    ) throws(S3DBError) -> [ObjectKey: FileStatus] {
        var files: [ObjectKey: FileStatus] = [:]
        var unread = [""]
        let skippedNameCount = pending.skippedNameCount
        while let directory = unread.popLast() {
            guard let members = try WatchedDirectory.members(of: directory, root: root, &pending) else {
                if directory.isEmpty { throw WatchedDirectory.gone(root) }
                continue
            }
            for member in members {
                if member.isDirectory {
                    unread.append(directory + member.name)
                } else if let key = pending.key(directory + member.name) {
                    files[key] = member.status
                }
            }
        }
        // As many as there are, not as often as they were read.
        pending.skippedNameCount = max(skippedNameCount, pending.skippedNameCount - skippedNameCount)
        return files
    }
}
