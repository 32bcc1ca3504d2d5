// Arrow Columnar Format, "Encapsulated message format":
// https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format
//
//   FF FF FF FF | metadata length, Int32 | metadata, a FlatBuffer of Message.fbs, padded | body, padded
//
// Everything is padded to 64 bytes, not only to the 8 that the format requires: bodies and their buffers then stand
// at multiples of 64 in a stream that begins at one, and a mapped stream can be used in place.

import S3DBCore

/// The parts that all messages of a stream share.
enum ArrowMessage {
    /// What a message begins with since format version 0.15.
    static let continuation: UInt32 = 0xFFFF_FFFF

    /// Continuation and metadata length.
    static let prefixByteCount = 8

    /// What messages, bodies and buffers are padded to.
    static let alignment = Buffer.alignment

    /// `MetadataVersion.V5` (Schema.fbs).
    static let version: Int16 = 4

    /// The end of a stream: a message without metadata.
    static let endOfStream = Buffer([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0] as [UInt8])

    /// `union MessageHeader` (Message.fbs).
    enum Header: Int8 {
        case schema = 1
        case dictionaryBatch = 2
        case recordBatch = 3
    }

    /// The slots of `table Message`.
    enum Slot {
        static let version = 0
        static let headerType = 1
        static let header = 2
        static let bodyByteCount = 3
        static let metadata = 4
    }

    /// Appends prefix and metadata of a message whose body of `bodyByteCount` bytes follows, padded to `byteCount` bytes
    /// at least, and so that the body is aligned where the message stands at `position`.
    static func append(
        _ header: Header, _ table: [FlatBufferValue?], bodyByteCount: Int, byteCount: Int = 0, at position: Int = 0,
        to output: inout BufferBuilder
    ) {
        let metadata = FlatBufferWriter.bytes(root: [
            .int16(version), .int8(header.rawValue), .table(table), .int64(Int64(bodyByteCount)),
        ])
        let messageByteCount = max(byteCount, prefixByteCount + metadata.count)
        let metadataByteCount = paddedByteCount(position + messageByteCount) - position - prefixByteCount
        output.appendLittleEndian(continuation)
        output.appendLittleEndian(Int32(metadataByteCount))
        output.append(metadata.bytes)
        output.appendZeros(metadataByteCount - metadata.count)
    }

    /// `byteCount` rounded up to the alignment.
    static func paddedByteCount(_ byteCount: Int) -> Int {
        (byteCount + alignment - 1) / alignment * alignment
    }
}
