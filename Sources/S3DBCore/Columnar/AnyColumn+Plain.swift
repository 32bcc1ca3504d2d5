extension AnyColumn {
    /// The same values without a dictionary; the column itself where it has none.
    ///
    /// O(count), with one bulk copy a value of text. Nulls become empty values or zeros.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` where the values of a text column exceed 2^31 - 1 bytes.
    public func plain() throws(S3DBError) -> AnyColumn {
        guard case .dictionary(let indices, let dictionary) = storage else { return self }
        if dictionary.values.count == 0 { return try .checkedNulls(type, count: count) }
        guard case .variableLength(let offsets, let bytes) = dictionary.values.storage, type.isVariableLength else {
            return try gathered(dictionary.values, at: indices)
        }
        let storage = try Self.variableLength(
            offsets: offsets, bytes: bytes, at: indices, validity: validity, count: count)
        return AnyColumn(uncheckedType: type, count: count, validity: validity, storage: storage)
    }

    private func gathered(_ values: AnyColumn, at indices: Buffer) throws(S3DBError) -> AnyColumn {
        var rows = indices.withElements(of: Int32.self) { Array($0) }
        guard let validity, !type.layout.hasValidity else {
            let storage = values.gather(rows).storage
            return AnyColumn(uncheckedType: type, count: count, validity: validity, storage: storage)
        }
        // Such columns have their nulls within: nulls refer to one that is put behind the values.
        for row in rows.indices where !validity[row] { rows[row] = Int32(values.count) }
        return try Self.concatenated([values, .checkedNulls(type, count: 1)]).gather(rows)
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
