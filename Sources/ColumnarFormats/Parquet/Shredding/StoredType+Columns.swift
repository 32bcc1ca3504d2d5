import S3DBCore

extension StoredType {
    /// The values of a column of the field's type as they are stored, nulls where they were.
    ///
    /// O(1) where memory can stay, else O(values).
    ///
    /// - Throws: ``S3DBError/Code/valueMisfit`` for a value that Parquet cannot hold, ``S3DBError/Code/limitExceeded``
    ///   where text is longer than 32-bit offsets reach.
    func column(_ column: AnyColumn) throws(S3DBError) -> AnyColumn {
        if conversion == .none { return column }
        let plain = try column.plain()
        let storage: AnyColumn.Storage
        switch (conversion, plain.storage) {
        case (.nulls, _): return AnyColumn.nulls(values, count: column.count)
        case (.relabelled, .fixedWidth): storage = plain.storage
        case (.multiplied(let factor), .fixedWidth(let buffer)):
            storage = .fixedWidth(
                try values == .int32
                    ? Self.multiplied(buffer, by: Int32(truncatingIfNeeded: factor), plain.validity)
                    : Self.multiplied(buffer, by: factor, plain.validity))
        case (.days, .fixedWidth(let buffer)): storage = .fixedWidth(try Self.days(buffer, plain.validity))
        case (.decimal(let width), .fixedWidth(let buffer)):
            storage = .fixedWidth(try decimals(buffer, width.rawValue / 8, plain.validity))
        case (.interval(let unit), .fixedWidth(let buffer)):
            storage = .fixedWidth(try StoredIntervals.encode(buffer, unit, plain.validity, count: plain.count))
        case (.bytes, _): storage = try StoredBytes.storage(plain)
        default:
            throw S3DBError(
                .unsupported, "a column of \(column.type) in a storage that the Parquet writer does not read")
        }
        return AnyColumn(uncheckedType: values, count: plain.count, validity: plain.validity, storage: storage)
    }

    /// A value that Parquet cannot hold.
    static func misfit(_ problem: String, remedy: String? = nil) -> S3DBError {
        S3DBError(.valueMisfit, problem + ", which Parquet cannot hold", remedy: remedy)
    }

    /// Integers times a factor.
    private static func multiplied<Word: FixedWidthInteger & BitwiseCopyable>(
        _ buffer: Buffer, by factor: Word, _ validity: Bitmap?
    ) throws(S3DBError) -> Buffer {
        var output = BufferBuilder(capacity: buffer.count)
        try buffer.withElements(of: Word.self) { (words) throws(S3DBError) in
            for index in words.indices {
                let (product, overflow) = words[index].multipliedReportingOverflow(by: factor)
                if overflow && validity?[index] ?? true {
                    throw misfit("\(words[index]) seconds are too many milliseconds")
                }
                output.append(value: product)
            }
        }
        return output.freeze()
    }

    /// Milliseconds as days.
    private static func days(_ buffer: Buffer, _ validity: Bitmap?) throws(S3DBError) -> Buffer {
        let millisecondsPerDay: Int64 = 86_400_000
        var output = BufferBuilder(capacity: buffer.count / 2)
        try buffer.withElements(of: Int64.self) { (moments) throws(S3DBError) in
            for index in moments.indices {
                let (days, rest) = moments[index].quotientAndRemainder(dividingBy: millisecondsPerDay)
                let day = rest == 0 ? Int32(exactly: days) : nil
                if day == nil && validity?[index] ?? true {
                    throw misfit("a date of \(moments[index]) ms, no whole days of 32 bits")
                }
                output.append(value: day ?? 0)
            }
        }
        return output.freeze()
    }

    // MARK: Decimals

    /// Two's complement integers of `width` bytes, least significant first, in the width of the stored type; those of
    /// bytes most significant first.
    private func decimals(_ buffer: Buffer, _ width: Int, _ validity: Bitmap?) throws(S3DBError) -> Buffer {
        let storedWidth = values.byteWidth ?? width
        let isBytes = physicalType == .fixedLengthByteArray
        let count = buffer.count / width
        var output = BufferBuilder(capacity: count * storedWidth)
        var fits = true
        buffer.withUnsafeBytes { source in
            output.append(upTo: count * storedWidth) { target in
                for index in 0..<count {
                    let value = UnsafeRawBufferPointer(rebasing: source[index * width..<(index + 1) * width])
                    let place = UnsafeMutableRawBufferPointer(
                        rebasing: target[index * storedWidth..<(index + 1) * storedWidth])
                    if !Self.resize(value, into: place, isReversed: isBytes) && validity?[index] ?? true {
                        fits = false
                    }
                }
                return count * storedWidth
            }
        }
        guard fits else {
            throw Self.misfit("a decimal has more digits than its type \(logicalType.map { "\($0)" } ?? "") says")
        }
        return output.freeze()
    }

    /// Writes an integer in fewer or more bytes, and returns whether it fits.
    private static func resize(
        _ value: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, isReversed: Bool
    ) -> Bool {
        let sign: UInt8 = (value.last ?? 0) & 0x80 == 0 ? 0 : 0xFF
        for place in 0..<target.count {
            let byte = place < value.count ? value[place] : sign
            target[isReversed ? target.count &- 1 &- place : place] = byte
        }
        guard target.count < value.count else { return true }
        return value[target.count...].allSatisfy { $0 == sign } && value[target.count - 1] & 0x80 == sign & 0x80
    }
}
