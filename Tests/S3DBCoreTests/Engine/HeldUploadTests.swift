import TestSupport
import Testing

@testable import S3DBCore

/// Files of new and kept bytes, in stores with small and large parts.
@Suite struct HeldUploadTests {
    /// What a file is made of.
    private enum Stretch {
        case new(Buffer)
        case kept(Range<Int>)
        case keptAndSent(Range<Int>)
    }

    private static func stretches(
        of base: Buffer, byteCounts: ClosedRange<Int>, using generator: inout SeededGenerator
    ) -> [Stretch] {
        var stretches: [Stretch] = []
        var start = 3
        while start < base.count - 1 {
            let end = min(base.count - 1, start + Int.random(in: byteCounts, using: &generator))
            switch Int.random(in: 0...5, using: &generator) {
            case 0: break
            case 1: stretches.append(.keptAndSent(start..<end))
            default: stretches.append(.kept(start..<end))
            }
            start = end
            if Int.random(in: 0...2, using: &generator) == 0 {
                let count = Int.random(in: byteCounts, using: &generator)
                stretches.append(
                    .new(StoreUnderTest.content(count, seed: UInt8.random(in: 0...255, using: &generator))))
            }
        }
        return stretches
    }

    /// One store with tiny parts, and one with S3's.
    @Test(arguments: [(1, 40, 1...60), (64, 40, 1...400), (5 << 20, 2, 1 << 10...12 << 20)])
    func makesTheFile(minimum: Int, rounds: Int, byteCounts: ClosedRange<Int>) async throws {
        var generator = SeededGenerator.fresh()
        for _ in 0..<rounds {
            let store = MemoryStore(minimumPartByteCount: minimum)
            let key = try ObjectKey("a/file")
            let base = StoreUnderTest.content(byteCounts.upperBound * 6, seed: 77)
            let info = try await store.put(key, [base], if: .none)
            let meter = TransferMeter()
            var upload = HeldUpload(
                store: MeteredStore(store, meter), key: key, partByteCount: minimum, budget: ByteBudget(total: 1 << 30),
                base: info, groupLimit: 60)
            var expected = BufferBuilder()
            let (prologue, epilogue) = (Buffer("prologue".utf8), Buffer("end".utf8))
            expected.append(prologue.bytes)
            var newByteCount = prologue.count + epilogue.count
            for stretch in Self.stretches(of: base, byteCounts: byteCounts, using: &generator) {
                switch stretch {
                case .new(let bytes):
                    newByteCount += bytes.count
                    expected.append(bytes.bytes)
                    try await upload.append(bytes)
                case .kept(let range):
                    expected.append(base.slice(range).bytes)
                    try upload.keep(range)
                case .keptAndSent(let range):
                    newByteCount += range.count
                    expected.append(base.slice(range).bytes)
                    try await upload.appendKept(range)
                }
            }
            expected.append(epilogue.bytes)
            let result = try await upload.complete(prologue: prologue, epilogue: epilogue, if: .version(info.version))
            let seed: Comment = "seed \(generator.seed)"
            #expect(try await store.read(key, limit: .max)?.bytes == expected.freeze(), seed)
            #expect(meter.total.sentByteCount + meter.total.copiedByteCount == result.byteCount, seed)
            if minimum == 1 { #expect(meter.total.sentByteCount == newByteCount, seed) }
            #expect(try await store.sweepUploads(olderThan: .zero) == 0, seed)
        }
    }

    @Test func refusesMoreGroupsThanItMayHave() async throws {
        let store = MemoryStore()
        let key = try ObjectKey("k")
        let info = try await store.put(key, [StoreUnderTest.content(100)], if: .none)
        var upload = HeldUpload(
            store: store, key: key, partByteCount: 1, budget: ByteBudget(total: 1000), base: info, groupLimit: 2)
        try upload.keep(0..<10)
        try upload.keep(10..<20)
        do throws(S3DBError) {
            try upload.keep(30..<40)
            Issue.record("a third group was taken")
        } catch {
            #expect(error.code == .invalidArgument)
        }
        await upload.abort()
    }
}
