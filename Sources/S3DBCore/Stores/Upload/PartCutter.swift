/// Cuts bytes, in whatever pieces they come, into the parts of an upload: a state machine without I/O or copies.
///
/// The size of a part doubles every 900 parts, so that 10,000 parts hold the largest object that S3 can have, 5 TiB,
/// and small objects still go in small parts. Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits".
struct PartCutter: Sendable {
    /// Bytes with their place in the upload.
    struct Part: Sendable {
        /// From 1 to 10,000.
        let number: Int
        /// The bytes, in pieces.
        let content: [Buffer]
        /// Their number.
        let byteCount: Int
    }

    /// The largest part that S3 takes, in bytes.
    static let maximumPartByteCount = 5 << 30
    private static let partCountBetweenDoublings = 900

    private let firstPartByteCount: Int
    private var number: Int
    private var content: [Buffer] = []
    private(set) var byteCount = 0

    /// Begins with parts of a size, under a number.
    init(partByteCount: Int, firstNumber: Int = 1) {
        firstPartByteCount = max(1, partByteCount)
        number = firstNumber
    }

    /// Where parts stand before their size doubles.
    var layout: PartLayout {
        PartLayout(firstPartByteCount: firstPartByteCount, partByteCount: firstPartByteCount)
    }

    /// The size that the part at hand will have.
    var partByteCount: Int {
        let doublings = min((number - 1) / Self.partCountBetweenDoublings, 11)
        let (size, overflow) = firstPartByteCount.multipliedReportingOverflow(by: 1 << doublings)
        return overflow ? Self.maximumPartByteCount : min(size, Self.maximumPartByteCount)
    }

    /// Takes bytes off the front of `bytes`; gives the part that they fill. Call it until nothing is left.
    mutating func take(_ bytes: inout Buffer) -> Part? {
        let taken = min(bytes.count, partByteCount - byteCount)
        if taken > 0 {
            content.append(bytes.slice(0..<taken))
            byteCount += taken
            bytes = bytes.slice(taken..<bytes.count)
        }
        return byteCount == partByteCount ? cut() : nil
    }

    /// What is left, as the last part.
    mutating func cut() -> Part {
        let part = Part(number: number, content: content, byteCount: byteCount)
        number += 1
        content = []
        byteCount = 0
        return part
    }
}
