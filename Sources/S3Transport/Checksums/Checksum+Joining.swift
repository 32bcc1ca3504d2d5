// The checksum of bytes that are known only by their checksums: those of an upload's parts give that of the object.
//
// A remainder is a polynomial over GF(2) modulo the algorithm's. Putting n bytes behind some others multiplies their
// remainder by x^(8n); what the registers hold at the beginning and the end cancels out.
// Source: zlib, `crc32_combine`; M. Adler, "CRC combination".

extension Checksum {
    /// The checksum of the bytes of `self` with those of `next`, `byteCount` of them, behind. O(log `byteCount`).
    func joined(with next: Checksum, byteCount: Int) -> Checksum {
        let field = ReflectedField(algorithm)
        return Checksum(algorithm, value: field.product(value, field.power(ofBytes: byteCount)) ^ next.value)
    }

    /// Polynomials below the algorithm's degree, the coefficient of x^0 in the highest bit.
    private struct ReflectedField {
        private let polynomial: UInt64
        private let one: UInt64

        init(_ algorithm: ChecksumAlgorithm) {
            polynomial = algorithm.polynomial
            one = 1 << UInt64(8 * algorithm.byteCount - 1)
        }

        /// The product modulo the algorithm's polynomial.
        func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
            var product: UInt64 = 0
            var shifted = b
            var bit = one
            while bit != 0 {
                if a & bit != 0 { product ^= shifted }
                shifted = shifted & 1 == 1 ? shifted >> 1 ^ polynomial : shifted >> 1
                bit >>= 1
            }
            return product
        }

        /// x^(8 · `count`), by squaring.
        func power(ofBytes count: Int) -> UInt64 {
            var power = one
            var square = one >> 8
            var rest = count
            while rest > 0 {
                if rest & 1 == 1 { power = product(power, square) }
                square = product(square, square)
                rest >>= 1
            }
            return power
        }
    }
}
