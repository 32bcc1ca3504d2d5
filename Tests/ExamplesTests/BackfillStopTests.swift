import Foundation
import S3DB
import TestSupport
import Testing

@Suite struct BackfillStopTests {
    @Test(
        "a signal stops a run between outputs, and the same command does the rest",
        arguments: [(SIGINT, Int32(130), "SIGINT"), (SIGTERM, 143, "SIGTERM")])
    func stop(signal: Int32, status: Int32, name: String) throws {
        let lake = try SmallLake()
        let days = Days.from2020(60)
        try lake.fill("miso/realtime_price", days: days, rowCount: 2000)
        let options = ["run", "--json", "--jobs", "1"] + lake.options()

        let process = Process()
        process.executableURL = URL(filePath: BackfillTool.path)
        process.arguments = options
        process.environment = BackfillTool.environment()
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var printed = Data()
        while printed.count(where: { $0 == UInt8(ascii: "\n") }) < 2 {
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "the run ended early")
            printed += more
        }
        kill(process.processIdentifier, signal)
        printed += output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == status)

        let outcome = BackfillTool.Outcome(status: status, output: String(decoding: printed, as: UTF8.self), errors: "")
        let summary = try #require(try outcome.jsonLines().last)
        #expect(summary["stopped_by"]?.stringValue == name)
        let written = try #require(summary["written"]?.intValue)
        let left = try #require(summary["not_done"]?.intValue)
        #expect(written >= 2 && left > 0 && written + left == days.count)
        #expect(summary["failed"]?.intValue == 0)
        #expect(lake.uploadsInProgress().isEmpty)
        let standing = try BackfillTool.run(["status", "--json"] + lake.options()).json()
        #expect(standing["counts"]?["current"]?.intValue == written)

        let rest = try BackfillTool.run(options)
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(try rest.jsonLines().last?["written"]?.intValue == left)
        #expect(try rest.jsonLines().last?["kept"]?.intValue == written)
    }
}
