import S3DBCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Collects the values of a column chunk for a split block Bloom filter
/// (https://github.com/apache/parquet-format/blob/master/BloomFilter.md).
struct BloomFilterBuilder {
    private var hashes: Set<UInt64> = []

    /// Adds the values of a page in PLAIN encoding; `width` is 0 for byte arrays.
    mutating func insert(_ plain: UnsafeRawBufferPointer, width: Int) {
        if width == 0 {
            for value in PlainRecoding.byteArrays(plain) { hashes.insert(XXHash64.hash(value)) }
            return
        }
        for start in stride(from: 0, to: plain.count - plain.count % width, by: width) {
            hashes.insert(XXHash64.hash(UnsafeRawBufferPointer(rebasing: plain[start..<start + width])))
        }
    }

    /// Adds the values that stand from byte `start` on.
    mutating func insert(_ content: borrowing BufferBuilder, from start: Int, width: Int) {
        content.withBytes { insert(UnsafeRawBufferPointer(rebasing: $0[start...]), width: width) }
    }

    /// The filter with its header, of as many bytes as keep false positives below `rate`; nil where there is no value.
    /// The builder is empty afterwards.
    mutating func finish(rate: Double) -> Buffer? {
        if hashes.isEmpty { return nil }
        let byteCount = Self.byteCount(distinctCount: hashes.count, rate: rate)
        var words = [UInt32](repeating: 0, count: byteCount / 4)
        for hash in hashes {
            let block = ParquetBloomFilter.block(of: hash, blockCount: byteCount / ParquetBloomFilter.blockByteCount)
            for (index, bit) in ParquetBloomFilter.bits(of: hash).enumerated() { words[block * 8 + index] |= 1 << bit }
        }
        hashes.removeAll()
        var writer = CompactWriter()
        writer.field(1, i32: Int32(truncatingIfNeeded: byteCount))
        for id: Int16 in 2...4 { writer.field(id, structure: { $0.field(1, structure: { _ in }) }) }
        writer.stop()
        var output = BufferBuilder()
        output.append(writer.freeze().bytes)
        for word in words { output.appendLittleEndian(word) }
        return output.freeze()
    }

    /// Powers of two, from one block on (BloomFilter.md, "Sizing an SBBF").
    private static func byteCount(distinctCount: Int, rate: Double) -> Int {
        let bits = -8 * Double(distinctCount) / log(1 - pow(rate, 1.0 / 8))
        var byteCount = ParquetBloomFilter.blockByteCount
        while Double(byteCount * 8) < bits && byteCount < largestByteCount { byteCount *= 2 }
        return byteCount
    }

    /// The largest filter, as other writers have it.
    private static let largestByteCount = 128 << 20
}
