import Foundation
import S3DB
import TestSupport
import Testing

/// The memory of commands that plan, which is that of one dataset.
@Suite(.needsPython) struct PlanMemoryTests {
    private static let dayCount = 1000

    /// A source of empty days: what they hold is not looked at by planning, but for the newest of each dataset.
    private static func makeLake(_ datasetCount: Int) throws -> SmallLake {
        let lake = try SmallLake()
        for number in 0..<datasetCount {
            let dataset = "test/prices_\(number)"
            try lake.describe(dataset)
            for day in Days.from2020(dayCount) {
                let file = lake.source.appending(path: SmallLake.key(dataset, day))
                if day == Days.first || day.date.month == 1 && day.date.day == 1 {
                    try lake.write([], of: dataset, on: day)
                } else {
                    close(creat(file.path, 0o600))
                }
            }
        }
        return lake
    }

    /// The largest resident size, in bytes, of the program while it runs.
    private static func peak(_ arguments: [String]) throws -> (byteCount: Int, status: Int) {
        let printed = try Python.run(
            """
            import os, subprocess, sys
            process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            print(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), os.waitstatus_to_exitcode(status))
            """, [BackfillTool.path] + arguments)
        let numbers = printed.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(numbers.count == 2, "\(printed)")
        return (numbers[0], numbers[1])
    }

    @Test("ten times the datasets take no more memory")
    func flat() throws {
        let (small, large) = (try Self.makeLake(4), try Self.makeLake(40))
        for command in [["plan"], ["plan", "--json"], ["status", "--json"]] {
            let few = try Self.peak(command + small.options())
            let many = try Self.peak(command + large.options())
            #expect(few.status == 0 && many.status == 0, "\(command)")
            print(
                "\(command.joined(separator: " ")): \(few.byteCount >> 10) KiB for 4 datasets, \(many.byteCount >> 10) for 40"
            )
            // 36,000 outputs with their jobs would take some 20 MB.
            #expect(many.byteCount - few.byteCount < 8 << 20, "\(command)")
        }
    }
}
