/// A store whose objects are the files of a directory, safe for any number of processes at once.
///
///     <root>/<key>                            an object
///     <root>/.s3db-uploads/<id>               an object that is being written whole
///     <root>/.s3db-uploads/<id>/<number>      a part of an upload; empty where it stands in place
///     <root>/.s3db-uploads/<id>/whole         the parts of an upload that stand in place
///     <root>/.s3db-uploads/lock               held while a condition is decided and a name changes hands
///
/// An object appears by a rename, after its bytes are on the device. Conditions hold between all processes that
/// write through a directory store; other programs are not kept from writing, but readers notice them.
///
/// The version token is size and modification time in nanoseconds, `1569022-1577923200123456789`. Modification
/// times of written objects count up under the lock, so that no two writes share a token however coarse the clock.
///
/// Symbolic links to files and directories are followed; listing leaves out a directory that it is already in, and
/// names that are no keys: those that are not UTF-8, and `.s3db-uploads` at any depth. Unlike in other stores a key
/// cannot go on behind another (`a` and `a/b`).
///
/// Under a file size limit the kernel also sends SIGXFSZ, which ends the process unless it ignores that signal; then
/// the write fails with ``S3DBError/Code/storageFull``. System calls block the calling thread, a MiB at a time; those that
/// wait for the device, to make an object safe, block threads that are there for that.
public struct DirectoryStore: ObjectStore {
    /// The directory's absolute path, without a slash at its end but for the file system's root.
    public let root: String

    /// The name of the directory within the root that holds what is in progress.
    public static let uploadsName = ".s3db-uploads"

    /// The threads that wait for devices, so that those which compute need not: objects that become safe at the same time
    /// also share some of the waiting.
    static let waitingThreads = WorkerPool(threadCount: 4)

    /// Takes a directory, which is made by the first write.
    ///
    /// - Parameter root: A path; a relative one starts at the directory that is current now.
    /// - Throws: ``S3DBError/Code/invalidKey`` for a path that is empty or has a zero byte.
    public init(root: String) throws(S3DBError) {
        self.root = try FileTree.absolute(root)
    }

    /// The directory's path with a slash at its end.
    public var description: String { root == "/" ? root : root + "/" }

    /// Parts can have any size.
    public var minimumPartByteCount: Int { 1 }

    /// A part is written to a file.
    public var preferredPartByteCount: Int? { 512 << 10 }

    /// The size and version of an object; nil where none stands.
    public func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? {
        let path = try path(of: key)
        let status = try Errno.explained("look at the file", key) { () throws(Errno) in
            try FileStatus.ifPresent(path)
        }
        guard let status, status.kind == .file else { return nil }
        return ObjectInfo(key: key, byteCount: status.byteCount, version: status.version)
    }

    /// Opens an object, or a range of its bytes. A reader fails once the file is changed, replaced or removed.
    public func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        let reader = try DirectoryReader(key: key, path: try path(of: key), range: range)
        if let version {
            try WriteCondition.version(version).check(standing: reader.info.version, at: key)
        }
        return reader
    }

    /// The objects under a prefix, in pages of 1,000. Memory is that of the names in the directories on the way.
    public func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        var listing = try DirectoryListing(root: root, prefix: prefix, after: after)
        while let page = try listing.nextPage() {
            try ListRules.checkCancellation()
            try body(page)
            await Task.yield()
        }
    }

    /// The names of the directories under a prefix, in the order that they have with a slash; also of empty ones.
    public func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        try ListRules.check(directoryPrefix: prefix)
        return try DirectoryListing.directories(root: root, prefix: prefix)
    }

    /// Writes an object whole.
    public func put(
        _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        let target = try path(of: key)
        try makeUploadsDirectory(for: key)
        return try await withTaskExecutorPreference(Self.waitingThreads) { () async throws(S3DBError) in
            let staged = "\(uploadsPath)/\(TimedName.fresh())"
            do throws(S3DBError) {
                try await write(content, to: staged, isSynchronized: true, key: key)
                let published = try publish(staged, at: target, key: key, if: condition)
                try await synchronize(published)
                return published.info
            } catch {
                try? FileTree.remove(staged)
                throw error
            }
        }
    }

    /// Removes an object, and the directories that are empty without it; none there is no error.
    public func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) {
        let path = try path(of: key)
        guard try await head(key) != nil else { return }
        try makeUploadsDirectory(for: key)
        try withPublishLock(for: key) { (_) throws(S3DBError) in
            let status = try Errno.explained("look at the file", key) { () throws(Errno) in
                try FileStatus.ifPresent(path)
            }
            guard let status, status.kind == .file else { return }
            try condition.check(standing: status.version, at: key)
            try Errno.explained("remove the file", key) { () throws(Errno) in try FileTree.remove(path) }
            FileTree.removeEmptyDirectories(from: FileTree.parent(of: path), upTo: root)
        }
    }
}
