import Synchronization

/// Reads an open file, and notices when it is no longer what was opened.
///
/// The open file keeps a replaced object's bytes; its path tells that it was replaced, removed or written to. The
/// look at the path follows each read, so that no bytes are handed out that changed on the way.
final class DirectoryReader: ObjectReader {
    let info: ObjectInfo
    private let path: String
    private let file: FileDescriptor
    private let status: FileStatus
    /// What is left to read; its lock makes reads follow one another.
    private let rest: Mutex<Range<Int>>

    init(key: ObjectKey, path: String, range: Range<Int>?) throws(S3DBError) {
        do throws(Errno) {
            file = try FileDescriptor.reading(path)
            status = try file.status()
        } catch {
            throw error.isNothingThere ? ReadRules.notFound(key) : error.error("open the file", at: key.text)
        }
        guard status.kind == .file else { throw ReadRules.notFound(key) }
        self.path = path
        info = ObjectInfo(key: key, byteCount: status.byteCount, version: status.version)
        rest = Mutex(ReadRules.clamp(range, toByteCount: status.byteCount))
    }

    func read(limit: Int) async throws(S3DBError) -> Buffer? {
        try rest.withLock { (rest) throws(S3DBError) -> Buffer? in
            guard !rest.isEmpty else { return nil }
            let limit = min(rest.count, max(limit, 1), Self.readByteCountMax)
            let bytes = try Errno.explained("read the file", info.key) { () throws(Errno) in
                try file.read(at: rest.lowerBound, limit: limit)
            }
            try checkStanding()
            guard !bytes.isEmpty else {
                throw S3DBError(
                    .ioFailure, "the file ends before its size",
                    at: .init(key: info.key.text, byteOffset: rest.lowerBound))
            }
            rest = rest.lowerBound + bytes.count..<rest.upperBound
            return bytes
        }
    }

    /// Throws when the path no longer leads to what was opened, or that was written to.
    private func checkStanding() throws(S3DBError) {
        let standing = try Errno.explained("look at the file", info.key) { () throws(Errno) in
            try FileStatus.ifPresent(path)
        }
        guard standing == status else { throw ReadRules.changed(info.key) }
    }

    /// Gives the file a second name.
    ///
    /// - Returns: false, with nothing done, where the file system has no second names, or the path leads elsewhere now.
    func link(as name: String) -> Bool {
        guard (try? FileTree.link(path, as: name)) != nil else { return false }
        if (try? FileStatus.of(name)) == status { return true }
        try? FileTree.remove(name)
        return false
    }

    /// Copies a range, which the file must have, to a new file, yielding the thread now and then.
    func copy(_ range: Range<Int>, to target: String) async throws(S3DBError) {
        do throws(Errno) {
            // The offset of an open file is its own: `file` stays where it is for readers.
            let input = try FileDescriptor.reading(path)
            let output = try FileDescriptor.creating(target)
            try input.seek(to: range.lowerBound)
            var left = range.count
            while left > 0 {
                let copied = try output.append(min(left, Self.readByteCountMax), from: input)
                // A file that was cut in the meantime is found out below.
                if copied == 0 { break }
                left -= copied
                await Task.yield()
            }
        } catch {
            throw error.error("copy a part of the file", at: info.key.text)
        }
        try checkStanding()
    }

    /// How long one call may keep its thread.
    private static let readByteCountMax = 8 << 20
}
