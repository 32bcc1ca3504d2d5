import NIOPosix
import S3DBCore
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// One run of a program whose output is wanted: no shell, nothing on its standard input, a process group of its own.
///
/// What it writes to standard error goes to this process's. It ends with the task that waits for it.
public struct ProgramRun: Sendable {
    /// The program, by its path or as `PATH` finds it, and its arguments.
    public var words: [String]
    /// Its environment.
    public var variables: [String: String]
    /// How long it may take.
    public var timeLimit: Duration
    /// How much it may write, in bytes.
    public var outputByteLimit: Int

    /// Makes a run.
    public init(
        _ words: [String], variables: [String: String], timeLimit: Duration = .seconds(60),
        outputByteLimit: Int = 64 << 10
    ) {
        self.words = words
        self.variables = variables
        self.timeLimit = timeLimit
        self.outputByteLimit = outputByteLimit
    }

    /// Runs it on a thread of its own, and gives what it wrote to standard output.
    ///
    /// - Throws: ``S3DBError/Code/ioFailure`` where it cannot be started, ends with another status than 0, takes too
    ///   long or writes too much; ``S3DBError/Code/cancelled``. The message quotes its name, never its arguments.
    public func output() async throws(S3DBError) -> Buffer {
        let isCancelled = CancellationFlag()
        let result = await withTaskCancellationHandler {
            try? await NIOThreadPool.singleton.runIfActive {
                Result { () throws(S3DBError) in try run(until: isCancelled) }
            }
        } onCancel: {
            isCancelled.value.store(true, ordering: .relaxed)
        }
        guard let result else { throw S3DBError(.cancelled, "cancelled while a program ran") }
        return try result.get()
    }

    private final class CancellationFlag: Sendable {
        let value = Atomic(false)
    }

    private func run(until isCancelled: CancellationFlag) throws(S3DBError) -> Buffer {
        let clock = ContinuousClock()
        let deadline = clock.now + timeLimit
        var child = try ChildProcess(words, variables: variables)
        var output = BufferBuilder()
        while true {
            if isCancelled.value.load(ordering: .relaxed) {
                throw S3DBError(.cancelled, "cancelled while \(name) ran")
            }
            guard clock.now < deadline else { throw failed("takes longer than \(timeLimit)") }
            guard let block = child.read(waitingMilliseconds: 20) else { break }
            output.append(block.bytes)
            guard output.count <= outputByteLimit else {
                throw failed("writes more than \(outputByteLimit) bytes")
            }
        }
        while true {
            if let status = child.exitStatus() {
                guard status == 0 else { throw failed("ended with status \(status)") }
                return output.freeze()
            }
            if isCancelled.value.load(ordering: .relaxed) {
                throw S3DBError(.cancelled, "cancelled while \(name) ran")
            }
            guard clock.now < deadline else { throw failed("takes longer than \(timeLimit)") }
            usleep(2000)
        }
    }

    private var name: String { S3DBError.quoted(words.first ?? "") }

    private func failed(_ what: String) -> S3DBError {
        S3DBError(.ioFailure, "the program \(name) \(what)", remedy: "Run it by hand to see why")
    }
}
