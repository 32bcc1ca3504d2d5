import S3DBCore
import TestSupport
import Testing

@Suite("Buffer and its builder")
struct BufferTests {
    @Test("a builder's memory is aligned and freezes without its capacity")
    func alignment() {
        for count in [1, 63, 64, 65, 10_000] {
            var builder = BufferBuilder()
            for index in 0..<count { builder.append(UInt8(truncatingIfNeeded: index)) }
            #expect(builder.count == count)
            let buffer = builder.freeze()
            #expect(buffer.withUnsafeBytes { Int(bitPattern: $0.baseAddress) % Buffer.alignment } == 0)
            #expect(Array(buffer) == (0..<count).map { UInt8(truncatingIfNeeded: $0) })
            #expect(builder.count == 0 && builder.capacity == 0)
        }
    }

    @Test("every way to append")
    func appending() {
        var builder = BufferBuilder(capacity: 3)
        builder.append(contentsOf: [1, 2, 3])
        builder.append(contentsOf: AnySequence([4, 5]))
        builder.appendLittleEndian(UInt16(0x0706))
        builder.append(Buffer([8, 9]).bytes)
        builder.pad(to: 4)
        builder.appendZeros(1)
        builder.append(upTo: 10) { memory in
            memory[0] = 77
            return 1
        }
        #expect(Array(builder.freeze()) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 77])
    }

    @Test("forgets at both ends")
    func forgetting() {
        var builder = BufferBuilder()
        builder.append(contentsOf: 0..<100)
        builder.removeFirst(10)
        builder.truncate(to: 5)
        #expect(Array(Buffer(copying: builder.bytes)) == [10, 11, 12, 13, 14])
        builder.removeAll()
        #expect(builder.isEmpty && builder.capacity >= 100)
        #expect(builder.freeze().isEmpty)
    }

    @Test("slices share and nest")
    func slices() {
        let buffer = Buffer(0..<100)
        let slice = buffer.slice(10..<90).slice(5..<10)
        #expect(Array(slice) == [15, 16, 17, 18, 19])
        #expect(slice[0] == 15)
        #expect(buffer.slice(100..<100).isEmpty)
        #expect(slice == Buffer([15, 16, 17, 18, 19]))
        #expect(slice.hashValue == Buffer([15, 16, 17, 18, 19]).hashValue)
        #expect(slice != Buffer([15, 16, 17, 18, 20]))
    }

    @Test("refers to memory of others, and keeps it as long as any slice lives")
    func sharing() {
        final class Keeper {
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
            deinit { bytes.deallocate() }
        }
        weak var weakKeeper: Keeper?
        var slice: Buffer?
        do {
            let keeper = Keeper()
            weakKeeper = keeper
            for index in 0..<100 { keeper.bytes[index] = UInt8(index) }
            let buffer = Buffer(unsafelySharing: UnsafeRawBufferPointer(keeper.bytes), keptAliveBy: keeper)
            #expect(buffer.withUnsafeBytes { $0.baseAddress } == UnsafeRawPointer(keeper.bytes.baseAddress))
            slice = buffer.slice(90..<93)
        }
        #expect(weakKeeper != nil)
        #expect(slice.map(Array.init) == [90, 91, 92])
        slice = nil
        #expect(weakKeeper == nil)
        #expect(Buffer(unsafelySharing: UnsafeRawBufferPointer(start: nil, count: 0), keptAliveBy: Keeper()).isEmpty)
    }

    @Test("reads as elements")
    func elements() {
        let buffer = Buffer(copying: [1, -2, 3] as [Int32])
        #expect(buffer.count == 12)
        #expect(buffer.withElements(of: Int32.self) { Array($0) } == [1, -2, 3])
        #expect(Buffer().withElements(of: Int64.self) { Array($0) }.isEmpty)
        #expect(Buffer([1, 2, 3]).withElements(of: UInt16.self) { $0.count } == 1)
    }
}

/// Large memory comes from regions that all buffers share.
@Suite("Memory of buffers")
struct BufferMemoryTests {
    @Test("no two buffers share a byte, whatever comes and goes")
    func isDisjoint() {
        var generator = SeededGenerator.fresh()
        var alive: [(buffer: Buffer, mark: UInt8)] = []
        for step in 0..<3000 {
            if alive.count > 60 || (!alive.isEmpty && Bool.random(using: &generator)) {
                let (buffer, mark) = alive.remove(at: Int.random(in: alive.indices, using: &generator))
                #expect(holds(buffer, mark), "seed \(generator.seed), step \(step)")
            } else {
                // Of all kinds: from the allocator, from regions, and, rarely, larger than those give out.
                let most =
                    Int.random(in: 0..<300, using: &generator) == 0
                    ? 40 << 20 : 1 << Int.random(in: 4...21, using: &generator)
                let capacity = Int.random(in: 1...most, using: &generator)
                // Room that was not used goes back, and becomes that of others.
                let count = Bool.random(using: &generator) ? capacity : Int.random(in: 1...capacity, using: &generator)
                let mark = UInt8.random(in: .min ... .max, using: &generator)
                var builder = BufferBuilder(capacity: capacity)
                builder.append(upTo: count) { target in
                    target.initializeMemory(as: UInt8.self, repeating: mark)
                    return count
                }
                alive.append((builder.freeze(), mark))
            }
        }
        for (buffer, mark) in alive { #expect(holds(buffer, mark), "seed \(generator.seed)") }
    }

    @Test("what goes back to the system takes nothing of others along")
    func neighbours() {
        var alive: [Buffer] = []
        for _ in 0..<2 {
            for index in 0..<300 {
                alive.append(Buffer(copying: [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 700 << 10)))
            }
            alive = alive.enumerated().filter { $0.offset % 5 == 0 }.map(\.element)
            for buffer in alive { #expect(holds(buffer, buffer[0])) }
        }
    }

    private func holds(_ buffer: Buffer, _ mark: UInt8) -> Bool {
        buffer.withUnsafeBytes { bytes in bytes.allSatisfy { $0 == mark } }
    }

    @Test("many tasks at once")
    func concurrently() async {
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var kept: [Buffer] = []
                    for round in 0..<400 {
                        let count = (task * 7919 + round * 104_729) % (512 << 10) + 1
                        var builder = BufferBuilder(capacity: count)
                        builder.append(upTo: count) { target in
                            target.initializeMemory(as: UInt8.self, repeating: UInt8(task))
                            return count
                        }
                        kept.append(builder.freeze())
                        if kept.count > 10, !holds(kept.removeFirst(), UInt8(task)) { return false }
                    }
                    return kept.allSatisfy { holds($0, UInt8(task)) }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
