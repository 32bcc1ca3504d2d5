/// Events of files that were noticed and not handed out yet, one a file.
struct PendingEvents {
    private struct Entry {
        var event: ObjectEvent
        var attemptCount: Int
    }

    /// A file that was found, and may still be written to.
    private struct Settling {
        var status: FileStatus
        var readyAt: ContinuousClock.Instant
        /// Whether it counts where the system does not say who writes to it.
        var countsUnproven: Bool
    }

    private let root: String
    private var entries: [ObjectKey: Entry] = [:]
    private var line = Line<ObjectKey>()
    private var settling: [ObjectKey: Settling] = [:]

    /// How many names no key can have.
    var skippedNameCount = 0

    /// How many events there are before no more are looked for; a directory that is being read may add more.
    private static let limit = 100_000
    /// How long a file that was found stays the same before it counts.
    private static let settlingTime = Duration.seconds(1)

    init(root: String) {
        self.root = root
    }

    /// Whether events should be handed out before more are looked for.
    var isFull: Bool { entries.count + settling.count >= Self.limit }

    /// A file's path as a key; nil, and counted, for one that no key can have.
    mutating func key(_ path: String) -> ObjectKey? {
        if let key = try? ObjectKey(path) { return key }
        skippedNameCount += 1
        return nil
    }

    /// Adds that a whole file stands at a key; nothing where none does any more.
    mutating func written(_ key: ObjectKey) throws(S3DBError) {
        guard let status = try status(of: key), status.kind == .file else { return }
        add(.written, key, status.version)
    }

    /// Adds that a file was removed.
    mutating func removed(_ key: ObjectKey) {
        add(.removed, key, nil)
    }

    /// Adds a file that a scan found, and that may not be whole yet.
    mutating func found(_ key: ObjectKey, _ status: FileStatus) {
        wait(for: key, status, countsUnproven: true)
    }

    /// Adds a file whose name is new: one that somebody writes, or another name for a whole one.
    mutating func created(_ key: ObjectKey) throws(S3DBError) {
        guard let status = try status(of: key), status.kind == .file else { return }
        wait(for: key, status, countsUnproven: status.linkCount > 1)
    }

    private mutating func wait(for key: ObjectKey, _ status: FileStatus, countsUnproven: Bool) {
        settling[key] = Settling(
            status: status, readyAt: .now + Self.settlingTime, countsUnproven: countsUnproven)
    }

    private mutating func add(_ kind: ObjectEvent.Kind, _ key: ObjectKey, _ version: VersionToken?) {
        settling[key] = nil
        if entries[key] == nil { line.append(key) }
        let event = ObjectEvent(
            kind: kind, key: key, milliseconds: FileTree.now() / 1_000_000, version: version)
        entries[key] = Entry(event: event, attemptCount: 0)
    }

    /// Makes events of found files that have not changed for a while and that nobody writes to.
    mutating func settle() throws(S3DBError) {
        let now = ContinuousClock.now
        for (key, file) in settling where file.readyAt <= now {
            let status = try status(of: key)
            settling[key] = nil
            guard let status, status.kind == .file else { continue }
            let hasWriter = FileDescriptor.hasWriter("\(root)/\(key.text)")
            if status == file.status, let hasWriter = hasWriter ?? (file.countsUnproven ? false : nil), !hasWriter {
                add(.written, key, status.version)
            } else if status != file.status || hasWriter == true {
                wait(for: key, status, countsUnproven: file.countsUnproven)
            }
        }
    }

    /// The event that has waited longest, and how often it was given back.
    mutating func popFirst() -> (event: ObjectEvent, attemptCount: Int)? {
        guard let key = line.popFirst(), let entry = entries.removeValue(forKey: key) else { return nil }
        return (entry.event, entry.attemptCount)
    }

    /// Adds an event that was given back, unless there is a newer one of its file.
    mutating func putBack(_ event: ObjectEvent, attemptCount: Int) {
        guard entries[event.key] == nil, settling[event.key] == nil else { return }
        line.append(event.key)
        entries[event.key] = Entry(event: event, attemptCount: attemptCount)
    }

    private func status(of key: ObjectKey) throws(S3DBError) -> FileStatus? {
        try Errno.explained("look at the file", key) { () throws(Errno) in
            try FileStatus.ifPresent("\(root)/\(key.text)", followingLinks: false)
        }
    }
}
