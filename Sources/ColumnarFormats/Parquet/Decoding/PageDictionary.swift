import S3DBCore

/// The dictionary of a column chunk.
struct PageDictionary {
    /// The number of values.
    let count: Int
    /// Values of one width; empty for byte arrays.
    let values: Buffer
    /// Byte arrays; nil for values of one width.
    let strings: ColumnDictionary?

    /// Reads a dictionary page.
    ///
    /// - Parameters:
    ///   - type: Bytes, or text, which is checked to be UTF-8.
    ///   - count: The values that the page claims.
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/invalidUTF8``.
    init(_ content: Buffer, node: ParquetSchema.Node, type: DataType, count: Int) throws(S3DBError) {
        self.count = count
        if node.physicalType == .byteArray {
            var ends = BufferBuilder(capacity: (min(count, content.count) + 1) * 4)
            var bytes = BufferBuilder()
            ends.append(value: Int32(0))
            var cursor = PlainByteArrayDecoder(content)
            try cursor.append(count, endsTo: &ends, bytesTo: &bytes)
            let (offsets, text) = (ends.freeze(), bytes.freeze())
            if type.isText { try TextRules.check(offsets, text) }
            let storage = AnyColumn.Storage.variableLength(offsets: offsets, bytes: text)
            strings = ColumnDictionary(values: AnyColumn(uncheckedType: type, count: count, storage: storage))
            values = Buffer()
        } else {
            let width = node.valueByteCount
            guard width > 0, count <= content.count / width else { throw PageValues.tooFew }
            values = Self.aligned(content.slice(0..<count * width))
            strings = nil
        }
    }

    /// A buffer whose integers can be loaded from where they are; pages stand anywhere in a file.
    private static func aligned(_ buffer: Buffer) -> Buffer {
        buffer.withUnsafeBytes { Int(bitPattern: $0.baseAddress) % 8 == 0 } ? buffer : Buffer(copying: buffer.bytes)
    }

    /// Throws where one of some positions is not in the dictionary.
    func check(_ positions: UnsafeBufferPointer<UInt32>) throws(S3DBError) {
        var greatest: UInt32 = 0
        for position in positions { greatest = max(greatest, position) }
        guard positions.isEmpty || Int(greatest) < count else {
            throw S3DBError(.corruptFile, "position \(greatest) in a dictionary of \(count) values")
        }
    }
}

/// Whether byte arrays are text.
enum TextRules {
    /// Throws ``S3DBError/Code/invalidUTF8`` where one of some strings is not UTF-8.
    static func check(_ offsets: Buffer, _ bytes: Buffer) throws(S3DBError) {
        let isText = bytes.withUnsafeBytes { bytes in
            // All together are, and none begins within a character.
            UTF8Text.isValid(bytes)
                && offsets.withElements(of: Int32.self) { offsets in
                    offsets.allSatisfy { Int($0) >= bytes.count || bytes[Int($0)] & 0xC0 != 0x80 }
                }
        }
        guard isText else {
            throw S3DBError(
                .invalidUTF8, "a column of text holds bytes that are not UTF-8",
                remedy: "Mend what wrote the file, or read the column as bytes")
        }
    }
}
