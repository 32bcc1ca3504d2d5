#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Why a system call failed.
package struct Errno: Error, Equatable {
    package let number: Int32

    /// Nothing stands at the path, a file stands where a directory would have to, or a symbolic link leads to itself.
    package var isNothingThere: Bool { number == ENOENT || number == ENOTDIR || number == ELOOP }

    /// Calls `body` until no signal interrupts it.
    ///
    /// - Throws: What errno says when it returns -1.
    package static func check<Value: SignedInteger>(_ body: () -> Value) throws(Errno) -> Value {
        while true {
            let value = body()
            if value != -1 { return value }
            let number = errno
            if number != EINTR { throw Errno(number: number) }
        }
    }

    /// What `body` returns; its failure as an error for people. See ``error(_:at:)``.
    static func explained<Value: ~Copyable>(
        _ action: String, _ key: ObjectKey, _ body: () throws(Errno) -> Value
    ) throws(S3DBError) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw error.error(action, at: key.text)
        }
    }

    /// The error for people.
    ///
    /// - Parameters:
    ///   - action: What was tried, as in "cannot open the file".
    ///   - key: Where.
    package func error(_ action: String, at key: String) -> S3DBError {
        let (code, remedy) = meaning
        return S3DBError(
            code, "cannot \(action): \(String(cString: strerror(number)))", remedy: remedy, at: .init(key: key))
    }

    private var meaning: (S3DBError.Code, String?) {
        switch number {
        case ENOENT: (.notFound, nil)
        case EACCES, EPERM: (.permissionDenied, "Give this user access to the file and its directories")
        case EROFS: (.permissionDenied, "Mount the file system for writing, or choose another directory")
        case ENOSPC: (.storageFull, "Free space on the file system")
        case EDQUOT: (.storageFull, "Free space within the user's quota, or raise it")
        case EFBIG: (.storageFull, "Raise the file size limit (ulimit -f), or use a file system without one")
        case ENOTDIR: (.invalidKey, "A file stands where the key needs a directory; remove one of the two")
        case EISDIR: (.invalidKey, "A directory stands where the key needs a file; remove one of the two")
        case ENAMETOOLONG: (.invalidKey, "Use names of at most 255 bytes")
        case EMFILE, ENFILE: (.ioFailure, "Raise the limit of open files (ulimit -n), or run fewer jobs")
        default: (.ioFailure, nil)
        }
    }
}
