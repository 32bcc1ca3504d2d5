import Foundation
import Hummingbird

/// Serves on loopback:
///
///     CSVToParquetService [--port N] [--workers N]
///
/// Port 0, the default, is one that is free; the first line of output says which.
@main
struct ServiceCommand {
    static func main() async throws {
        let port = try number(after: "--port") ?? 0
        let conversion = ConversionRoute(workerCount: try number(after: "--workers") ?? 2)
        let router = Router()
        router.get("health") { _, _ in HTTPResponse.Status.ok }
        router.post("parquet") { request, _ in try conversion.respond(to: request) }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                let line = "listening on 127.0.0.1:\(channel.localAddress?.port ?? port)\n"
                FileHandle.standardOutput.write(Data(line.utf8))
            })
        try await application.runService()
    }

    private static func number(after option: String) throws -> Int? {
        let arguments = CommandLine.arguments
        guard let index = arguments.firstIndex(of: option) else { return nil }
        guard index + 1 < arguments.count, let number = Int(arguments[index + 1]), number >= 0 else {
            throw UsageError(description: "\(option) takes a number")
        }
        return number
    }
}

/// What is wrong with the command line.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}
