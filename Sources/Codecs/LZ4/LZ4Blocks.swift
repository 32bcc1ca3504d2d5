import CLZ4
import S3DBCore

/// Compresses independent LZ4 blocks, over state that is reused.
struct LZ4Blocks: ~Copyable {
    private let state: UnsafeMutableRawPointer
    private let level: Int

    /// The most content of a block (`LZ4_MAX_INPUT_SIZE` in lz4.h).
    static let maximumContentByteCount = 0x7E00_0000

    /// The level from which on liblz4 compresses high (`LZ4HC_CLEVEL_MIN` in lz4hc.h).
    private static let minimumHighLevel = 3

    /// The bytes of the state at a level.
    static func stateByteCount(level: Int) -> Int {
        Int(level < minimumHighLevel ? LZ4_sizeofState() : LZ4_sizeofStateHC())
    }

    init(level: Int) {
        self.level = level
        state = UnsafeMutableRawPointer.allocate(
            byteCount: Self.stateByteCount(level: level), alignment: MemoryLayout<UInt64>.alignment)
    }

    deinit {
        state.deallocate()
    }

    /// Compresses `content` into `room` and returns how many bytes that are, or 0 where it does not fit.
    ///
    /// Levels mean what they mean in LZ4F: below 0 they accelerate.
    mutating func compress(_ content: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int {
        let source = UnsafeRawPointer(content.address).assumingMemoryBound(to: CChar.self)
        let target = UnsafeMutableRawPointer(room.address).assumingMemoryBound(to: CChar.self)
        let contentCount = Int32(clamping: content.count)
        let roomCount = Int32(clamping: room.count)
        let written: Int32
        if level < Self.minimumHighLevel {
            let acceleration = level < 0 ? 1 - level : 1
            written = LZ4_compress_fast_extState(
                state, source, target, contentCount, roomCount, Int32(clamping: acceleration))
        } else {
            written = LZ4_compress_HC_extStateHC(
                state, source, target, contentCount, roomCount, Int32(clamping: level))
        }
        return max(Int(written), 0)
    }
}
