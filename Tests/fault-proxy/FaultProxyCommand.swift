import ArgumentParser
import FaultProxy
import Foundation
import S3DB

/// Runs a ``FaultProxy`` for programs outside of this process.
@main
struct FaultProxyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault-proxy",
        abstract: "Stands before a server that stands in for AWS, and lets things go wrong.",
        discussion: """
            Prints its URL once it listens, and runs until standard input ends. A rule is a JSON object:

                {"fault": "resetAfterApplied", "kinds": ["CompleteMultipartUpload"], "times": 2}

            fault names what goes wrong. kinds (AWS's names of operations), resource (a part of bucket/key or of a \
            queue's name), skip (how many such requests pass first), times (how many of the next ones it befalls: 1; \
            null for all) and probability choose the requests. milliseconds says how long things take that take a \
            while, region what a wrong region's answer names.
            """)

    @Option(help: "The server's URL, http://HOST:PORT.")
    var server: String

    @Option(help: "The region of the server's signatures.")
    var region = "us-east-1"

    @Option(help: ArgumentHelp("A rule, as JSON; may be given several times.", valueName: "json"))
    var rule: [String] = []

    @Option(help: "The file to which every change of a request's state is written, as a line of JSON.")
    var log: String?

    func run() async throws {
        guard let url = URL(string: server), url.scheme == "http", let host = url.host() else {
            throw ValidationError("\(server) is no http:// URL")
        }
        let rules = try rule.map { text in
            do {
                return try JSONDecoder().decode(FaultRule.self, from: Data(text.utf8))
            } catch {
                throw ValidationError("\(text) is no rule: \(error)")
            }
        }
        let backend = Backend(
            HTTPEndpoint(isSecure: false, host: host, port: url.port), credentials: Self.credentials, region: region)
        try await FaultProxy.with(backend, logFile: try openLog()) { proxy in
            for rule in rules { proxy.arm(rule) }
            print(proxy.endpoint)
            fflush(nil)
            await Self.standardInputEnd()
        }
    }

    /// Those of the environment, as AWS's own programs read them; nil for servers that need no signature.
    private static var credentials: Credentials? {
        let environment = ProcessInfo.processInfo.environment
        guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            return nil
        }
        return Credentials(accessKeyID: id, secretAccessKey: secret)
    }

    private func openLog() throws -> FileHandle? {
        guard let log else { return nil }
        guard FileManager.default.createFile(atPath: log, contents: nil) else {
            throw ValidationError("\(log) cannot be written")
        }
        return try FileHandle(forWritingTo: URL(filePath: log))
    }

    private static func standardInputEnd() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                while !FileHandle.standardInput.availableData.isEmpty {}
                continuation.resume()
            }
        }
    }
}
