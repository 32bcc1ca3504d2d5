import Foundation
import S3DB
import TestSupport
import Testing

/// Every format, codec, layout and partition size over real days and over a lake with gaps and changing columns, as
/// strangers' readers see the outputs.
@Suite struct CombinationTests {
    /// A combination that the registry allows.
    struct Combination: CustomStringConvertible, Sendable {
        let spec: ConversionSpec

        var description: String { "\(spec.layout) \(spec.format) \(spec.codec) \(spec.size)" }
    }

    /// All that validation lets through.
    static func allCombinations() throws -> [Combination] {
        let registry = Registry.standard
        var combinations: [Combination] = []
        for layout in registry.schemes.names {
            for format in registry.sinks.names {
                for codec in registry.codecs.names {
                    for size in PartitionSize.allCases {
                        let spec = ConversionSpec(format: format, codec: codec, layout: layout, size: size)
                        if (try? spec.validated(in: registry)) != nil { combinations.append(.init(spec: spec)) }
                    }
                }
            }
        }
        return combinations
    }

    @Test func thereAreEighty() throws {
        #expect(try Self.allCombinations().count == 80)
    }

    @Test(.needsPython, .needsRealData) func realDaysReadEverywhere() async throws {
        try await compare(source: Requirement.realData, datasets: ["miso/realtime_price"], sampleCount: 3)
    }

    @Test(.needsPython) func aLakeWithGapsAndChangingColumnsReadsEverywhere() async throws {
        let lake = try TemporaryDirectory()
        try Executable.run(
            "sample-lake",
            [
                lake.url.path, "--from", "2019-12-30", "--to", "2020-03-02", "--rows", "240", "--seed", "7",
                "--missing", "2020-01-15", "--adds-column", "2020-01-20", "--lacks-column", "2020-02-03",
                "--reorders", "2020-02-10",
            ])
        let datasets = try await Converter(from: try DirectoryStore(root: lake.url.path), to: MemoryStore()).datasets()
        #expect(datasets.count == 2)
        try await compare(source: lake.url, datasets: datasets.map(\.description), sampleCount: 5)
    }

    /// Converts under a sample of the combinations, all of them in full runs, and has the outputs compared.
    private func compare(source: URL, datasets: [String], sampleCount: Int) async throws {
        var generator = SeededGenerator.fresh()
        let all = try Self.allCombinations()
        let sample = Requirement.isFull ? all : Array(all.shuffled(using: &generator).prefix(sampleCount))
        for combination in sample {
            let destination = try TemporaryDirectory()
            let converter = Converter(
                from: try DirectoryStore(root: source.path), to: try DirectoryStore(root: destination.url.path))
            let spec = try combination.spec.validated(in: .standard)
            let plan = try await converter.plan(spec, datasets: datasets.compactMap { DatasetID($0) })
            #expect(plan.failures.isEmpty, "\(combination), seed \(generator.seed)")
            for await result in converter.run(plan) {
                if case .failed(let error) = result.outcome {
                    Issue.record("\(combination), seed \(generator.seed): \(error)")
                }
            }
            let script = try String(
                contentsOf: Requirement.root.appending(path: "Tests/Interop/compare_tree.py"), encoding: .utf8)
            let spec0 = combination.spec
            do {
                let counts = try Python.run(
                    script,
                    [
                        source.path, destination.url.path, spec0.format, spec0.codec, spec0.layout,
                        spec0.size.rawValue,
                    ] + datasets)
                #expect(counts.split(separator: " ").first != "0", "\(combination) compared no file")
            } catch {
                Issue.record("\(combination), seed \(generator.seed): \(error)")
            }
            let again = try await converter.plan(spec, datasets: datasets.compactMap { DatasetID($0) })
            let jobCount = again.jobs.count
            #expect(jobCount == 0, "\(combination): not all is current after a run")
        }
    }
}
