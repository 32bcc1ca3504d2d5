#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Operations on names of files and directories.
enum FileTree {
    /// A name in a directory.
    struct Entry {
        let name: [UInt8]
        /// What it is where the directory tells; nil where the file must be asked.
        let kind: FileStatus.Kind?
    }

    /// The names in a directory but for `.` and `..`, in no order.
    static func entries(of path: String) throws(Errno) -> [Entry] {
        guard let directory = opendir(path) else { throw Errno(number: errno) }
        defer { closedir(directory) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let next = readdir(directory) else {
                let number = errno
                if number != 0 { throw Errno(number: number) }
                return entries
            }
            let entry = next.pointee
            let name = withUnsafeBytes(of: entry.d_name) { Array($0.prefix { $0 != 0 }) }
            if name == [0x2E] || name == [0x2E, 0x2E] { continue }
            let type = Int(entry.d_type)
            let kind: FileStatus.Kind? =
                switch type {
                case Int(DT_REG): .file
                case Int(DT_DIR): .directory
                case Int(DT_LNK), Int(DT_UNKNOWN): nil
                default: .other
                }
            entries.append(Entry(name: name, kind: kind))
        }
    }

    /// Makes a directory and those that it lies in.
    ///
    /// - Returns: The directories that hold a new name, the innermost first.
    static func makeDirectories(_ path: String) throws(Errno) -> [String] {
        do throws(Errno) {
            _ = try Errno.check { mkdir(path, 0o755) }
            return [parent(of: path)]
        } catch {
            switch error.number {
            case EEXIST:
                guard try FileStatus.of(path).kind == .directory else { throw Errno(number: ENOTDIR) }
                return []
            case ENOENT where parent(of: path) != path:
                let outer = try makeDirectories(parent(of: path))
                return try makeDirectories(path) + outer
            default: throw error
            }
        }
    }

    /// A path from the root of the file system, without a slash at its end, empty parts and `.`; a relative one starts
    /// at the current directory.
    static func absolute(_ path: String) throws(S3DBError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw S3DBError(.invalidKey, "the path of a directory is empty or has a zero byte", at: .init(key: path))
        }
        var absolute = path
        if path.utf8.first != UInt8(ascii: "/") {
            guard let current = getcwd(nil, 0) else {
                throw Errno(number: errno).error("find the current directory", at: path)
            }
            defer { free(current) }
            absolute = "\(String(cString: current))/\(path)"
        }
        let parts = absolute.unicodeScalars.split(separator: "/").map { String($0) }
        return "/" + parts.filter { $0 != "." }.joined(separator: "/")
    }

    /// The path up to its last slash.
    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Waits until the names in a directory are on the device.
    static func synchronize(_ directory: String) throws(Errno) {
        try FileDescriptor(directory, O_RDONLY).synchronize()
    }

    /// Removes a file; none there is no error.
    static func remove(_ path: String) throws(Errno) {
        do throws(Errno) {
            _ = try Errno.check { unlink(path) }
        } catch  where error.isNothingThere {
            return
        }
    }

    /// Removes a file, or a directory of files; nothing there is no error.
    static func removeFlatDirectory(_ path: String) throws(Errno) {
        let names: [Entry]
        do throws(Errno) {
            names = try entries(of: path)
        } catch  where error.number == ENOTDIR {
            return try remove(path)
        } catch  where error.number == ENOENT {
            return
        }
        for entry in names {
            try remove("\(path)/\(String(decoding: entry.name, as: UTF8.self))")
        }
        do throws(Errno) {
            _ = try Errno.check { rmdir(path) }
        } catch  where error.number == ENOENT || error.number == ENOTEMPTY || error.number == EEXIST {
            // Somebody else removed it, or still writes to it: then it stays for the next sweep.
        }
    }

    /// Removes directories that hold nothing, from `path` outwards up to but not including `end`.
    static func removeEmptyDirectories(from path: String, upTo end: String) {
        var path = path
        while path.utf8.count > end.utf8.count, rmdir(path) == 0 { path = parent(of: path) }
    }

    /// Sets a file's modification time.
    static func setModified(_ path: String, nanoseconds: Int64) throws(Errno) {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let isNegative = remainder < 0
        let time = timespec(
            tv_sec: time_t(quotient) - (isNegative ? 1 : 0),
            tv_nsec: Int(remainder) + (isNegative ? 1_000_000_000 : 0))
        let times = [time, time]
        _ = try Errno.check { utimensat(AT_FDCWD, path, times, 0) }
    }

    /// Gives a file another name, in place of what has it.
    static func rename(_ old: String, to new: String) throws(Errno) {
        #if canImport(Darwin)
        _ = try Errno.check { Darwin.rename(old, new) }
        #elseif canImport(Musl)
        _ = try Errno.check { Musl.rename(old, new) }
        #else
        _ = try Errno.check { Glibc.rename(old, new) }
        #endif
    }

    /// Gives a file a second name, which must be on its file system; a symbolic link's target gets it, not the link.
    static func link(_ path: String, as name: String) throws(Errno) {
        _ = try Errno.check { linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW) }
    }

    /// Nanoseconds since 1970 by the system's clock.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
