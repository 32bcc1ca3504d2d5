import S3DBCore

extension LeafConversion {
    /// A column of the type's own layout, of values as they are stored.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` for a decimal that its type does not hold.
    func column(
        _ storage: AnyColumn.Storage, type: DataType, validity: Bitmap?, count: Int, storedWidth: Int
    ) throws(S3DBError) -> AnyColumn {
        var converted = storage
        switch (self, storage) {
        case (.none, _): break
        case (.null, _): return AnyColumn(uncheckedType: .null, count: count, storage: .none)
        case (.narrowed(1), .fixedWidth(let values)):
            converted = .fixedWidth(Self.narrowed(values, to: UInt8.self))
        case (.narrowed, .fixedWidth(let values)):
            converted = .fixedWidth(Self.narrowed(values, to: UInt16.self))
        case (.int96(let unit), .fixedWidth(let values)):
            converted = .fixedWidth(Self.timestamps(values, in: unit))
        case (.decimalOfIntegers(let width), .fixedWidth(let values)):
            converted = .fixedWidth(
                storedWidth == 4
                    ? Self.widened(values, Int32.self, to: width) : Self.widened(values, Int64.self, to: width))
        case (.decimalOfFixedBytes(let width), .fixedWidth(let values)):
            converted = .fixedWidth(try Self.decimals(values, storedWidth: storedWidth, count: count, to: width))
        case (.decimalOfBytes(let width), .variableLength(let offsets, let bytes)):
            converted = .fixedWidth(try Self.decimals(offsets, bytes, to: width))
        case (.interval, .fixedWidth(let values)): converted = .fixedWidth(Self.intervals(values))
        default: throw S3DBError(.corruptFile, "a column's values are stored in another layout than its type's")
        }
        return AnyColumn(uncheckedType: type, count: count, validity: validity, storage: converted)
    }

    /// The low bytes of 32-bit integers.
    private static func narrowed<Word: FixedWidthInteger & BitwiseCopyable>(
        _ values: Buffer, to type: Word.Type
    ) -> Buffer {
        var output = BufferBuilder(capacity: values.count / 4 * MemoryLayout<Word>.size)
        values.withElements(of: UInt32.self) { values in
            output.append(upTo: values.count * MemoryLayout<Word>.size) { target in
                let words = target.assumingMemoryBound(to: Word.self)
                for index in values.indices { words[index] = Word(truncatingIfNeeded: values[index]) }
                return values.count * MemoryLayout<Word>.size
            }
        }
        return output.freeze()
    }

    /// Moments of 12 bytes: the nanoseconds of a day, and the number of the Julian day. Sums wrap around.
    private static func timestamps(_ values: Buffer, in unit: DataType.TimeUnit) -> Buffer {
        let julianDayOf1970: Int64 = 2_440_588
        let (unitsPerDay, nanosecondsPerUnit): (Int64, Int64) =
            switch unit {
            case .second: (86_400, 1_000_000_000)
            case .millisecond: (86_400_000, 1_000_000)
            case .microsecond: (86_400_000_000, 1_000)
            case .nanosecond: (86_400_000_000_000, 1)
            }
        let count = values.count / 12
        var output = BufferBuilder(capacity: count * 8)
        values.withUnsafeBytes { values in
            for index in 0..<count {
                let nanoseconds = Int64(
                    littleEndian: values.loadUnaligned(fromByteOffset: index * 12, as: Int64.self))
                let day = UInt32(
                    littleEndian: values.loadUnaligned(fromByteOffset: index * 12 + 8, as: UInt32.self))
                let days = (Int64(day) - julianDayOf1970) &* unitsPerDay
                output.append(value: days &+ nanoseconds / nanosecondsPerUnit)
            }
        }
        return output.freeze()
    }

    /// Intervals of three 32-bit integers as Arrow's, which counts nanoseconds.
    private static func intervals(_ values: Buffer) -> Buffer {
        let count = values.count / 12
        var output = BufferBuilder(capacity: count * 16)
        values.withUnsafeBytes { values in
            for index in 0..<count {
                func part(_ place: Int) -> UInt32 {
                    UInt32(littleEndian: values.loadUnaligned(fromByteOffset: index * 12 + place * 4, as: UInt32.self))
                }
                output.append(value: part(0))
                output.append(value: part(1))
                output.append(value: Int64(part(2)) * 1_000_000)
            }
        }
        return output.freeze()
    }

    // MARK: Decimals

    private static func widened<Word: FixedWidthInteger & BitwiseCopyable>(
        _ values: Buffer, _ type: Word.Type, to width: Int
    ) -> Buffer {
        var output = BufferBuilder(capacity: values.count / MemoryLayout<Word>.size * width)
        values.withElements(of: type) { values in
            for value in values {
                let low = Int64(value)
                output.append(value: low)
                for _ in 1..<width / 8 { output.append(value: low >> 63) }
            }
        }
        return output.freeze()
    }

    private static func decimals(
        _ values: Buffer, storedWidth: Int, count: Int, to width: Int
    ) throws(S3DBError) -> Buffer {
        var output = BufferBuilder(capacity: count * width)
        try values.withUnsafeBytes { (values) throws(S3DBError) in
            for index in 0..<min(count, values.count / max(1, storedWidth)) {
                let value = values[index * storedWidth..<(index + 1) * storedWidth]
                try append(UnsafeRawBufferPointer(rebasing: value), width: width, to: &output)
            }
        }
        return output.freeze()
    }

    private static func decimals(_ offsets: Buffer, _ bytes: Buffer, to width: Int) throws(S3DBError) -> Buffer {
        var output = BufferBuilder(capacity: offsets.count / 4 * width)
        try offsets.withElements(of: Int32.self) { (offsets) throws(S3DBError) in
            try bytes.withUnsafeBytes { (bytes) throws(S3DBError) in
                for index in 0..<max(0, offsets.count - 1) {
                    let value = bytes[Int(offsets[index])..<Int(offsets[index + 1])]
                    try append(UnsafeRawBufferPointer(rebasing: value), width: width, to: &output)
                }
            }
        }
        return output.freeze()
    }

    /// Appends a two's complement integer, given most significant byte first, least significant byte first.
    private static func append(
        _ value: UnsafeRawBufferPointer, width: Int, to output: inout BufferBuilder
    ) throws(S3DBError) {
        let sign: UInt8 = (value.first ?? 0) & 0x80 == 0 ? 0 : 0xFF
        let surplus = max(0, value.count - width)
        let kept = value[surplus...]
        let isSigned = surplus == 0 || (kept.first ?? 0) & 0x80 == sign & 0x80
        guard isSigned, value[..<surplus].allSatisfy({ $0 == sign }) else {
            throw S3DBError(.corruptFile, "a decimal of \(value.count) bytes has more digits than its type")
        }
        for byte in kept.reversed() { output.append(byte) }
        for _ in kept.count..<width { output.append(sign) }
    }
}
