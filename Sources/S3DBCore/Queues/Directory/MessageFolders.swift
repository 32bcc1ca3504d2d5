#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A directory of folders of messages. Folders are made when a message comes and removed when the last one has gone.
///
/// So that a directory stays small and quick however many messages there are. Any number of processes move messages
/// in and out at once; a message moves by one rename, which only one of them wins.
struct MessageFolders {
    /// The directory.
    let path: String

    /// How often a move is tried whose folder others remove.
    private static let attemptLimit = 1000

    /// The names of the folders, in no order.
    func folders() throws(Errno) -> [String] {
        try Self.names(in: path)
    }

    /// The messages in a folder, in no order; files of other names are not looked at.
    func messages(in folder: String) throws(Errno) -> [MessageName] {
        try Self.names(in: "\(path)/\(folder)").compactMap { MessageName($0) }
    }

    func path(of name: MessageName, in folder: String) -> String { "\(path)/\(folder)/\(name)" }

    /// Moves a file into a folder.
    ///
    /// - Returns: Whether this call did it; false where the file is no longer there.
    func move(_ file: String, to folder: String, as name: MessageName) throws(Errno) -> Bool {
        for _ in 0..<Self.attemptLimit {
            do throws(Errno) {
                try FileTree.rename(file, to: path(of: name, in: folder))
                return true
            } catch  where error.number == ENOENT {
                guard try FileStatus.ifPresent(file) != nil else { return false }
            }
            do throws(Errno) {
                _ = try FileTree.makeDirectories("\(path)/\(folder)")
            } catch  where error.number == ENOENT {
                // Another process removed the folder in the meantime.
            }
        }
        throw Errno(number: EBUSY)
    }

    /// Removes a folder unless it holds something.
    func removeIfEmpty(_ folder: String) {
        rmdir("\(path)/\(folder)")
    }

    /// Waits until a folder, and the directory of folders, are on the device.
    ///
    /// A folder that is gone was emptied by receivers; the directory's synchronisation puts the moves of its messages,
    /// which are older, on the device too.
    func synchronize(_ folder: String) throws(Errno) {
        do throws(Errno) {
            try FileTree.synchronize("\(path)/\(folder)")
        } catch  where error.isNothingThere {}
        try FileTree.synchronize(path)
    }

    /// The names in a directory, none where there is no directory.
    static func names(in path: String) throws(Errno) -> [String] {
        do throws(Errno) {
            return try FileTree.entries(of: path).map { String(decoding: $0.name, as: UTF8.self) }
        } catch  where error.isNothingThere {
            return []
        }
    }
}
