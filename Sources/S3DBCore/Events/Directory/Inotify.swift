#if os(Linux)
#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The kernel's notifications about directories (inotify(7)), behind one descriptor that does not block.
final class Inotify: Sendable {
    /// What happened to a name in a watched directory, or to the directory.
    struct Event {
        /// The watch; -1 for a queue that ran over.
        let watch: Int32
        private let mask: UInt32
        /// The same in both events of a move.
        let cookie: UInt32
        let name: ArraySlice<UInt8>

        /// Whether it is of a kind, `IN_CREATE` and so on.
        func has(_ kind: Int32) -> Bool { mask & UInt32(bitPattern: kind) != 0 }

        /// Reads the first event of `bytes`, and takes it off; nil where there is none whole.
        ///
        ///     watch i32 | mask u32 | cookie u32 | length of the name u32 | name, zero padded
        init?(first bytes: inout ArraySlice<UInt8>) {
            guard bytes.count >= Self.headByteCount else { return nil }
            let words = bytes.prefix(Self.headByteCount).withUnsafeBytes { head in
                (0..<4).map { head.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
            }
            let rest = bytes.dropFirst(Self.headByteCount)
            guard words.count == 4, rest.count >= words[3] else { return nil }
            watch = Int32(bitPattern: words[0])
            mask = words[1]
            cookie = words[2]
            name = rest.prefix(Int(words[3])).prefix { $0 != 0 }
            bytes = rest.dropFirst(Int(words[3]))
        }

        private static let headByteCount = 16
    }

    private let descriptor: FileDescriptor
    private let root: String

    /// What is asked about a directory.
    private static let kinds =
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR
    /// How many bytes of events are read at once: several hundred events.
    private static let readByteCount = 64 << 10

    /// Asks the kernel for a queue of events.
    init(root: String) throws(S3DBError) {
        self.root = root
        do throws(Errno) {
            descriptor = FileDescriptor(
                owning: try Errno.check { inotify_init1(Int32(O_NONBLOCK) | Int32(O_CLOEXEC)) })
        } catch {
            guard error.number == EMFILE else { throw error.error("watch the directory", at: root) }
            throw S3DBError(
                .limitExceeded, "this user has as many watchers as the system allows",
                remedy: "Raise fs.inotify.max_user_instances (sysctl) or the limit of open files (ulimit -n), or watch "
                    + "by polling", at: .init(key: root))
        }
    }

    /// Watches a directory; one that is watched already keeps its watch.
    ///
    /// - Returns: nil where no directory is, a symbolic link being none but as the root.
    func add(_ path: String, isRoot: Bool) throws(S3DBError) -> Int32? {
        let kinds = Self.kinds | (isRoot ? IN_DELETE_SELF | IN_MOVE_SELF : IN_DONT_FOLLOW)
        let number = descriptor.number
        do throws(Errno) {
            return try Errno.check { inotify_add_watch(number, path, UInt32(bitPattern: kinds)) }
        } catch {
            if error.isNothingThere { return nil }
            guard error.number == ENOSPC else { throw error.error("watch the directory", at: path) }
            throw S3DBError(
                .limitExceeded, "this user watches as many directories as the system allows",
                remedy: "Raise fs.inotify.max_user_watches (sysctl), or watch by polling", at: .init(key: path))
        }
    }

    /// Ends a watch; one that has ended is no error.
    func remove(_ watch: Int32) {
        _ = inotify_rm_watch(descriptor.number, watch)
    }

    /// The next events; none where nothing has happened.
    func read() throws(S3DBError) -> [Event] {
        do throws(Errno) {
            guard let bytes = try descriptor.readAvailable(limit: Self.readByteCount) else { return [] }
            var rest = Array(bytes)[...]
            var events: [Event] = []
            while let event = Event(first: &rest) { events.append(event) }
            return events
        } catch {
            throw error.error("read the changes of the directory", at: root)
        }
    }
}
#endif
