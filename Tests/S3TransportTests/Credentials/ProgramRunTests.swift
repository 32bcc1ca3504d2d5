import Foundation
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// Programs are run to their end, or ended.
@Suite struct ProgramRunTests {
    private static func run(
        _ script: String, _ arguments: [String] = [], variables: [String: String] = [:],
        timeLimit: Duration = .seconds(30), outputByteLimit: Int = 64 << 10
    ) async throws -> String {
        let run = ProgramRun(
            ["/bin/sh", "-c", script, "sh"] + arguments, variables: variables, timeLimit: timeLimit,
            outputByteLimit: outputByteLimit)
        return String(decoding: try await run.output(), as: UTF8.self)
    }

    @Test func outputArgumentsAndEnvironment() async throws {
        let output = try await Self.run("echo \"$1|$X|$Y\"; cat", ["a 'b' $X"], variables: ["X": "x=1"])
        #expect(output == "a 'b' $X|x=1|\n")
    }

    @Test func outputLargerThanAPipeArrivesWhole() async throws {
        let output = try await Self.run(
            "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done", outputByteLimit: 1 << 20)
        #expect(output == String(repeating: "0123456789\n", count: 20_000))
    }

    @Test(arguments: [
        ("echo hush; exit 3", "status 3"), ("kill -9 $$", "status 137"), ("while :; do echo hush; done", "65536 bytes"),
    ])
    func failures(script: String, message: String) async throws {
        await #expect { try await Self.run(script, ["hush"]) } throws: { error in
            (error as? S3DBError)?.code == .ioFailure && "\(error)".contains(message) && !"\(error)".contains("hush")
        }
    }

    @Test func aProgramThatIsNotThereIsNamed() async throws {
        let run = ProgramRun(["/no/such/program", "hush"], variables: [:])
        await #expect { try await run.output() } throws: { error in
            (error as? S3DBError)?.code == .ioFailure && "\(error)".contains("/no/such/program")
                && !"\(error)".contains("hush")
        }
    }

    /// The limit ends the program and what it started, whether it holds on to its output or closes it.
    @Test(arguments: ["sleep 600 & echo $! > \"$1\"; wait", "echo $$ > \"$1\"; exec >&-; exec sleep 600"])
    func theTimeLimitEndsAllOfIt(script: String) async throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(path: "pid")
        await #expect { try await Self.run(script, [file.path], timeLimit: .milliseconds(500)) } throws: { error in
            (error as? S3DBError)?.code == .ioFailure && "\(error)".contains("longer than")
        }
        try await Self.expectEnd(of: file)
    }

    @Test func cancellationEndsIt() async throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appending(path: "pid")
        let task = Task { try await Self.run("echo $$ > \"$1\"; exec sleep 600", [file.path]) }
        while (try? String(contentsOf: file, encoding: .utf8))?.hasSuffix("\n") != true {
            try await Task.sleep(for: .milliseconds(5))
        }
        task.cancel()
        await #expect { try await task.value } throws: { ($0 as? S3DBError)?.code == .cancelled }
        try await Self.expectEnd(of: file)
    }

    /// Waits until the process whose number a file has is gone, or is a zombie that nobody has reaped yet.
    private static func expectEnd(of file: URL) async throws {
        let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let number = try #require(pid_t(text))
        while let status = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) {
            if status.contains(") Z ") { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(kill(number, 0) == -1)
    }
}
