import Codecs
import Foundation
import S3DBCore

/// Proves that allocations are counted: takes memory a known number of times in every way that counts.
///
/// Without it a counter that reads 0 would pass every gate.
enum AllocationControl {
    /// How often each way takes memory.
    static let repetitionCount = 1_000

    private final class Object {
        var next: Object?
    }

    /// A way to take memory once, and what must be counted of it.
    private struct Way {
        let name: String
        let counted: KeyPath<Allocations, Int>
        let take: () throws(S3DBError) -> Void
    }

    /// The ways whose count falls short, in words; empty where the counter counts.
    static func failures() throws(S3DBError) -> [String] {
        guard Allocations.areCounted else { return ["allocations are not counted on this platform"] }
        var failures: [String] = []
        for way in ways {
            let allocations = try Allocations.during { () throws(S3DBError) in
                for _ in 0..<repetitionCount { try way.take() }
            }
            let count = allocations[keyPath: way.counted]
            if count < repetitionCount { failures.append("\(way.name): \(count) counted of \(repetitionCount)") }
        }
        if try gateOfRows.measure().holds { failures.append("a gate holds for work that allocates for each row") }
        return failures
    }

    /// What every gate must refuse: an allocation a row, with limits wider than those of any gate.
    private static var gateOfRows: AllocationGate {
        AllocationGate(name: "control", growthLimit: 1_000, batchLimit: 1_000) { (rowCount, _) in
            { for _ in 0..<rowCount { use(Object()) } }
        }
    }

    // Touched by the one thread that measures.
    nonisolated(unsafe) private static var kept: UnsafeMutableRawPointer?

    /// Frees what a way took, where the optimiser cannot see that nobody looked at it.
    @inline(never)
    private static func release(_ memory: UnsafeMutableRawPointer?) {
        kept = memory
        free(memory)
    }

    @inline(never)
    private static func use(_ object: Object) {
        object.next = Object()
    }

    private static let pageByteCount = 4096

    private static var ways: [Way] {
        [
            Way(name: "class instances", counted: \.heapCount) { use(Object()) },
            Way(name: "arrays", counted: \.heapCount) {
                [UInt8](repeating: 1, count: 64).withUnsafeBytes { bytes in
                    kept = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                }
            },
            Way(name: "malloc", counted: \.heapCount) { release(malloc(64)) },
            Way(name: "calloc", counted: \.heapCount) { release(calloc(8, 8)) },
            Way(name: "realloc", counted: \.heapCount) { release(realloc(nil, 64)) },
            Way(name: "aligned_alloc", counted: \.heapCount) { release(aligned_alloc(64, 64)) },
            Way(name: "posix_memalign", counted: \.heapCount) {
                var memory: UnsafeMutableRawPointer?
                posix_memalign(&memory, 64, 64)
                release(memory)
            },
            // Memory that another library takes, here libzstd its context.
            Way(name: "a shared library", counted: \.heapCount) { () throws(S3DBError) in
                _ = try Zstandard().compress(Buffer("abc".utf8).bytes)
            },
            Way(name: "mmap", counted: \.mappingCount) {
                munmap(mmap(nil, pageByteCount, PROT_READ, MAP_PRIVATE | MAP_ANON, -1, 0), pageByteCount)
            },
        ]
    }
}
