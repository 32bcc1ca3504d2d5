import S3DBCore

/// The values of columns as text by which other readers' values are compared, bit by bit: floats in hexadecimal bits,
/// text and bytes in hexadecimal, times and decimals as the integers that they are stored as.
enum CanonicalText {
    /// The values of a column.
    ///
    /// - Parameter isStored: Whether values are wanted as Parquet can have them: dates as days, no seconds, intervals as
    ///   months, days and milliseconds.
    static func values(of column: AnyColumn, isStored: Bool = false) -> [String] {
        var texts = plainValues(of: column, isStored)
        if let validity = column.validity {
            for row in texts.indices where !validity[row] { texts[row] = "null" }
        }
        return texts
    }

    private static func plainValues(of column: AnyColumn, _ isStored: Bool) -> [String] {
        switch column.storage {
        case .none: return [String](repeating: "null", count: column.count)
        case .bits(let bits): return (0..<column.count).map { bits[$0] ? "true" : "false" }
        case .fixedWidth(let buffer): return fixedWidth(buffer, column, isStored)
        case .variableLength(let offsets, let bytes):
            let ends = integers(offsets, column.type)
            return (0..<column.count).map { hex(bytes.slice(ends[$0]..<ends[$0 + 1])) }
        case .views(let views, let buffers): return (0..<column.count).map { hex(view(views, buffers, $0)) }
        case .dictionary(let indices, let dictionary):
            let values = values(of: dictionary.values, isStored: isStored)
            return indices.withElements(of: Int32.self) { $0.map { values.isEmpty ? "null" : values[Int($0)] } }
        case .structure(let children):
            let texts = children.map { values(of: $0, isStored: isStored) }
            return (0..<column.count).map { row in "{" + texts.map { $0[row] }.joined(separator: ",") + "}" }
        case .runs(let ends, let values):
            let (texts, ends) = (self.values(of: values, isStored: isStored), RunEnds.values(of: ends))
            return (0..<column.count).map { texts[RunEnds.run(of: $0, in: ends)] }
        default: return lists(of: column, isStored)
        }
    }

    private static func lists(of column: AnyColumn, _ isStored: Bool) -> [String] {
        func lists(_ elements: AnyColumn, _ range: (Int) -> Range<Int>) -> [String] {
            let texts = values(of: elements, isStored: isStored)
            return (0..<column.count).map { "[" + texts[range($0)].joined(separator: ",") + "]" }
        }
        switch column.storage {
        case .list(let offsets, let elements):
            let ends = integers(offsets, column.type)
            return lists(elements) { ends[$0]..<ends[$0 + 1] }
        case .listView(let offsets, let sizes, let elements):
            let (starts, counts) = (integers(offsets, column.type), integers(sizes, column.type))
            return lists(elements) { starts[$0]..<starts[$0] + counts[$0] }
        case .fixedSizeList(let elements):
            guard case .fixedSizeList(_, let count) = column.type else { break }
            return lists(elements) { $0 * count..<($0 + 1) * count }
        default: break
        }
        return [String](repeating: "?", count: column.count)
    }

    private static func integers(_ buffer: Buffer, _ type: DataType) -> [Int] {
        switch type.layout {
        case .variableLength(8), .list(8), .listView(8): buffer.withElements(of: Int64.self) { $0.map(Int.init) }
        default: buffer.withElements(of: Int32.self) { $0.map(Int.init) }
        }
    }

    private static func view(_ views: Buffer, _ buffers: [Buffer], _ row: Int) -> Buffer {
        let start = row * ValueView.byteCount
        let view = ValueView(views, at: row)
        if view.isInline { return views.slice(start + 4..<start + 4 + view.length) }
        return buffers[view.buffer].slice(view.offset..<view.offset + view.length)
    }

    private static func fixedWidth(_ buffer: Buffer, _ column: AnyColumn, _ isStored: Bool) -> [String] {
        let count = column.count
        func texts<Element: BitwiseCopyable>(_ type: Element.Type, _ text: (Element) -> String) -> [String] {
            buffer.withElements(of: type) { $0.map(text) }
        }
        switch column.type {
        case .int8: return texts(Int8.self) { "\($0)" }
        case .int16: return texts(Int16.self) { "\($0)" }
        case .uint8: return texts(UInt8.self) { "\($0)" }
        case .uint16: return texts(UInt16.self) { "\($0)" }
        case .uint32: return texts(UInt32.self) { "\($0)" }
        case .uint64: return texts(UInt64.self) { "\($0)" }
        case .float16: return texts(UInt16.self) { "f" + String($0, radix: 16) }
        case .float32: return texts(UInt32.self) { "f" + String($0, radix: 16) }
        case .float64: return texts(UInt64.self) { "f" + String($0, radix: 16) }
        case .decimal(let width, _, _): return parts(buffer, width.rawValue / 8, count).map { "d" + littleEndian($0) }
        case .interval(let unit): return isStored ? intervals(buffer, unit, count) : parts(buffer, 16, count).map(hex)
        case .fixedSizeBinary(let byteCount): return parts(buffer, byteCount, count).map(hex)
        case .date64 where isStored: return texts(Int64.self) { "\($0 / 86_400_000)" }
        case .time(.second) where isStored: return texts(Int32.self) { "\($0 &* 1000)" }
        case .timestamp(.second, _) where isStored: return texts(Int64.self) { "\($0 &* 1000)" }
        default:
            return column.type.byteWidth == 4 ? texts(Int32.self) { "\($0)" } : texts(Int64.self) { "\($0)" }
        }
    }

    /// The 12 bytes that Parquet has for an interval.
    private static func intervals(_ buffer: Buffer, _ unit: DataType.IntervalUnit, _ count: Int) -> [String] {
        let parts = buffer.withElements(of: Int32.self) { Array($0) }
        let nanoseconds = buffer.withElements(of: Int64.self) { Array($0) }
        return (0..<count).map { row in
            let stored: [Int32] =
                switch unit {
                case .yearMonth: [parts[row], 0, 0]
                case .dayTime: [0, parts[row * 2], parts[row * 2 + 1]]
                case .monthDayNano:
                    [
                        parts[row * 4], parts[row * 4 + 1],
                        Int32(truncatingIfNeeded: nanoseconds[row * 2 + 1] / 1_000_000),
                    ]
                }
            return hex(Buffer(copying: stored))
        }
    }

    private static func parts(_ buffer: Buffer, _ width: Int, _ count: Int) -> [Buffer] {
        (0..<count).map { buffer.slice($0 * width..<($0 + 1) * width) }
    }

    private static func hex(_ bytes: Buffer) -> String {
        var text = "x"
        text.reserveCapacity(1 + 2 * bytes.count)
        for byte in bytes {
            text.unicodeScalars.append(digits[Int(byte >> 4)])
            text.unicodeScalars.append(digits[Int(byte & 15)])
        }
        return text
    }

    private static let digits = Array("0123456789abcdef".unicodeScalars)

    /// A two's complement integer as hexadecimal digits of 256 bits.
    private static func littleEndian(_ bytes: Buffer) -> String {
        let sign: UInt8 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : 0xFF
        let extended = Array(bytes) + [UInt8](repeating: sign, count: 32 - bytes.count)
        return String(hex(Buffer(extended.reversed())).dropFirst())
    }

    /// What a file's batches hold, by column.
    static func columns(of batches: [RecordBatch], schema: Schema) -> [[String]] {
        schema.fields.indices.map { index in batches.flatMap { values(of: $0.columns[index]) } }
    }

    /// The same of pyarrow's columns: defines `dump(array)` and `dump_file(path)`.
    static let python = #"""
        import json, os, sys
        import pyarrow as pa, pyarrow.parquet as pq, pyarrow.types as pt

        def dump(array):
            kind = array.type
            if isinstance(array, pa.ChunkedArray):
                return [text for chunk in array.chunks for text in dump(chunk)]
            if isinstance(array, pa.ExtensionArray):
                return dump(array.storage)
            valid = array.is_valid().to_pylist()
            if pt.is_dictionary(kind):
                return dump(array.dictionary_decode())
            if pt.is_null(kind):
                return ["null"] * len(array)
            if pt.is_struct(kind):
                children = [dump(child) for child in array.flatten()]
                texts = ["{" + ",".join(c[i] for c in children) + "}" for i in range(len(array))]
            elif pt.is_map(kind):
                keys, items, offsets = dump(array.keys), dump(array.items), array.offsets.to_pylist()
                entries = ["{" + k + "," + v + "}" for k, v in zip(keys, items)]
                texts = ["[" + ",".join(entries[a:b]) + "]" for a, b in zip(offsets, offsets[1:])]
            elif pt.is_list(kind) or pt.is_large_list(kind):
                values, offsets = dump(array.values), array.offsets.to_pylist()
                texts = ["[" + ",".join(values[a:b]) + "]" for a, b in zip(offsets, offsets[1:])]
            elif pt.is_boolean(kind):
                texts = ["true" if v else "false" for v in array.to_pylist()]
            elif pt.is_floating(kind):
                view = {16: pa.uint16(), 32: pa.uint32(), 64: pa.uint64()}[kind.bit_width]
                texts = ["null" if v is None else f"f{v:x}" for v in array.view(view).to_pylist()]
            elif pt.is_decimal(kind):
                def unscaled(v):
                    sign, digits, exponent = v.as_tuple()
                    number = int("".join(map(str, digits))) * 10 ** (kind.scale + exponent)
                    return f"d{(-number if sign else number) % (1 << 256):064x}"
                texts = ["null" if v is None else unscaled(v) for v in array.to_pylist()]
            elif pt.is_temporal(kind):
                view = {32: pa.int32(), 64: pa.int64()}[kind.bit_width]
                texts = [str(v) for v in array.view(view).to_pylist()]
            elif pt.is_integer(kind):
                texts = [str(v) for v in array.to_pylist()]
            else:
                if pt.is_string(kind): array = array.cast(pa.binary())
                if pt.is_large_string(kind): array = array.cast(pa.large_binary())
                texts = ["null" if v is None else "x" + v.hex() for v in array.to_pylist()]
            return [text if ok else "null" for text, ok in zip(texts, valid)]

        def dump_file(path, **options):
            try:
                file = pq.ParquetFile(path, page_checksum_verification=True, **options)
                table = file.read()
                table.validate(full=True)
                return {"names": table.column_names, "columns": [dump(c) for c in table.columns],
                        "types": [str(t) for t in table.schema.types]}
            except Exception as error:
                return {"error": f"{type(error).__name__}: {error}"}
        """#
}

/// What pyarrow reads of a file.
struct ReferenceRead: Decodable {
    var names: [String]?
    var columns: [[String]]?
    var types: [String]?
    var error: String?
}
