import S3DBCore

/// Reads and writes BYTE_STREAM_SPLIT: all first bytes of the values, then all second bytes, and so on
/// (https://parquet.apache.org/docs/file-format/data-pages/encodings/, "Byte Stream Split").
enum ByteStreamSplit {
    /// The values one after the other. O(bytes).
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where the page does not hold whole values.
    static func decode(_ page: Buffer, width: Int) throws(S3DBError) -> Buffer {
        guard width > 0, page.count % width == 0 else {
            throw S3DBError(.corruptFile, "\(page.count) bytes are no whole values of \(width)")
        }
        var output = BufferBuilder(capacity: page.count)
        output.append(upTo: page.count) { target in
            page.withUnsafeBytes { source in
                let count = source.count / width
                switch width {
                case 2: merge(source, as: UInt16.self, count, target)
                case 4: merge(source, as: UInt32.self, count, target)
                case 8: merge(source, as: UInt64.self, count, target)
                default: merge(source, width: width, count, target)
                }
            }
            return page.count
        }
        return output.freeze()
    }

    private static func merge<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ source: UnsafeRawBufferPointer, as type: Word.Type, _ count: Int, _ target: UnsafeMutableRawBufferPointer
    ) {
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        let width = MemoryLayout<Word>.size
        for index in 0..<count {
            var word: Word = 0
            for place in 0..<width {
                let byte = source.load(fromByteOffset: place &* count &+ index, as: UInt8.self)
                word |= Word(truncatingIfNeeded: byte) &<< Word(truncatingIfNeeded: 8 &* place)
            }
            target.storeBytes(of: word.littleEndian, toByteOffset: index &* width, as: Word.self)
        }
    }

    private static func merge(
        _ source: UnsafeRawBufferPointer, width: Int, _ count: Int, _ target: UnsafeMutableRawBufferPointer
    ) {
        for place in 0..<width {
            for index in 0..<count { target[index &* width &+ place] = source[place &* count &+ index] }
        }
    }

    /// Appends values of one width. O(bytes).
    static func encode(_ values: UnsafeRawBufferPointer, width: Int, into output: inout BufferBuilder) {
        let count = values.count / width
        output.append(upTo: count * width) { target in
            for place in 0..<width {
                for index in 0..<count { target[place &* count &+ index] = values[index &* width &+ place] }
            }
            return count * width
        }
    }
}
