#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What the file system says about a file.
struct FileStatus: Equatable {
    /// What a path can lead to.
    enum Kind: Equatable {
        case file
        case directory
        case other
    }

    let kind: Kind
    let byteCount: Int
    let modifiedNanoseconds: Int64
    /// When the file was last written to, given another name or otherwise changed; no part of equality.
    let changedNanoseconds: Int64
    /// How many names the file has; no part of equality.
    let linkCount: Int
    /// The numbers that the file has however it is named.
    let identity: Identity

    struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// The version token of a directory store: size and modification time.
    var version: VersionToken { VersionToken("\(byteCount)-\(modifiedNanoseconds)") }

    /// The status at a path, behind symbolic links unless they are not followed.
    static func of(_ path: String, followingLinks: Bool = true) throws(Errno) -> FileStatus {
        var raw = stat()
        _ = try Errno.check { followingLinks ? stat(path, &raw) : lstat(path, &raw) }
        return FileStatus(raw)
    }

    /// The status at a path; nil where nothing stands.
    static func ifPresent(_ path: String, followingLinks: Bool = true) throws(Errno) -> FileStatus? {
        do throws(Errno) {
            return try of(path, followingLinks: followingLinks)
        } catch  where error.isNothingThere {
            return nil
        }
    }

    /// The status of an open file.
    static func of(descriptor: Int32) throws(Errno) -> FileStatus {
        var raw = stat()
        _ = try Errno.check { fstat(descriptor, &raw) }
        return FileStatus(raw)
    }

    private init(_ raw: stat) {
        kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        byteCount = Int(raw.st_size)
        #if canImport(Darwin)
        modifiedNanoseconds = Self.nanoseconds(raw.st_mtimespec)
        changedNanoseconds = Self.nanoseconds(raw.st_ctimespec)
        #else
        modifiedNanoseconds = Self.nanoseconds(raw.st_mtim)
        changedNanoseconds = Self.nanoseconds(raw.st_ctim)
        #endif
        linkCount = Int(clamping: raw.st_nlink)
        identity = Identity(
            device: UInt64(truncatingIfNeeded: raw.st_dev), inode: UInt64(truncatingIfNeeded: raw.st_ino))
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    static func == (a: FileStatus, b: FileStatus) -> Bool {
        a.kind == b.kind && a.byteCount == b.byteCount && a.modifiedNanoseconds == b.modifiedNanoseconds
            && a.identity == b.identity
    }
}
