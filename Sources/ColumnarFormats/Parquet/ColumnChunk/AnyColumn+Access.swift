import S3DBCore

extension AnyColumn {
    /// Calls `body` with the validity bits, or nil where nothing is null.
    @inline(__always)
    func withValidity<Result>(_ body: (UnsafePointer<UInt8>?) -> Result) -> Result {
        guard let validity else { return body(nil) }
        return validity.buffer.withElements(of: UInt8.self) { body($0.baseAddress) }
    }

    /// The values of a column of fixed width, gathered where they stand behind a dictionary; what is at nulls is
    /// unspecified. O(1) for plain columns, else O(count).
    func fixedWidthValues() throws(S3DBError) -> Buffer {
        switch storage {
        case .fixedWidth(let values): return values
        case .dictionary(let indices, let dictionary):
            guard case .fixedWidth(let values) = dictionary.values.storage, let width = type.byteWidth else { break }
            var gathered = BufferBuilder(capacity: count * width)
            values.withUnsafeBytes { values in
                indices.withElements(of: Int32.self) { indices in
                    for index in indices {
                        let start = Int(index) * width
                        if start + width > values.count {
                            gathered.appendZeros(width)
                        } else {
                            gathered.appendUnsafe(UnsafeRawBufferPointer(rebasing: values[start..<start + width]))
                        }
                    }
                }
            }
            return gathered.freeze()
        default: break
        }
        throw S3DBError(.unsupported, "a column of \(type) in a storage that the Parquet writer does not read")
    }

    /// The values of a boolean column as bits; what is at nulls is unspecified.
    func booleanBits() throws(S3DBError) -> Bitmap {
        if case .bits(let bits) = storage { return bits }
        return Bitmap(try values(as: Bool.self).lazy.map { $0 ?? false })
    }
}

/// Reading of bits behind a pointer.
enum ValidityBits {
    /// Whether bit `index` is set; it is where there are no bits.
    @inline(__always)
    static func isSet(_ bits: UnsafePointer<UInt8>?, _ index: Int) -> Bool {
        guard let bits else { return true }
        return bits[index &>> 3] &>> UInt8(truncatingIfNeeded: index & 7) & 1 == 1
    }

    /// How many rows of `rows` stand before value number `ordinal`, counted from 0 without nulls.
    static func rows(before ordinal: Int, of rows: Range<Int>, _ bits: UnsafePointer<UInt8>?) -> Int {
        guard let bits else { return ordinal }
        var left = ordinal
        for row in rows where isSet(bits, row) {
            if left == 0 { return row - rows.lowerBound }
            left -= 1
        }
        return rows.count
    }
}
