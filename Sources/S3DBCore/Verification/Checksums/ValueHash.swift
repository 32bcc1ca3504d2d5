/// Values as 64 bits each, however they are stored: equal values have equal bits.
enum ValueHash {
    /// What every sequence of values begins with.
    static let seed: UInt64 = 0x243F_6A88_85A3_08D3
    /// What stands for null.
    static let null: UInt64 = 0xA409_3822_299F_31D1
    /// An odd number of 64 bits without a pattern; these are digits of π.
    private static let factor: UInt64 = 0x1319_8A2E_0370_7345

    /// Adds a value to a sequence: both halves of a product, as in wyhash (Wang Yi, 2019).
    @inline(__always)
    static func combine(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        let product = (hash ^ value).multipliedFullWidth(by: factor)
        return product.high ^ product.low &+ factor
    }

    /// Bytes of any length.
    @inline(__always)
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = combine(seed, UInt64(truncatingIfNeeded: bytes.count))
        var position = 0
        while position + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            hash = combine(hash, UInt64(littleEndian: word))
            position += 8
        }
        if position < bytes.count {
            var word: UInt64 = 0
            for index in (position..<bytes.count).reversed() { word = word << 8 | UInt64(bytes[index]) }
            hash = combine(hash, word)
        }
        return hash
    }

    /// The values of a column. O(count and the elements of its lists).
    static func hashes(of column: AnyColumn) -> [UInt64] {
        var hashes = plainHashes(of: column)
        guard let validity = column.validity else { return hashes }
        validity.buffer.withUnsafeBytes { bits in
            hashes.withUnsafeMutableBufferPointer { hashes in
                for row in hashes.indices where bits[row >> 3] >> UInt8(row & 7) & 1 == 0 { hashes[row] = null }
            }
        }
        return hashes
    }

    /// The values of a column whatever its validity bits say.
    private static func plainHashes(of column: AnyColumn) -> [UInt64] {
        let (type, count) = (column.type, column.count)
        switch column.storage {
        case .none: return Array(repeating: null, count: count)
        case .fixedWidth(let values): return fixedWidth(values, type, count: count)
        case .bits(let bits):
            return bits.buffer.withUnsafeBytes { bytes in
                make(count) { UInt64(bytes[$0 >> 3] >> UInt8($0 & 7) & 1) }
            }
        case .variableLength(let offsets, let bytes):
            return type.layout == .variableLength(offsetByteWidth: 8)
                ? variableLength(offsets, bytes, count: count, as: Int64.self)
                : variableLength(offsets, bytes, count: count, as: Int32.self)
        case .views(let views, let buffers): return self.views(views, buffers, count: count)
        case .dictionary(let indices, let dictionary):
            let values = hashes(of: dictionary.values)
            // A column of nulls alone may have an empty dictionary.
            guard !values.isEmpty else { return Array(repeating: null, count: count) }
            return indices.withElements(of: Int32.self) { indices in make(count) { values[Int(indices[$0])] } }
        case .list, .listView, .fixedSizeList, .structure, .union, .runs: return nested(column)
        }
    }

    /// A hash for each of `count` rows.
    @inline(__always)
    static func make(_ count: Int, _ hash: (Int) -> UInt64) -> [UInt64] {
        [UInt64](unsafeUninitializedCapacity: count) { output, initializedCount in
            for row in 0..<count { output[row] = hash(row) }
            initializedCount = count
        }
    }

    // MARK: Flat values

    private static func fixedWidth(_ values: Buffer, _ type: DataType, count: Int) -> [UInt64] {
        switch type {
        case .float16: return floats(values, count: count, as: Float16.self)
        case .float32: return floats(values, count: count, as: Float.self)
        case .float64: return floats(values, count: count, as: Double.self)
        case .uint8: return integers(values, count: count, as: UInt8.self)
        case .uint16: return integers(values, count: count, as: UInt16.self)
        case .uint32: return integers(values, count: count, as: UInt32.self)
        case .decimal(let width, _, _): return decimals(values, byteWidth: width.rawValue / 8, count: count)
        case .fixedSizeBinary(let width): return bytes(values, byteWidth: width, count: count)
        default: break
        }
        switch type.byteWidth ?? 0 {
        case 1: return integers(values, count: count, as: Int8.self)
        case 2: return integers(values, count: count, as: Int16.self)
        case 4: return integers(values, count: count, as: Int32.self)
        case 8: return integers(values, count: count, as: Int64.self)
        case let width: return bytes(values, byteWidth: width, count: count)
        }
    }

    private static func integers<Value: FixedWidthInteger & BitwiseCopyable>(
        _ values: Buffer, count: Int, as type: Value.Type
    ) -> [UInt64] {
        values.withElements(of: Value.self) { values in make(count) { UInt64(truncatingIfNeeded: values[$0]) } }
    }

    private static func floats<Value: BinaryFloatingPoint & BitwiseCopyable>(
        _ values: Buffer, count: Int, as type: Value.Type
    ) -> [UInt64] {
        values.withElements(of: Value.self) { values in
            make(count) { row in
                let value = Double(values[row])
                return value.isNaN ? Double.nan.bitPattern : value.bitPattern
            }
        }
    }

    /// Integers of any width, least significant byte first, sign-extended to the widest.
    private static func decimals(_ values: Buffer, byteWidth: Int, count: Int) -> [UInt64] {
        values.withUnsafeBytes { values in
            make(count) { row in
                let value = UnsafeRawBufferPointer(rebasing: values[row * byteWidth..<(row + 1) * byteWidth])
                let sign: UInt64 = (value.last ?? 0) & 0x80 == 0 ? 0 : .max
                var hash = seed
                for position in stride(from: 0, to: DataType.DecimalWidth.bits256.rawValue / 8, by: 8) {
                    var word = sign
                    for index in (position..<position + 8).reversed() where index < byteWidth {
                        word = word << 8 | UInt64(value[index])
                    }
                    hash = combine(hash, word)
                }
                return hash
            }
        }
    }

    private static func bytes(_ values: Buffer, byteWidth: Int, count: Int) -> [UInt64] {
        values.withUnsafeBytes { values in
            make(count) { row in
                hash(UnsafeRawBufferPointer(rebasing: values[row * byteWidth..<(row + 1) * byteWidth]))
            }
        }
    }

    private static func variableLength<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: Buffer, _ bytes: Buffer, count: Int, as type: Offset.Type
    ) -> [UInt64] {
        offsets.withElements(of: Offset.self) { offsets in
            bytes.withUnsafeBytes { bytes in
                make(count) { row in
                    hash(UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[row])..<Int(offsets[row + 1])]))
                }
            }
        }
    }

    private static func views(_ views: Buffer, _ buffers: [Buffer], count: Int) -> [UInt64] {
        views.withUnsafeBytes { bytes in
            make(count) { row in
                let view = ValueView(bytes, at: row)
                if view.isInline {
                    let start = row * ValueView.byteCount + 4
                    return hash(UnsafeRawBufferPointer(rebasing: bytes[start..<start + view.length]))
                }
                return buffers[view.buffer].slice(view.offset..<view.offset + view.length).withUnsafeBytes(hash)
            }
        }
    }
}
