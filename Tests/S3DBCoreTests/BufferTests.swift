import S3DBCore
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
