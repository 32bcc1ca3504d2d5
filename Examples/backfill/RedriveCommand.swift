import ArgumentParser
import DriverKit
import S3DB

/// `backfill redrive`: sends failed jobs again.
struct RedriveCommand: BackfillSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive", abstract: "Move the jobs of the dead-letter queue back to the queue.")

    @OptionGroup var queue: QueueOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(queue, general) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let queue = try await settings.queue()
        let count = try await queue.redrive()
        if try settings.flag(.json) {
            Output.write(["type": "redriven", "queue": .string(queue.description), "messages": .number(count)])
        } else {
            Output.write("Moved \(ByteText.number(count)) messages back to \(queue.description)\n")
        }
        return 0
    }
}
