import ArgumentParser
import DriverKit
import S3DB

/// `backfill verify`: whether the outputs hold what their sources ask for.
struct VerifyCommand: BackfillSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Find outputs that are missing, stale, damaged or too many, and say what sets them right.",
        discussion: """
            Reads what files say of themselves: their ends, and of files that are one frame all; with --deep also the \
            sources, and compares values. Changes nothing. \
            Exit status: 0 when all holds, 1 when something does not or could not be looked at, 2 for bad usage.
            """)

    @OptionGroup var options: BackfillOptions
    @OptionGroup var verification: VerificationOptions

    var given: [OptionName: [String]] { .init(options, verification) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let service = try await settings.backfill()
        let request = Request(
            isDeep: try settings.flag(.deep), listsSections: try settings.flag(.sections),
            other: try await other(settings),
            repairs: RepairCommands(given: options.given, hasLatest: settings.text(.latest) != nil))
        if try settings.flag(.json) { return try await writeDocument(of: service, request) }
        return try await writeReport(of: service, request)
    }

    /// What is asked for.
    private struct Request {
        var isDeep: Bool
        var listsSections: Bool
        /// The tree to compare with.
        var other: (any ObjectStore)?
        var repairs: RepairCommands
    }

    /// The tree to compare with, reached as the destination is.
    private func other(_ settings: Settings) async throws(S3DBError) -> (any ObjectStore)? {
        guard let text = settings.text(.against) else { return nil }
        return try await settings.opener().open(try StoreURL(text))
    }

    private func compared(_ service: Backfill, _ request: Request) async throws(S3DBError) -> TreeSummary? {
        guard let other = request.other else { return nil }
        return try await service.compare(with: other)
    }

    private func writeReport(of service: Backfill, _ request: Request) async throws(S3DBError) -> Int32 {
        let summary = try await service.verify(isDeep: request.isDeep) { dataset in
            if request.listsSections { Output.write(VerificationReport.sections(dataset)) }
        }
        Output.write(VerificationReport.text(summary, of: service, repair: request.repairs.texts(for: summary)))
        let trees = try await compared(service, request)
        if let trees { Output.write("\n" + VerificationReport.text(trees)) }
        return summary.holds && trees?.holds ?? true ? 0 : 1
    }

    /// Writes a document as it comes. One that cannot be ended is no JSON; the reason follows on a line of its own.
    private func writeDocument(of service: Backfill, _ request: Request) async throws(S3DBError) -> Int32 {
        var document = VerificationDocument(service.spec, listsSections: request.listsSections)
        var isBegun = false
        do throws(S3DBError) {
            let summary = try await service.verify(isDeep: request.isDeep) { dataset in
                Output.write(document.text(adding: dataset))
                isBegun = true
            }
            let trees = try await compared(service, request)
            Output.write(document.end(summary, repair: request.repairs.texts(for: summary), against: trees) + "\n")
            return summary.holds && trees?.holds ?? true ? 0 : 1
        } catch {
            if isBegun { Output.write("\n") }
            throw error
        }
    }
}
