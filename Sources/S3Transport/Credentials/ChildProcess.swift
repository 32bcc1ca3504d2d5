import S3DBCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A program that was started, with a pipe from its standard output. It is killed, with the processes it started, when
/// its owner goes while it runs.
///
/// Source: IEEE Std 1003.1-2017, `posix_spawnp`, `waitpid`.
struct ChildProcess: ~Copyable {
    private let identifier: pid_t
    private let output: Int32
    private var isReaped = false

    /// Starts a program.
    ///
    /// - Throws: ``S3DBError/Code/ioFailure`` where that fails.
    init(_ words: [String], variables: [String: String]) throws(S3DBError) {
        var pipe: [Int32] = [-1, -1]
        do throws(Errno) {
            _ = try Errno.check { Self.openPipe(&pipe) }
        } catch {
            throw error.error("open a pipe", at: words.first ?? "")
        }
        defer { close(pipe[1]) }
        var identifier: pid_t = 0
        let failure = Self.spawn(words, variables, writingTo: pipe[1], &identifier)
        guard failure == 0 else {
            close(pipe[0])
            throw S3DBError(
                .ioFailure,
                "the program \(S3DBError.quoted(words.first ?? "")) cannot be started: \(String(cString: strerror(failure)))",
                remedy: "Check its path, and that it may be run")
        }
        self.identifier = identifier
        output = pipe[0]
    }

    deinit {
        close(output)
        guard !isReaped else { return }
        // The group: what the program started holds on to its pipe and lives on otherwise.
        kill(-identifier, SIGKILL)
        var status: Int32 = 0
        _ = try? Errno.check { waitpid(identifier, &status, 0) }
    }

    /// What has arrived, after waiting for it a while: possibly nothing; nil at the end.
    func read(waitingMilliseconds: Int32) -> Buffer? {
        var wanted = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, waitingMilliseconds) > 0 else { return Buffer() }
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = bytes.withUnsafeMutableBytes { memory in
            #if canImport(Darwin)
            Darwin.read(output, memory.baseAddress, memory.count)
            #elseif canImport(Musl)
            Musl.read(output, memory.baseAddress, memory.count)
            #else
            Glibc.read(output, memory.baseAddress, memory.count)
            #endif
        }
        if count < 0 { return errno == EINTR ? Buffer() : nil }
        return count == 0 ? nil : Buffer(bytes[..<count])
    }

    /// The status it ended with, 128 and the signal's number where one ended it; nil while it runs.
    mutating func exitStatus() -> Int32? {
        var status: Int32 = 0
        do throws(Errno) {
            guard try Errno.check({ waitpid(identifier, &status, WNOHANG) }) != 0 else { return nil }
        } catch {
            // The host ignores SIGCHLD, and with it the status: the output alone decides.
            isReaped = true
            return 0
        }
        isReaped = true
        // The layout of a status that the macros WIFEXITED, WEXITSTATUS and WTERMSIG take apart.
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// A pipe that other programs do not inherit, unless they are started in between the two calls.
    private static func openPipe(_ ends: inout [Int32]) -> Int32 {
        let result = pipe(&ends)
        if result == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
        return result
    }

    /// Returns 0, or the error's number.
    private static func spawn(
        _ words: [String], _ variables: [String: String], writingTo output: Int32, _ identifier: inout pid_t
    ) -> Int32 {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        // Hosts block and ignore signals in ways that programs do not expect to inherit.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in arguments + environment { free(text) } }
        guard let program = words.first, !arguments.contains(nil), !environment.contains(nil) else { return EINVAL }
        arguments.append(nil)
        environment.append(nil)
        return posix_spawnp(&identifier, program, &actions, &attributes, arguments, environment)
    }
}
