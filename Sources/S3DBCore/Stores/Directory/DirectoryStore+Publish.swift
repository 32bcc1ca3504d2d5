#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension DirectoryStore {
    /// Where what is in progress lies.
    var uploadsPath: String { "\(description)\(Self.uploadsName)" }

    /// The path of an object.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey`` for a key among what is in progress.
    func path(of key: ObjectKey) throws(S3DBError) -> String {
        let parts = key.text.utf8.split(separator: UInt8(ascii: "/"))
        guard !parts.contains(where: { $0.elementsEqual(Self.uploadsName.utf8) }) else {
            throw S3DBError(
                .invalidKey, "\(Self.uploadsName) belongs to uploads in progress", remedy: "Choose another name",
                at: .init(key: key.text))
        }
        return description + key.text
    }

    func makeUploadsDirectory(for key: ObjectKey) throws(S3DBError) {
        try Errno.explained("make the directory of uploads", key) { () throws(Errno) in
            for directory in try FileTree.makeDirectories(uploadsPath) { try FileTree.synchronize(directory) }
        }
    }

    /// Calls `body` while no other publisher, in this process or another, is between its check and its rename.
    ///
    /// `body` must be short and is given the path of the lock file, whose modification time is the latest that an
    /// object was given.
    func withPublishLock<Value>(
        for key: ObjectKey, _ body: (String) throws(S3DBError) -> Value
    ) throws(S3DBError) -> Value {
        let path = "\(uploadsPath)/lock"
        let descriptor = try Errno.explained("lock the directory of uploads", key) { () throws(Errno) in
            try FileDescriptor.locking(path)
        }
        defer { descriptor.unlock() }
        return try body(path)
    }

    /// An object that everyone sees; what of the directories is to be written before a crash cannot take it back.
    struct Published: Sendable {
        let info: ObjectInfo
        let changed: [String]
    }

    /// Makes a synchronised file the object, if the condition holds. It lasts once ``synchronize(_:)`` has returned.
    ///
    /// - Parameter staged: The file, on the same file system; it stays where the condition does not hold.
    func publish(
        _ staged: String, at target: String, key: ObjectKey, if condition: WriteCondition
    ) throws(S3DBError) -> Published {
        let parent = FileTree.parent(of: target)
        var changed = [parent]
        let published = try withPublishLock(for: key) { (lockPath) throws(S3DBError) in
            let standing = try Errno.explained("look at the file", key) { () throws(Errno) in
                try FileStatus.ifPresent(target)
            }
            try condition.check(standing: standing?.kind == .file ? standing?.version : nil, at: key)
            return try Errno.explained("publish the file", key) { () throws(Errno) in
                changed += try FileTree.makeDirectories(parent)
                let status = try Self.advanceTime(of: staged, beyond: standing, lockPath: lockPath)
                do throws(Errno) {
                    try FileTree.rename(staged, to: target)
                } catch {
                    FileTree.removeEmptyDirectories(from: parent, upTo: root)
                    throw error
                }
                return status
            }
        }
        return Published(
            info: ObjectInfo(key: key, byteCount: published.byteCount, version: published.version), changed: changed)
    }

    /// Writes the directories of an object, all at once: a file system does that in one go.
    func synchronize(_ published: Published) async throws(S3DBError) {
        _ = try await concurrently(published.changed, width: published.changed.count) {
            (directory) async throws(S3DBError) in
            try Errno.explained("write the directory of the file", published.info.key) { () throws(Errno) in
                try FileTree.synchronize(directory)
            }
        }
    }

    /// Gives a file a modification time behind that of the object that it replaces and of all published before.
    private static func advanceTime(
        of staged: String, beyond standing: FileStatus?, lockPath: String
    ) throws(Errno) -> FileStatus {
        let issued = try FileStatus.of(lockPath).modifiedNanoseconds
        let latest = max(issued, standing?.modifiedNanoseconds ?? issued)
        var status = try FileStatus.of(staged)
        // File systems keep times as fine as nanoseconds or as coarse as two seconds.
        for step: Int64 in [1, 1000, 1_000_000, 1_000_000_000, 2_000_000_000] {
            if status.modifiedNanoseconds > latest { break }
            try FileTree.setModified(staged, nanoseconds: latest + step)
            status = try FileStatus.of(staged)
        }
        try FileTree.setModified(lockPath, nanoseconds: max(latest, status.modifiedNanoseconds))
        return status
    }

    /// Writes a new file, yielding the thread after each MiB.
    func write(
        _ content: [Buffer], to path: String, isSynchronized: Bool, key: ObjectKey
    ) async throws(S3DBError) {
        do throws(Errno) {
            let file = try FileDescriptor.creating(path)
            try await Self.write(content, to: file)
            if isSynchronized { try file.synchronize() }
        } catch {
            throw error.error("write the file", at: key.text)
        }
    }

    /// Writes a stretch of a file, which is made where there is none.
    func write(_ content: [Buffer], to path: String, at place: Range<Int>, key: ObjectKey) async throws(S3DBError) {
        do throws(Errno) {
            let file = try FileDescriptor.opening(path)
            try file.seek(to: place.lowerBound)
            try await Self.write(content, to: file)
            file.beginSynchronizing(place)
        } catch {
            throw error.error("write the file", at: key.text)
        }
    }

    private static func write(_ content: [Buffer], to file: borrowing FileDescriptor) async throws(Errno) {
        for buffer in content {
            for start in stride(from: 0, to: buffer.count, by: 1 << 20) {
                let chunk = buffer.slice(start..<min(start + 1 << 20, buffer.count))
                try chunk.withUnsafeBytes { (bytes) throws(Errno) in try file.write(bytes) }
                await Task.yield()
            }
        }
    }
}
