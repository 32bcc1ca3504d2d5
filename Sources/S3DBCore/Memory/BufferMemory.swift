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
    static let keptByteCount = 32 << 20

    private static let pool = Mutex(Pool())

    /// The capacity to allocate for `byteCount` bytes: from ``mappedByteCount`` on a power of two, or one and a quarter,
    /// a half or three quarters of one, so that what one buffer gives back fits others.
    static func capacity(for byteCount: Int) -> Int {
        guard byteCount >= mappedByteCount else { return max(byteCount, Buffer.alignment) }
        let step = 1 << (Int.bitWidth - 3 - (byteCount - 1).leadingZeroBitCount)
        let (rounded, overflow) = byteCount.addingReportingOverflow(step - 1)
        precondition(!overflow, "size overflow")
        return rounded & ~(step - 1)
    }

    /// Memory of a capacity that ``capacity(for:)`` gave, aligned to ``Buffer/alignment``, its content unspecified.
    static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
        guard capacity >= mappedByteCount else {
            return .allocate(byteCount: capacity, alignment: Buffer.alignment)
        }
        if let kept = pool.withLock({ $0.take(capacity) }).flatMap(UnsafeMutableRawPointer.init(bitPattern:)) {
            return kept
        }
        let mapped = mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { preconditionFailure("out of memory") }
        return mapped
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

        mutating func take(_ capacity: Int) -> UInt? {
            guard let block = blocks[capacity]?.popLast() else { return nil }
            byteCount -= capacity
            return block
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
