// Arrow C Data Interface, "ArrowSchema.metadata":
// https://arrow.apache.org/docs/format/CDataInterface.html#c.ArrowSchema.metadata

import S3DBCore

/// Key-value pairs as one run of bytes: their number, and for each key and value its length and bytes.
enum ArrowMetadataBytes {
    /// The bytes of pairs; nil for none.
    static func bytes(_ pairs: [MetadataEntry]) -> Buffer? {
        guard !pairs.isEmpty else { return nil }
        var output = BufferBuilder()
        output.append(value: Int32(clamping: pairs.count))
        for pair in pairs {
            for text in [pair.key, pair.value] {
                output.append(value: Int32(clamping: text.utf8.count))
                output.append(contentsOf: text.utf8)
            }
        }
        return output.freeze()
    }

    /// The pairs at a pointer, whose producer is trusted with their lengths.
    static func pairs(at start: UnsafeRawPointer?) throws(S3DBError) -> [MetadataEntry] {
        guard let start else { return [] }
        var position = 0
        func length() throws(S3DBError) -> Int {
            let length = start.loadUnaligned(fromByteOffset: position, as: Int32.self)
            guard length >= 0 else { throw S3DBError(.corruptFile, "metadata of a C schema with a negative length") }
            position += 4
            return Int(length)
        }
        func text() throws(S3DBError) -> String {
            let count = try length()
            defer { position += count }
            return String(decoding: UnsafeRawBufferPointer(start: start + position, count: count), as: UTF8.self)
        }
        var pairs: [MetadataEntry] = []
        let count = try length()
        for _ in 0..<count { pairs.append(MetadataEntry(try text(), try text())) }
        return pairs
    }
}
