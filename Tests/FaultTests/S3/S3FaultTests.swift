import FaultProxy
import S3DB
import TestSupport
import Testing

/// Every kind of request of the S3 store under every fault.
@Suite("S3 under faults", .needsServers, .serialized)
struct S3FaultTests {
    /// How many cells run at once.
    private static let parallelCellCount = 6

    /// What a server does not know, and so cannot fail at.
    private static func isKnown(_ scenario: S3Scenario, to kind: StandIn.Kind) -> Bool {
        kind == .moto || !["UploadPartCopy"].contains(scenario.kind)
    }

    @Test("A fault that happens once changes nothing but the number of attempts", arguments: StandIn.Kind.allCases)
    func once(_ kind: StandIn.Kind) async throws {
        let bench = try await S3FaultBench(try await StandIn.shared(kind))
        let scenarios = S3Scenario.all.filter { Self.isKnown($0, to: kind) }
        var clean: [String: S3FaultRun] = [:]
        for scenario in scenarios {
            let run = try await bench.run(scenario)
            #expect(run.code == nil, "\(scenario.name): \(run.result)")
            clean[scenario.name] = run
        }

        var table = FaultTable(
            "S3 on \(kind.rawValue): attempts under each fault", rows: scenarios.map(\.name), columns: Fault.allCases)
        var cells: [Cell] = []
        for scenario in scenarios {
            for fault in Fault.allCases {
                let expectation = S3Expectation(scenario, fault, on: kind)
                if case .makesNoSense(let reason) = expectation {
                    table.leaveOut(scenario.name, fault, because: reason)
                } else {
                    cells.append(Cell(scenario: scenario, fault: fault, expectation: expectation))
                }
            }
        }
        let runs = try await concurrently(cells, limit: Self.parallelCellCount) { [clean] cell in
            let rule = S3FaultBench.rule(cell.fault, cell.scenario.kind)
            let clean = try #require(clean[cell.scenario.name])
            var run = try await bench.run(cell.scenario, rule)
            // On a machine that is busy a client can lose its patience before the fault has come about, or once more.
            for _ in 0..<2 where run.firedCount == 0 || !run.isFrugal(beside: clean) {
                run = try await bench.run(cell.scenario, rule)
            }
            return run
        }
        for (cell, run) in runs {
            Self.judge(run, against: try #require(clean[cell.scenario.name]), cell)
            table.set(cell.scenario.name, cell.fault, run.code == nil ? "\(run.attemptCount)" : "fails")
        }
        print(table.text)
        bench.canary.expectSilence()
    }

    /// One kind of request under one fault.
    private struct Cell: Sendable {
        var scenario: S3Scenario
        var fault: Fault
        var expectation: S3Expectation
    }

    private static func judge(_ run: S3FaultRun, against clean: S3FaultRun, _ judged: Cell) {
        let (scenario, fault) = (judged.scenario, judged.fault)
        let cell = "\(scenario.name) under \(fault)"
        #expect(run.firedCount == 1, "\(cell): the fault did not happen; \(run.ownFailures)")
        switch judged.expectation {
        case .recovers:
            #expect((try? run.result.get()) == (try? clean.result.get()), "\(cell): \(run.result)")
            #expect(run.after == clean.after, "\(cell): other objects")
        case .fails(let codes):
            #expect(run.code.map(codes.contains) == true, "\(cell): \(run.result)")
            #expect(run.after == run.before, "\(cell): objects changed")
        case .makesNoSense: break
        }
        #expect(
            run.isFrugal(beside: clean),
            "\(cell): \(run.attemptCount) attempts, \(run.requestCount) requests; \(clean.attemptCount), \(clean.requestCount) without it"
        )

        let whole = Set([run.before, clean.after].map { $0["k"] ?? "nothing" })
        #expect(run.seen.isSubset(of: whole), "\(cell): a reader saw \(run.seen)")

        // A creation whose answer is lost leaves an upload that nobody can name, and an abort that is refused one that
        // stays: the sweep takes them.
        let mayLeave =
            scenario.kind == "CreateMultipartUpload" && losesAnswers.contains(fault)
            || scenario.kind == "AbortMultipartUpload" && fault == .refusedSignature
        #expect(run.uploadCount <= clean.uploadCount + (mayLeave ? 1 : 0), "\(cell): \(run.uploadCount) uploads")
    }

    private static let losesAnswers: Set<Fault> = [
        .resetAfterApplied, .heldBeforeApplied, .heldAfterApplied, .cutBody, .stalledBody, .duplicate,
    ]

    @Test(
        "A fault that stays ends in its error after as many attempts as there may be, and leaves what stood",
        arguments: Fault.allCases.filter { S3Expectation.lasting($0) != nil })
    func lasting(_ fault: Fault) async throws {
        let bench = try await S3FaultBench(try await StandIn.moto())
        let attemptLimit = 3
        let runs = try await concurrently(S3Scenario.all, limit: Self.parallelCellCount) { scenario in
            let rule = S3FaultBench.rule(fault, scenario.kind, times: nil)
            return try await bench.run(scenario, rule, attemptLimit: attemptLimit)
        }
        for (scenario, run) in runs {
            let cell = "\(scenario.name) under lasting \(fault)"
            let codes = S3Expectation.lasting(fault) ?? []
            #expect(run.code.map(codes.contains) == true, "\(cell): \(run.result)")
            #expect(run.after == run.before, "\(cell): objects changed")
            #expect((1...attemptLimit).contains(run.attemptCount), "\(cell): \(run.attemptCount) attempts")
            #expect(run.firedCount == run.attemptCount, "\(cell): the fault did not happen each time")
        }
        bench.canary.expectSilence()
    }
}

extension S3FaultRun {
    /// Whether it took one attempt more than without a fault, and what a lost answer makes a client ask for.
    fileprivate func isFrugal(beside clean: S3FaultRun) -> Bool {
        // What the server fails at by itself, which rclone does when it is busy, takes attempts of its own.
        let extra = 1 + ownFailures.count
        return attemptCount <= clean.attemptCount + extra && requestCount <= clean.requestCount + extra + 3
    }
}
