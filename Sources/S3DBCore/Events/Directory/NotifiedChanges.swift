#if os(Linux)
#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Changes that the kernel tells (inotify(7)).
///
/// Only directories are watched. One that appears is watched first and read then, so that no file falls between; files
/// that are found in this way may be told twice.
struct NotifiedChanges: DirectoryChanges {
    /// A directory that is to be watched and read.
    private struct Visit {
        /// Empty, or a path from the root with a slash at its end.
        var path: String
        /// Files count that changed since, in nanoseconds since 1970: all with the smallest, none with the greatest.
        var changedSince: Int64
        /// The path that it had before, where it was moved within the tree.
        var formerPath: String?
    }

    private let root: String
    private let inotify: Inotify
    /// The watched directories by watch.
    private var paths: [Int32: String] = [:]
    /// Watches of before events were lost, whose directories no scan has found again.
    private var unconfirmed: Set<Int32> = []
    private var visits: [Visit]
    /// When all events until then were read.
    private var drainedNanoseconds = FileTree.now()
    /// The directory that was last moved away, in case that it reappears.
    private var movedAway: (cookie: UInt32, path: String)?
    private var isGone = false

    /// How much earlier than that a file may have changed whose event was lost: times are those of coarser clocks.
    private static let clockSlack: Int64 = 3_000_000_000

    /// Watches all directories of a tree.
    init(root: String, _ pending: inout PendingEvents) throws(S3DBError) {
        self.root = root
        inotify = try Inotify(root: root)
        visits = [Visit(path: "", changedSince: .max)]
        try visitAll(&pending)
        if isGone { throw WatchedDirectory.gone(root) }
    }

    mutating func collect(into pending: inout PendingEvents) throws(S3DBError) {
        try visitAll(&pending)
        while !isGone, !pending.isFull {
            let events = try inotify.read()
            if events.isEmpty {
                drainedNanoseconds = FileTree.now()
                break
            }
            for event in events { try handle(event, &pending) }
            try visitAll(&pending)
        }
        if isGone { throw WatchedDirectory.gone(root) }
    }

    private mutating func handle(_ event: Inotify.Event, _ pending: inout PendingEvents) throws(S3DBError) {
        if event.has(IN_Q_OVERFLOW) {
            unconfirmed = Set(paths.keys)
            visits.append(Visit(path: "", changedSince: drainedNanoseconds - Self.clockSlack))
            return
        }
        guard let directory = paths[event.watch] else { return }
        if event.has(IN_IGNORED) { paths[event.watch] = nil }
        if event.has(IN_IGNORED) || event.has(IN_DELETE_SELF) || event.has(IN_MOVE_SELF) {
            if directory.isEmpty { isGone = true }
            return
        }
        guard !event.name.isEmpty, !WatchedDirectory.isReserved(event.name) else { return }
        guard let name = String(validating: event.name, as: UTF8.self) else {
            pending.skippedNameCount += 1
            return
        }
        if event.has(IN_ISDIR) {
            handle(event, directory: directory + name + "/")
        } else if let key = pending.key(directory + name) {
            try handle(event, file: key, &pending)
        }
    }

    private mutating func handle(_ event: Inotify.Event, directory: String) {
        if event.has(IN_CREATE) {
            visits.append(Visit(path: directory, changedSince: .min))
        } else if event.has(IN_MOVED_TO) {
            let formerPath = movedAway.flatMap { $0.cookie == event.cookie ? $0.path : nil }
            visits.append(Visit(path: directory, changedSince: .min, formerPath: formerPath))
        } else if event.has(IN_MOVED_FROM) {
            movedAway = (event.cookie, directory)
            forget(paths.filter { $0.value.utf8.starts(with: directory.utf8) }.keys)
        }
    }

    private func handle(
        _ event: Inotify.Event, file key: ObjectKey, _ pending: inout PendingEvents
    ) throws(S3DBError) {
        if event.has(IN_CLOSE_WRITE) || event.has(IN_MOVED_TO) {
            try pending.written(key)
        } else if event.has(IN_DELETE) || event.has(IN_MOVED_FROM) {
            pending.removed(key)
        } else if event.has(IN_CREATE) {
            // A new file is told once it is closed; another name for one that was there before is told only here.
            try pending.created(key)
        }
    }

    private mutating func visitAll(_ pending: inout PendingEvents) throws(S3DBError) {
        while !pending.isFull, let visit = visits.last {
            let inner = try self.visit(visit, &pending)
            visits.removeLast()
            visits += inner
        }
        if visits.isEmpty { forget(unconfirmed) }
    }

    private mutating func forget(_ watches: some Sequence<Int32>) {
        for watch in watches {
            paths[watch] = nil
            unconfirmed.remove(watch)
            inotify.remove(watch)
        }
    }

    /// Watches and reads one directory.
    ///
    /// - Returns: The directories in it.
    private mutating func visit(_ visit: Visit, _ pending: inout PendingEvents) throws(S3DBError) -> [Visit] {
        guard let watch = try inotify.add("\(root)/\(visit.path)", isRoot: visit.path.isEmpty),
            let members = try WatchedDirectory.members(of: visit.path, root: root, &pending)
        else {
            if visit.path.isEmpty { isGone = true }
            return []
        }
        // What stands in a directory that nobody watched, or not here, is new however old it is.
        let isKnown = paths[watch] == visit.path || visit.changedSince == .max
        let changedSince = isKnown ? visit.changedSince : .min
        paths[watch] = visit.path
        unconfirmed.remove(watch)
        var inner: [Visit] = []
        for member in members {
            let path = visit.path + member.name
            let former = visit.formerPath.map { $0 + member.name }
            if member.isDirectory {
                inner.append(Visit(path: path, changedSince: changedSince, formerPath: former))
            } else if member.status.changedNanoseconds >= changedSince, let key = pending.key(path) {
                pending.found(key, member.status)
                if let former, let key = pending.key(former) { pending.removed(key) }
            }
        }
        return inner
    }
}
#endif
