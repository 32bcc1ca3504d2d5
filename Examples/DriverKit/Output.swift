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

    /// Writes bytes to standard output.
    ///
    /// - Returns: Whether somebody reads on; false once the reader has gone.
    /// - Throws: ``S3DBError/Code/storageFull`` or ``S3DBError/Code/ioFailure`` where they cannot be written.
    package static func write(_ bytes: RawSpan) throws(S3DBError) -> Bool {
        let code = bytes.withUnsafeBytes { write($0, to: STDOUT_FILENO) }
        if code == 0 { return true }
        if code == EPIPE { return false }
        throw S3DBError(
            code == ENOSPC || code == EDQUOT || code == EFBIG ? .storageFull : .ioFailure,
            "standard output cannot be written: \(String(cString: strerror(code)))")
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { _ = write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    /// Writes all bytes; returns 0, or the number of the error that kept it from that.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var written = 0
        while written < bytes.count {
            let count = systemWrite(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            written += count
        }
        return 0
    }

    /// Whether standard error is a terminal, where one line can be drawn again and again.
    package static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether questions can be asked and answered.
    package static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// The columns of the terminal at standard error.
    package static var errorWidth: Int { width(of: STDERR_FILENO) ?? 80 }

    /// The columns of the terminal at standard output; nil where it is none.
    package static var width: Int? { isatty(STDOUT_FILENO) == 1 ? width(of: STDOUT_FILENO) ?? 80 : nil }

    private static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

/// The system's `write`, whose name ``Output`` has too.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ byteCount: Int) -> Int {
    write(descriptor, bytes, byteCount)
}
