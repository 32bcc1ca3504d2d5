#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The order of byte strings: unsigned bytes from the first, a prefix before what it begins.
enum ByteOrder {
    /// Whether `a` comes before `b`.
    @inline(__always)
    static func precedes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        let common = min(a.count, b.count)
        guard common > 0, let aBase = a.baseAddress, let bBase = b.baseAddress else { return a.count < b.count }
        let difference = memcmp(aBase, bBase, common)
        return difference == 0 ? a.count < b.count : difference < 0
    }

    /// Whether `a` and `b` hold the same bytes.
    @inline(__always)
    static func areEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count else { return false }
        guard a.count > 0, let aBase = a.baseAddress, let bBase = b.baseAddress else { return true }
        return memcmp(aBase, bBase, a.count) == 0
    }
}
