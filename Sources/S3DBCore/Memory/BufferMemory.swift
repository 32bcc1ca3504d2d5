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
/// Small ones come from the system's allocator. Larger ones are runs of pages, of the lowest address that fits, in
/// regions that are mapped once and stay: a pipeline takes and gives back megabytes for each batch, page and section,
/// which through the allocator costs a page fault for each page anew, or leaves a heap full of gaps that grows with the
/// length of the run. Here what is given back serves the next whatever its size, as neighbours become one run again, so
/// that a long run needs no more than a short one.
enum BufferMemory {
    /// The size from which memory is taken from a region, in bytes. Built with `SANITIZED`, all comes from the system's
    /// allocator, so that a sanitizer sees where each buffer ends.
    #if SANITIZED
    static let pagedByteCount = Int.max
    #else
    static let pagedByteCount = 16 << 10
    #endif

    /// The size up to which memory is taken from a region, in bytes; more is mapped for itself.
    static let mostPagedByteCount = Region.byteCount / 2

    /// How much memory that was used and that nobody uses is kept, in bytes.
    static let keptByteCount = 64 << 20

    private static let pool = Mutex(Pool())

    /// The capacity to allocate for `byteCount` bytes: whole pages from ``pagedByteCount`` on.
    private static func capacity(for byteCount: Int) -> Int {
        guard byteCount >= pagedByteCount else { return max(byteCount, Buffer.alignment) }
        let (rounded, overflow) = byteCount.addingReportingOverflow(Region.pageByteCount - 1)
        precondition(!overflow, "size overflow")
        return rounded & ~(Region.pageByteCount - 1)
    }

    /// Memory for at least `byteCount` bytes, aligned to ``Buffer/alignment``, its content unspecified, and how many
    /// bytes it has.
    static func allocate(_ byteCount: Int) -> (memory: UnsafeMutableRawPointer, capacity: Int) {
        let capacity = capacity(for: byteCount)
        if capacity < pagedByteCount {
            return (.allocate(byteCount: capacity, alignment: Buffer.alignment), capacity)
        }
        if capacity > mostPagedByteCount { return (map(capacity), capacity) }
        let address = pool.withLock { $0.take(capacity) }
        guard let memory = UnsafeMutableRawPointer(bitPattern: address) else { preconditionFailure("no address") }
        return (memory, capacity)
    }

    /// Takes back the end of what ``allocate(_:)`` gave, behind `byteCount` bytes, where that is whole pages; returns the
    /// capacity that is left, which is of the same kind.
    static func trim(_ memory: UnsafeMutableRawPointer, _ capacity: Int, to byteCount: Int) -> Int {
        guard capacity >= pagedByteCount else { return capacity }
        let isPaged = capacity <= mostPagedByteCount
        let left = Self.capacity(for: max(byteCount, isPaged ? pagedByteCount : mostPagedByteCount + 1))
        guard left < capacity else { return capacity }
        if isPaged {
            pool.withLock { $0.giveBack(UInt(bitPattern: memory + left), capacity - left) }
        } else {
            munmap(memory + left, capacity - left)
        }
        return left
    }

    /// Takes back what ``allocate(_:)`` gave.
    static func deallocate(_ memory: UnsafeMutableRawPointer, _ capacity: Int) {
        if capacity < pagedByteCount {
            memory.deallocate()
        } else if capacity > mostPagedByteCount {
            munmap(memory, capacity)
        } else {
            pool.withLock { $0.giveBack(UInt(bitPattern: memory), capacity) }
        }
    }

    /// Maps memory, in huge pages where the system has them for the asking: one fault then does for what would be hundreds.
    private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let mapped = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { preconditionFailure("out of memory") }
        #if os(Linux)
        // Advice: where it is not followed, pages are small.
        madvise(mapped, byteCount, MADV_HUGEPAGE)
        #endif
        return mapped
    }

    /// The regions.
    private struct Pool {
        private var regions: [Region] = []
        private var usedByteCount = 0
        private var touchedByteCount = 0

        /// The address of so many bytes, a multiple of a page's.
        mutating func take(_ byteCount: Int) -> UInt {
            usedByteCount += byteCount
            for index in regions.indices {
                if let address = regions[index].take(byteCount, &touchedByteCount) { return address }
            }
            // A region begins where an extent does, which a mapping need not.
            let mapped = UInt(bitPattern: BufferMemory.map(Region.byteCount + Region.extentByteCount))
            let start = (mapped + UInt(Region.extentByteCount - 1)) & ~UInt(Region.extentByteCount - 1)
            regions.append(Region(start: start))
            guard let address = regions[regions.count - 1].take(byteCount, &touchedByteCount) else {
                preconditionFailure("more than a region")
            }
            return address
        }

        /// Takes back bytes that ``take(_:)`` gave, or a part of them.
        mutating func giveBack(_ address: UInt, _ byteCount: Int) {
            guard let index = regions.firstIndex(where: { $0.contains(address) }) else {
                preconditionFailure("memory of others")
            }
            usedByteCount -= byteCount
            regions[index].giveBack(address, byteCount)
            guard touchedByteCount - usedByteCount > keptByteCount else { return }
            regions[index].release(address, byteCount, &touchedByteCount)
        }
    }

    /// Memory of one mapping.
    private struct Region {
        static let byteCount = 64 << 20

        /// What memory is given out in.
        static let pageByteCount = 4 << 10

        /// What is returned to the system when all of it is free: the size of a huge page.
        static let extentByteCount = 2 << 20

        private let start: UInt

        /// A bit for each page, set where it is given out, the lowest first.
        private var pages = [UInt64](repeating: 0, count: byteCount / pageByteCount / 64)

        /// A bit for each extent, set where a page of it was given out since the system had it.
        private var touched: UInt32 = 0

        /// The pages below are all given out.
        private var lowestFree = 0

        init(start: UInt) {
            self.start = start
        }

        func contains(_ address: UInt) -> Bool {
            address >= start && address < start + UInt(Self.byteCount)
        }

        /// The lowest run of free pages of so many bytes, given out; nil where there is none. Adds what is used for the
        /// first time to `touchedByteCount`.
        mutating func take(_ byteCount: Int, _ touchedByteCount: inout Int) -> UInt? {
            let count = byteCount / Self.pageByteCount
            lowestFree = next(free: true, from: lowestFree, to: pages.count * 64)
            var first = lowestFree
            while first + count <= pages.count * 64 {
                let end = next(free: false, from: first, to: first + count)
                if end == first + count {
                    set(first..<end, given: true)
                    for extent in extents(first..<end) where touched & 1 << extent == 0 {
                        touched |= 1 << extent
                        touchedByteCount += Self.extentByteCount
                    }
                    return start + UInt(first * Self.pageByteCount)
                }
                first = next(free: true, from: end, to: pages.count * 64)
            }
            return nil
        }

        mutating func giveBack(_ address: UInt, _ byteCount: Int) {
            let pages = self.pages(address, byteCount)
            set(pages, given: false)
            lowestFree = min(lowestFree, pages.lowerBound)
        }

        /// Returns extents that became free to the system.
        mutating func release(_ address: UInt, _ byteCount: Int, _ touchedByteCount: inout Int) {
            let pageCount = Self.extentByteCount / Self.pageByteCount
            for extent in extents(pages(address, byteCount)) where touched & 1 << extent != 0 {
                let (first, end) = (extent * pageCount, (extent + 1) * pageCount)
                guard next(free: false, from: first, to: end) == end else { continue }
                let memory = UnsafeMutableRawPointer(bitPattern: start + UInt(extent * Self.extentByteCount))
                madvise(memory, Self.extentByteCount, MADV_DONTNEED)
                touched &= ~(1 << extent)
                touchedByteCount -= Self.extentByteCount
            }
        }

        private func pages(_ address: UInt, _ byteCount: Int) -> Range<Int> {
            let first = Int(address - start) / Self.pageByteCount
            return first..<first + byteCount / Self.pageByteCount
        }

        /// The extents that have pages of a range.
        private func extents(_ pages: Range<Int>) -> ClosedRange<Int> {
            let pageCount = Self.extentByteCount / Self.pageByteCount
            return pages.lowerBound / pageCount...(pages.upperBound - 1) / pageCount
        }

        /// The first page of a range that is free, or that is not; its end where there is none.
        private func next(free: Bool, from first: Int, to end: Int) -> Int {
            var page = first
            while page < end {
                let bits = (free ? ~pages[page / 64] : pages[page / 64]) >> (page % 64)
                if bits != 0 { return min(page + bits.trailingZeroBitCount, end) }
                page = (page / 64 + 1) * 64
            }
            return end
        }

        private mutating func set(_ range: Range<Int>, given: Bool) {
            var page = range.lowerBound
            while page < range.upperBound {
                let end = min((page / 64 + 1) * 64, range.upperBound)
                let bits = (~UInt64(0) >> UInt64(64 - (end - page))) << UInt64(page % 64)
                if given { pages[page / 64] |= bits } else { pages[page / 64] &= ~bits }
                page = end
            }
        }
    }
}
