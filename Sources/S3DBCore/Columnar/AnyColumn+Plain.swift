extension AnyColumn {
    /// The same values without a dictionary; the column itself where it has none.
    ///
    /// O(count), with one bulk copy a value of text. Nulls become empty values or zeros.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` where the values of a text column exceed 2^31 - 1 bytes.
    public func plain() throws(S3DBError) -> AnyColumn {
        guard case .dictionary(let indices, let dictionary) = storage else { return self }
        let values = dictionary.values
        let storage: Storage
        switch values.storage {
        case .fixedWidth(let buffer):
            storage = .fixedWidth(
                Self.fixedWidth(buffer, at: indices, byteWidth: type.byteWidth ?? 1, isEmpty: values.count == 0))
        case .bits(let bits):
            storage = .bits(Self.bits(bits, at: indices))
        case .variableLength(let offsets, let bytes):
            storage = try Self.variableLength(
                offsets: offsets, bytes: bytes, at: indices, validity: validity, count: count)
        case .dictionary:
            throw S3DBError(.invalidArgument, "the values of a dictionary are a dictionary")
        }
        return AnyColumn(uncheckedType: type, count: count, validity: validity, storage: storage)
    }

    private static func fixedWidth(_ values: Buffer, at indices: Buffer, byteWidth: Int, isEmpty: Bool) -> Buffer {
        var output = BufferBuilder(capacity: indices.count / 4 * byteWidth)
        if isEmpty {
            // Every row is null.
            output.appendZeros(indices.count / 4 * byteWidth)
        } else {
            switch byteWidth {
            case 1: gather(UInt8.self, of: values, at: indices, into: &output)
            case 2: gather(UInt16.self, of: values, at: indices, into: &output)
            case 4: gather(UInt32.self, of: values, at: indices, into: &output)
            default: gather(UInt64.self, of: values, at: indices, into: &output)
            }
        }
        return output.freeze()
    }

    private static func gather<Word: FixedWidthInteger & BitwiseCopyable>(
        _ type: Word.Type, of values: Buffer, at indices: Buffer, into output: inout BufferBuilder
    ) {
        values.withElements(of: Word.self) { values in
            indices.withElements(of: Int32.self) { indices in
                for index in indices { output.append(value: values[Int(index)]) }
            }
        }
    }

    private static func bits(_ bits: Bitmap, at indices: Buffer) -> Bitmap {
        var output = BitmapBuilder()
        indices.withElements(of: Int32.self) { indices in
            for index in indices { output.append(bits.count > 0 && bits[Int(index)]) }
        }
        return output.freeze()
    }

    private static func variableLength(
        offsets: Buffer, bytes: Buffer, at indices: Buffer, validity: Bitmap?, count: Int
    ) throws(S3DBError) -> Storage {
        var ends = BufferBuilder(capacity: (count + 1) * 4)
        var text = BufferBuilder()
        ends.append(value: Int32(0))
        try withRows(indices, validity, offsets, bytes) { (rows, values) throws(S3DBError) in
            let total = VariableLengthKernel.byteCount(of: rows, 0..<count, in: values)
            guard total <= Int(Int32.max) else {
                throw S3DBError(
                    .limitExceeded, "\(total) bytes of text in one column", remedy: "Make batches of fewer rows")
            }
            _ = VariableLengthKernel.appendEnds(of: rows, 0..<count, in: values, from: 0, to: &ends)
            VariableLengthKernel.appendBytes(of: rows, 0..<count, in: values, byteCount: total, to: &text)
        }
        return .variableLength(offsets: ends.freeze(), bytes: text.freeze())
    }

    /// Opens a dictionary-encoded text column for the kernels.
    package static func withRows<Result>(
        _ indices: Buffer, _ validity: Bitmap?, _ offsets: Buffer, _ bytes: Buffer,
        _ body: (VariableLengthKernel.Rows, VariableLengthKernel.Values) throws(S3DBError) -> Result
    ) throws(S3DBError) -> Result {
        try indices.withElements(of: Int32.self) { (indices) throws(S3DBError) -> Result in
            try offsets.withElements(of: Int32.self) { (offsets) throws(S3DBError) -> Result in
                try bytes.withUnsafeBytes { (bytes) throws(S3DBError) -> Result in
                    let values = VariableLengthKernel.Values(offsets: offsets, bytes: bytes)
                    guard let validity else {
                        return try body(VariableLengthKernel.Rows(indices: indices, validity: nil), values)
                    }
                    return try validity.buffer.withUnsafeBytes { (bits) throws(S3DBError) -> Result in
                        try body(VariableLengthKernel.Rows(indices: indices, validity: bits.baseAddress), values)
                    }
                }
            }
        }
    }
}
