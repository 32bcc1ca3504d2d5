import CAllocations

/// How often memory was taken.
struct Allocations: Equatable {
    /// Calls of `malloc` and its kin.
    var heapCount = 0
    /// The bytes that they asked for.
    var heapByteCount = 0
    /// Calls of `mmap`.
    var mappingCount = 0

    /// Calls of both kinds.
    var count: Int { heapCount + mappingCount }

    /// Whether this platform counts.
    static var areCounted: Bool { s3db_allocations_counted() != 0 }

    /// What `body` takes, on whatever threads.
    static func during<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) -> Allocations {
        let before = s3db_allocations_so_far()
        try body()
        let after = s3db_allocations_so_far()
        return Allocations(
            heapCount: Int(after.heap_calls - before.heap_calls),
            heapByteCount: Int(after.heap_bytes - before.heap_bytes),
            mappingCount: Int(after.mapping_calls - before.mapping_calls))
    }
}
