import CFileSystem

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An open file, closed with its owner.
package struct FileDescriptor: ~Copyable, Sendable {
    let number: Int32

    /// Opens a file; one that is made is readable for all and writable for its owner, less the umask.
    init(_ path: String, _ flags: Int32) throws(Errno) {
        number = try Errno.check { open(path, flags | O_CLOEXEC, 0o644) }
    }

    /// Takes over a descriptor that is open already.
    init(owning number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Opens a file for reading. Does not wait where the path leads to a pipe.
    package static func reading(_ path: String) throws(Errno) -> FileDescriptor {
        try FileDescriptor(path, O_RDONLY | O_NONBLOCK)
    }

    /// Makes an empty file for writing; fails where one stands.
    static func creating(_ path: String) throws(Errno) -> FileDescriptor {
        try FileDescriptor(path, O_WRONLY | O_CREAT | O_EXCL)
    }

    /// Opens a file for writing, which is made where there is none.
    static func opening(_ path: String) throws(Errno) -> FileDescriptor {
        try FileDescriptor(path, O_WRONLY | O_CREAT)
    }

    /// Opens a file that stands for writing.
    static func writing(_ path: String) throws(Errno) -> FileDescriptor {
        try FileDescriptor(path, O_WRONLY)
    }

    /// Writes all bytes at the current offset.
    func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            // The calls are named by module: the method has their name.
            #if canImport(Darwin)
            let written = try Errno.check { Darwin.write(number, start, rest.count) }
            #elseif canImport(Musl)
            let written = try Errno.check { Musl.write(number, start, rest.count) }
            #else
            let written = try Errno.check { Glibc.write(number, start, rest.count) }
            #endif
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
    }

    /// Reads at most `limit` bytes from `offset`; none at the end.
    package func read(at offset: Int, limit: Int) throws(Errno) -> Buffer {
        var builder = BufferBuilder()
        try builder.append(upTo: limit) { (memory: UnsafeMutableRawBufferPointer) throws(Errno) -> Int in
            try Errno.check { pread(number, memory.baseAddress, limit, off_t(offset)) }
        }
        return builder.freeze()
    }

    /// Moves the current offset to `offset` from the start.
    func seek(to offset: Int) throws(Errno) {
        _ = try Errno.check { lseek(number, off_t(offset), SEEK_SET) }
    }

    /// Reads what a descriptor that does not block has now, at most `limit` bytes; nil where it has nothing yet.
    func readAvailable(limit: Int) throws(Errno) -> Buffer? {
        let file = number
        var builder = BufferBuilder()
        do throws(Errno) {
            try builder.append(upTo: limit) { (memory: UnsafeMutableRawBufferPointer) throws(Errno) -> Int in
                try Self.readNext(file, memory.baseAddress, limit)
            }
        } catch  where error.number == EAGAIN || error.number == EWOULDBLOCK {
            return nil
        }
        return builder.freeze()
    }

    /// Writes `count` bytes of `input`, from its current offset, at the current offset of this file.
    ///
    /// Through memory: parts stand at offsets where file systems cannot share blocks, and then copy_file_range(2) copies
    /// page by page on Linux and takes longer.
    ///
    /// - Returns: How many there were, fewer when the input ends.
    func append(_ count: Int, from input: borrowing FileDescriptor) throws(Errno) -> Int {
        // What a core's cache holds.
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: min(count, 256 << 10), alignment: 64)
        defer { chunk.deallocate() }
        let source = input.number
        var copied = 0
        while copied < count {
            let limit = min(count - copied, chunk.count)
            let step = try Self.readNext(source, chunk.baseAddress, limit)
            if step == 0 { break }
            try write(UnsafeRawBufferPointer(rebasing: chunk.prefix(step)))
            copied += step
        }
        return copied
    }

    /// Reads at the current offset.
    private static func readNext(
        _ file: Int32, _ memory: UnsafeMutableRawPointer?, _ limit: Int
    ) throws(Errno) -> Int {
        // The calls are named by module, as in write.
        #if canImport(Darwin)
        try Errno.check { Darwin.read(file, memory, limit) }
        #elseif canImport(Musl)
        try Errno.check { Musl.read(file, memory, limit) }
        #else
        try Errno.check { Glibc.read(file, memory, limit) }
        #endif
    }

    /// Waits until the file's bytes are on the device.
    func synchronize() throws(Errno) {
        do throws(Errno) {
            _ = try Errno.check { fsync(number) }
        } catch  where error.number == EINVAL {
            // A file system that has no such notion.
        }
    }

    /// Asks the system to begin to bring bytes to the device, so that ``synchronize()`` waits less; nothing more is
    /// promised.
    func beginSynchronizing(_ range: Range<Int>) {
        s3db_begin_writeback(number, off_t(range.lowerBound), off_t(range.count))
    }

    /// Opens a file, which is made where there is none, and waits for the exclusive lock on it.
    static func locking(_ path: String) throws(Errno) -> FileDescriptor {
        let file = try FileDescriptor(path, O_RDWR | O_CREAT)
        _ = try Errno.check { flock(file.number, LOCK_EX) }
        return file
    }

    /// Releases the lock, which closing the file does too.
    func unlock() {
        _ = flock(number, LOCK_UN)
    }

    /// The status of the file.
    func status() throws(Errno) -> FileStatus {
        try FileStatus.of(descriptor: number)
    }

    /// Whether somebody has a file open for writing; nil where the system does not say, as for files of others.
    static func hasWriter(_ path: String) -> Bool? {
        guard let file = try? FileDescriptor.reading(path) else { return nil }
        let answer = s3db_has_writer(file.number)
        return answer < 0 ? nil : answer > 0
    }
}
