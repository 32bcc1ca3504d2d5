import Foundation
import S3DB

/// What the commands write to.
package enum Output {
    /// Writes to standard output; a reader that has gone is no error.
    package static func write(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// Writes a value as JSON on a line of its own.
    package static func write(_ value: JSONValue) {
        write(value.serialized() + "\n")
    }

    /// Writes to standard error.
    package static func writeError(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
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
