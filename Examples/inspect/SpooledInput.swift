import S3DB

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A copy of what can be read only once, standard input or a pipe, in a temporary file that goes with it.
final class SpooledInput: Sendable {
    /// The path of the copy.
    let path: String

    /// Copies standard input for `-`, and a pipe or device; nil for any other name.
    init?(_ name: String) throws(S3DBError) {
        let input: Int32
        if name == "-" {
            input = STDIN_FILENO
        } else {
            var status = stat()
            guard stat(name, &status) == 0, Self.isReadOnce(status.st_mode) else { return nil }
            input = open(name, O_RDONLY | O_CLOEXEC)
            if input < 0 { throw Self.error("\(name) cannot be opened") }
        }
        defer { if input != STDIN_FILENO { close(input) } }
        let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        let directory = named.isEmpty ? "/tmp" : named
        var template = Array("\(directory)/inspect-XXXXXX".utf8CString)
        let output = mkstemp(&template)
        if output < 0 { throw Self.error("no temporary file can be made in \(directory)") }
        defer { close(output) }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        do throws(S3DBError) {
            try Self.copy(input, to: output)
        } catch {
            unlink(path)
            throw error
        }
    }

    deinit {
        unlink(path)
    }

    private static func isReadOnce(_ mode: mode_t) -> Bool {
        let kind = mode & S_IFMT
        return kind == S_IFIFO || kind == S_IFCHR || kind == S_IFSOCK
    }

    private static func copy(_ input: Int32, to output: Int32) throws(S3DBError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(input, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw error("the input cannot be read") }
            if count == 0 { return }
            var written = 0
            while written < count {
                let step = buffer[written..<count].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
                if step < 0 && errno == EINTR { continue }
                if step <= 0 { throw error("the input cannot be kept in a temporary file") }
                written += step
            }
        }
    }

    private static func error(_ message: String) -> S3DBError {
        let reason = String(cString: strerror(errno))
        return S3DBError(errno == ENOSPC ? .storageFull : .ioFailure, "\(message): \(reason)")
    }
}
