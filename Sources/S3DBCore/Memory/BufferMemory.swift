import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where the bytes of buffers come from.
///
/// Small ones come from the system's allocator. Large ones are mapped, and what is given back is kept for the next
/// that needs about as much, up to ``keptByteCount`` in all: a pipeline takes and gives back megabytes for each batch,
/// page and section, which through the allocator costs a page fault for each page anew, or leaves a heap full of gaps
/// that grows with the length of the run.
enum BufferMemory {
    /// The size from which memory is mapped, in bytes.
    static let mappedByteCount = 128 << 10

    /// How much memory that nobody uses is kept, in bytes.
    static let keptByteCount = 24 << 20

    private static let pool = Mutex(Pool())

    /// The capacity to allocate for `byteCount` bytes: from ``mappedByteCount`` on a power of two, or one and a quarter,
    /// a half or three quarters of one, so that what one buffer gives back fits others.
    private static func capacity(for byteCount: Int) -> Int {
        guard byteCount >= mappedByteCount else { return max(byteCount, Buffer.alignment) }
        let step = 1 << (Int.bitWidth - 3 - (byteCount - 1).leadingZeroBitCount)
        let (rounded, overflow) = byteCount.addingReportingOverflow(step - 1)
        precondition(!overflow, "size overflow")
        return rounded & ~(step - 1)
    }

    /// Memory for at least `byteCount` bytes, aligned to ``Buffer/alignment``, its content unspecified, and how many
    /// bytes it has.
    static func allocate(_ byteCount: Int) -> (memory: UnsafeMutableRawPointer, capacity: Int) {
        let capacity = capacity(for: byteCount)
        guard capacity >= mappedByteCount else {
            return (.allocate(byteCount: capacity, alignment: Buffer.alignment), capacity)
        }
        if let kept = pool.withLock({ $0.take(capacity) }),
            let memory = UnsafeMutableRawPointer(bitPattern: kept.address)
        {
            return (memory, kept.capacity)
        }
        let mapped = mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { preconditionFailure("out of memory") }
        return (mapped, capacity)
    }

    /// Takes back what ``allocate(_:)`` gave.
    static func deallocate(_ memory: UnsafeMutableRawPointer, _ capacity: Int) {
        guard capacity >= mappedByteCount else { return memory.deallocate() }
        if pool.withLock({ $0.keep(UInt(bitPattern: memory), capacity) }) { return }
        munmap(memory, capacity)
    }

    /// The blocks that nobody uses, as addresses, by their capacity.
    private struct Pool {
        private var blocks: [Int: [UInt]] = [:]
        private var byteCount = 0

        /// A block of a capacity, or up to twice as large where there is none.
        mutating func take(_ capacity: Int) -> (address: UInt, capacity: Int)? {
            var fitting = capacity
            while fitting <= 2 * capacity {
                if let block = blocks[fitting]?.popLast() {
                    byteCount -= fitting
                    return (block, fitting)
                }
                fitting = BufferMemory.capacity(for: fitting + 1)
            }
            return nil
        }

        /// Keeps a block unless enough is kept already.
        mutating func keep(_ block: UInt, _ capacity: Int) -> Bool {
            guard byteCount + capacity <= keptByteCount else { return false }
            byteCount += capacity
            blocks[capacity, default: []].append(block)
            return true
        }
    }
}
