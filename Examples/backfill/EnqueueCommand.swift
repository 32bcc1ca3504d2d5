import ArgumentParser
import DriverKit
import S3DB

/// `backfill enqueue`: leaves the work to others.
struct EnqueueCommand: BackfillSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "enqueue", abstract: "Send a message for each job that run would do, for workers to do.")

    @OptionGroup var options: BackfillOptions
    @OptionGroup var queue: QueueOptions

    var given: [OptionName: [String]] { .init(options, queue) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let queue = try await settings.queue()
        let isJSON = try settings.flag(.json)
        let enqueued = try await settings.backfill().enqueue(on: queue) { plan in
            let (name, count) = (plan.dataset?.description ?? "", plan.jobs.count)
            if isJSON {
                Output.write(["type": "dataset", "dataset": .string(name), "messages": .number(count)])
            } else {
                Output.write("\(name)  \(ByteText.number(count)) messages\n")
            }
        }
        if isJSON {
            Output.write([
                "type": "summary", "queue": .string(queue.description), "messages": .number(enqueued.messageCount),
                "source_bytes": .number(enqueued.sourceByteCount), "failures": .array(enqueued.failures.map(\.json)),
            ])
        } else {
            Output.write(
                "\nSent \(ByteText.number(enqueued.messageCount)) messages to \(queue.description), "
                    + "whose jobs read \(ByteText.size(enqueued.sourceByteCount)).\n")
            for failure in enqueued.failures { Output.write("\nFAILED \(failure)\n") }
        }
        return enqueued.failures.isEmpty ? 0 : 1
    }
}
