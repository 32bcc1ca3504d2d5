import S3DBCore

/// The byte strings of a column, by row; valid while the column's buffers are borrowed.
protocol ByteArraySource {
    /// The string in `row`, which is not null.
    func value(at row: Int) -> UnsafeRawBufferPointer
}

/// Byte strings that stand one after the other.
struct PlainByteArrays: ByteArraySource {
    let offsets: UnsafeBufferPointer<Int32>
    let bytes: UnsafeRawBufferPointer

    @inline(__always)
    func value(at row: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[row])..<Int(offsets[row &+ 1])])
    }
}

/// Byte strings behind a dictionary.
struct IndexedByteArrays: ByteArraySource {
    let indices: UnsafeBufferPointer<Int32>
    let dictionary: PlainByteArrays

    @inline(__always)
    func value(at row: Int) -> UnsafeRawBufferPointer {
        dictionary.value(at: Int(indices[row]))
    }
}

extension AnyColumn {
    /// The offsets and bytes of a plain column of byte strings.
    func byteArrayBuffers() throws(S3DBError) -> (offsets: Buffer, bytes: Buffer) {
        guard case .variableLength(let offsets, let bytes) = storage else {
            throw S3DBError(.unsupported, "a column of \(type) in a storage that the Parquet writer does not read")
        }
        return (offsets, bytes)
    }

    /// Calls `body` with the strings of a plain column.
    static func withByteArrays<Result>(
        _ buffers: (offsets: Buffer, bytes: Buffer), _ body: (PlainByteArrays) -> Result
    ) -> Result {
        buffers.offsets.withElements(of: Int32.self) { offsets in
            buffers.bytes.withUnsafeBytes { body(PlainByteArrays(offsets: offsets, bytes: $0)) }
        }
    }
}
