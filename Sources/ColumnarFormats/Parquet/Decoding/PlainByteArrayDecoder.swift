import S3DBCore

/// Reads PLAIN byte arrays, each behind its length in four bytes, in steps of any size.
struct PlainByteArrayDecoder {
    private let page: Buffer
    private var position = 0

    init(_ page: Buffer) {
        self.page = page
    }

    /// Appends the next `count` byte arrays, and for each the offset at which it ends.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where they reach beyond the page, ``S3DBError/Code/limitExceeded`` where
    ///   `bytes` would have more than 2^31 - 1.
    mutating func append(
        _ count: Int, endsTo ends: inout BufferBuilder, bytesTo bytes: inout BufferBuilder
    ) throws(S3DBError) {
        guard count <= (page.count - position) / 4 else { throw PageValues.tooFew }
        let room = page.count - position - 4 * count
        let start = bytes.count
        var end = position
        var isWhole = false
        page.withUnsafeBytes { source in
            ends.append(upTo: 4 * count) { ends in
                bytes.append(upTo: room + Self.slack) { target in
                    let written = Self.copy(count, of: source, &end, start: start, ends, target, room: room)
                    isWhole = written != nil
                    return written ?? 0
                }
                return isWhole ? 4 * count : 0
            }
        }
        guard isWhole else { throw PageValues.tooFew }
        guard bytes.count <= Int(Int32.max) else { throw Self.tooLong() }
        position = end
    }

    static func tooLong(_ limit: Int = Int(Int32.max)) -> S3DBError {
        S3DBError(
            .limitExceeded, "a batch has more than \(limit) bytes in one column",
            remedy: "Read batches of fewer rows")
    }

    /// What copies of whole words may write behind the last byte.
    private static let slack = 16

    /// Copies `count` byte arrays from `position` on; nil where they reach beyond the page.
    private static func copy(
        _ count: Int, of source: UnsafeRawBufferPointer, _ position: inout Int, start: Int,
        _ ends: UnsafeMutableRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, room: Int
    ) -> Int? {
        guard count > 0 else { return 0 }
        guard let base = source.baseAddress, let output = target.baseAddress else { return nil }
        let byteCount = source.count
        var offset = position
        var written = 0
        for index in 0..<count {
            guard offset &+ 4 <= byteCount else { return nil }
            let length = Int(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            offset &+= 4
            guard length <= byteCount &- offset, length <= room &- written else { return nil }
            if length <= slack && offset &+ slack <= byteCount {
                let value = (base + offset).loadUnaligned(as: SIMD16<UInt8>.self)
                (output + written).storeBytes(of: value, as: SIMD16<UInt8>.self)
            } else {
                (output + written).copyMemory(from: base + offset, byteCount: length)
            }
            offset &+= length
            written &+= length
            ends.storeBytes(
                of: Int32(truncatingIfNeeded: start &+ written), toByteOffset: index &* 4, as: Int32.self)
        }
        position = offset
        return written
    }
}
