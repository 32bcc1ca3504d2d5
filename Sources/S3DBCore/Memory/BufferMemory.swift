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
/// Small ones come from the system's allocator. Larger ones are mapped, and what is given back is kept for the next
/// that needs about as much: a pipeline takes and gives back megabytes for each batch, page and section, which through
/// the allocator costs a page fault for each page anew, or leaves a heap full of gaps that grows with the length of
/// the run. What is kept lifts the total hardly above the most that was in use at once, so that a long run needs
/// no more than a short one.
enum BufferMemory {
    /// The size from which memory is mapped, in bytes. Built with `SANITIZED`, all comes from the system's allocator, so
    /// that a sanitizer sees where each buffer ends.
    #if SANITIZED
    static let mappedByteCount = Int.max
    #else
    static let mappedByteCount = 16 << 10
    #endif

    /// The size from which memory is asked for in huge pages, where the system has them for the asking, in bytes: one fault
    /// then does for what would be hundreds.
    static let hugeByteCount = 4 << 20

    /// How much memory that nobody uses is kept, in bytes.
    static let keptByteCount = 64 << 20

    /// How far what is used and kept together may lift the total above the most that was in use at once, in bytes:
    /// blocks of different sizes are most in use at different times.
    static let slackByteCount = 4 << 20

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
        let (kept, surplus) = pool.withLock { $0.take(capacity) }
        for block in surplus { munmap(UnsafeMutableRawPointer(bitPattern: block.address), block.capacity) }
        if let kept, let memory = UnsafeMutableRawPointer(bitPattern: kept.address) { return (memory, kept.capacity) }
        let mapped = mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { preconditionFailure("out of memory") }
        #if os(Linux)
        // Advice: where it is not followed, pages are small.
        if capacity >= hugeByteCount { madvise(mapped, capacity, MADV_HUGEPAGE) }
        #endif
        return (mapped, capacity)
    }

    /// Takes back the end of what ``allocate(_:)`` gave, behind `byteCount` bytes, where it is mapped and more than a
    /// fifth of it; returns the capacity that is left.
    static func trim(_ memory: UnsafeMutableRawPointer, _ capacity: Int, to byteCount: Int) -> Int {
        guard capacity >= mappedByteCount, byteCount > 0 else { return capacity }
        let left = Self.capacity(for: max(byteCount, mappedByteCount))
        guard left < capacity - capacity / 5 else { return capacity }
        munmap(memory + left, capacity - left)
        pool.withLock { $0.giveBack(capacity - left) }
        return left
    }

    /// Takes back what ``allocate(_:)`` gave.
    static func deallocate(_ memory: UnsafeMutableRawPointer, _ capacity: Int) {
        guard capacity >= mappedByteCount else { return memory.deallocate() }
        if pool.withLock({ $0.keep(UInt(bitPattern: memory), capacity) }) { return }
        munmap(memory, capacity)
    }

    /// The blocks that nobody uses, as addresses, by their capacity.
    private struct Pool {
        typealias Block = (address: UInt, capacity: Int)

        private var blocks: [Int: [UInt]] = [:]
        private var keptByteCount = 0
        private var usedByteCount = 0
        private var mostUsedByteCount = 0

        /// A block of a capacity, or up to a quarter larger, where one is kept; and those to unmap before another is
        /// mapped in its place.
        mutating func take(_ capacity: Int) -> (Block?, surplus: [Block]) {
            var fitting = capacity
            while fitting <= capacity + capacity / 4 {
                if let block = pop(fitting) {
                    use(fitting)
                    return (block, [])
                }
                fitting = BufferMemory.capacity(for: fitting + 1)
            }
            use(capacity)
            var surplus: [Block] = []
            while let block = pop(excess: keptByteCount + usedByteCount - mostUsedByteCount - slackByteCount) {
                surplus.append(block)
            }
            return (nil, surplus)
        }

        /// Takes out a block of `excess` bytes at least, the smallest such one, or the largest of all; nil where there
        /// is no excess.
        private mutating func pop(excess: Int) -> Block? {
            guard excess > 0 else { return nil }
            return (blocks.keys.filter { $0 >= excess }.min() ?? blocks.keys.max()).flatMap { pop($0) }
        }

        /// Keeps a block unless enough is kept already.
        mutating func keep(_ block: UInt, _ capacity: Int) -> Bool {
            usedByteCount -= capacity
            guard keptByteCount + capacity <= BufferMemory.keptByteCount else { return false }
            keptByteCount += capacity
            blocks[capacity, default: []].append(block)
            return true
        }

        /// Counts memory that is no longer used nor kept.
        mutating func giveBack(_ byteCount: Int) {
            usedByteCount -= byteCount
        }

        private mutating func use(_ capacity: Int) {
            usedByteCount += capacity
            mostUsedByteCount = max(mostUsedByteCount, usedByteCount)
        }

        private mutating func pop(_ capacity: Int) -> Block? {
            guard let block = blocks[capacity]?.popLast() else { return nil }
            if blocks[capacity]?.isEmpty == true { blocks[capacity] = nil }
            keptByteCount -= capacity
            return (block, capacity)
        }
    }
}
