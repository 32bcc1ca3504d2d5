import S3DBCore

/// Booleans on their way into the pages of a chunk; always PLAIN.
final class BooleanValues: ChunkValues {
    /// One byte a value.
    private var values = BufferBuilder()
    private var hasFalse = false
    private var hasTrue = false

    var rowByteCount: Int { 1 }
    var byteCount: Int { values.count / 8 }
    var isPageFull: Bool { false }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        let bits = try column.booleanBits()
        var trueCount = 0
        var count = 0
        bits.buffer.withElements(of: UInt8.self) { bits in
            column.withValidity { validity in
                values.append(upTo: rows.count) { target in
                    for row in rows {
                        guard ValidityBits.isSet(validity, row) else { continue }
                        let bit: UInt8 = ValidityBits.isSet(bits.baseAddress, row) ? 1 : 0
                        target[count] = bit
                        trueCount &+= Int(bit)
                        count &+= 1
                    }
                    return count
                }
            }
        }
        hasTrue = hasTrue || trueCount > 0
        hasFalse = hasFalse || trueCount < count
        return rows.count
    }

    func closePage() -> Bounds? {
        defer {
            hasTrue = false
            hasFalse = false
        }
        guard hasTrue || hasFalse else { return nil }
        return Bounds(minimum: [hasFalse ? 0 : 1], maximum: [hasTrue ? 1 : 0])
    }

    func decide(isLast: Bool) -> Bool { true }

    func writePage(_ index: Int, into output: inout BufferBuilder) -> PageEncoding {
        values.withBytes { bytes in
            Plain.encode(booleans: unsafe bytes.bindMemory(to: UInt8.self), into: &output)
        }
        return .plain
    }

    func removePages() {
        values.removeAll()
    }

    func withDictionary(_ body: (RawSpan, Int) throws(S3DBError) -> Void) throws(S3DBError) {}

    func removeAll() {
        values.removeAll()
        hasTrue = false
        hasFalse = false
    }
}
