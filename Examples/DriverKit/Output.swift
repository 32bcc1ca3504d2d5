import S3DB

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What the commands write to.
package enum Output {
    /// Writes to standard output; a reader that has gone is no error.
    package static func write(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    /// Writes a value as JSON on a line of its own.
    package static func write(_ value: JSONValue) {
        write(value.serialized() + "\n")
    }

    /// Writes to standard error.
    package static func writeError(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = systemWrite(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }

    /// Whether standard error is a terminal, where one line can be drawn again and again.
    package static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether questions can be asked and answered.
    package static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// The columns of the terminal at standard error.
    package static var errorWidth: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// The system's `write`, whose name ``Output`` has too.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ byteCount: Int) -> Int {
    write(descriptor, bytes, byteCount)
}
