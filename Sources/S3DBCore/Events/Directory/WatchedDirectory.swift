/// Reading a directory whose files may be objects.
enum WatchedDirectory {
    /// A name in a directory, with what stands there.
    struct Member {
        /// That of a directory has a slash at its end.
        let name: String
        let status: FileStatus
        var isDirectory: Bool { status.kind == .directory }
    }

    /// Whether a name belongs to what is in progress in a directory store.
    static func isReserved(_ name: some Sequence<UInt8>) -> Bool {
        name.elementsEqual(DirectoryStore.uploadsName.utf8)
    }

    /// The files and directories in a directory, in no order; nil where there is no directory. Symbolic links are
    /// neither; names that are no UTF-8 are counted.
    ///
    /// - Parameter directory: Empty, or a path from the root with a slash at its end.
    static func members(
        of directory: String, root: String, _ pending: inout PendingEvents
    ) throws(S3DBError) -> [Member]? {
        do throws(Errno) {
            var members: [Member] = []
            for entry in try FileTree.entries(of: "\(root)/\(directory)") where !isReserved(entry.name) {
                guard let name = String(validating: entry.name, as: UTF8.self) else {
                    pending.skippedNameCount += 1
                    continue
                }
                let path = "\(root)/\(directory)\(name)"
                switch try FileStatus.ifPresent(path, followingLinks: false) {
                case let status? where status.kind == .directory:
                    members.append(.init(name: name + "/", status: status))
                case let status? where status.kind == .file: members.append(.init(name: name, status: status))
                default: continue
                }
            }
            return members
        } catch {
            if error.isNothingThere { return nil }
            throw error.error("read the directory", at: directory.isEmpty ? root : directory)
        }
    }

    static func gone(_ root: String) -> S3DBError {
        S3DBError(
            .notFound, "there is no directory to watch", remedy: "Make the directory, and begin the watch anew",
            at: .init(key: root))
    }
}
