import S3DBCore

/// The values of columns as text that is the same for all columns of the same values, however they are stored.
public enum ColumnText {
    /// The values, one text each; `null` for nulls.
    public static func values(of column: AnyColumn) -> [String] {
        (0..<column.count).map { value(of: column, $0) }
    }

    /// The value at a row.
    public static func value(of column: AnyColumn, _ row: Int) -> String {
        if let validity = column.validity, !validity[row] { return "null" }
        switch column.storage {
        case .none: return "null"
        case .fixedWidth(let values): return fixedWidth(values, column.type, row)
        case .bits(let bits): return "\(bits[row])"
        case .variableLength(let offsets, let bytes):
            return binary(bytes.slice(range(offsets, row, column.type)), isText: column.type.isText)
        case .views(let views, let buffers):
            return binary(view(views, buffers, row), isText: column.type.isText)
        case .dictionary(let indices, let dictionary):
            return value(of: dictionary.values, indices.withElements(of: Int32.self) { Int($0[row]) })
        case .list(let offsets, let elements): return list(elements, range(offsets, row, column.type))
        case .listView(let offsets, let sizes, let elements):
            let start = integer(offsets, row, column.type)
            return list(elements, start..<start + integer(sizes, row, column.type))
        case .fixedSizeList(let elements):
            guard case .fixedSizeList(_, let count) = column.type else { return "?" }
            return list(elements, row * count..<(row + 1) * count)
        case .structure(let children):
            let fields = zip(column.type.children, children).map { "\($0.name): \(value(of: $1, row))" }
            return "{\(fields.joined(separator: ", "))}"
        case .union(let marks, let offsets, let children):
            guard case .union(_, let members) = column.type,
                let member = members.firstIndex(where: { $0.id == Int8(bitPattern: marks[row]) })
            else { return "?" }
            let position = offsets.map { $0.withElements(of: Int32.self) { Int($0[row]) } } ?? row
            return "\(members[member].id)=\(value(of: children[member], position))"
        case .runs(let ends, let values):
            return value(of: values, RunEnds.run(of: row, in: RunEnds.values(of: ends)))
        }
    }

    private static func list(_ elements: AnyColumn, _ range: Range<Int>) -> String {
        "[\(range.map { value(of: elements, $0) }.joined(separator: ", "))]"
    }

    /// Bytes in hexadecimal, or text in quotes.
    public static func binary(_ bytes: some Sequence<UInt8>, isText: Bool) -> String {
        if isText { return "\"\(String(decoding: Array(bytes), as: UTF8.self))\"" }
        return "0x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func view(_ views: Buffer, _ buffers: [Buffer], _ row: Int) -> Buffer {
        let start = row * ValueView.byteCount
        let view = ValueView(views, at: row)
        if view.isInline { return views.slice(start + 4..<start + 4 + view.length) }
        return buffers[view.buffer].slice(view.offset..<view.offset + view.length)
    }

    private static func fixedWidth(_ values: Buffer, _ type: DataType, _ row: Int) -> String {
        func element<Element: BitwiseCopyable>(_ type: Element.Type) -> Element {
            values.withElements(of: type) { $0[row] }
        }
        func part(_ index: Int) -> Int32 { values.withElements(of: Int32.self) { $0[index] } }
        switch type {
        case .int8: return "\(element(Int8.self))"
        case .int16: return "\(element(Int16.self))"
        case .uint8: return "\(element(UInt8.self))"
        case .uint16: return "\(element(UInt16.self))"
        case .uint32: return "\(element(UInt32.self))"
        case .uint64: return "\(element(UInt64.self))"
        case .float16: return "\(element(Float16.self))"
        case .float32: return "\(element(Float.self))"
        case .float64: return "\(element(Double.self))"
        case .interval(.dayTime): return "\(part(row * 2))d \(part(row * 2 + 1))ms"
        case .interval(.monthDayNano):
            let nanoseconds = values.withElements(of: Int64.self) { $0[row * 2 + 1] }
            return "\(part(row * 4))m \(part(row * 4 + 1))d \(nanoseconds)ns"
        case .decimal(let width, _, _):
            let byteCount = width.rawValue / 8
            return decimal(Array(values.slice(row * byteCount..<(row + 1) * byteCount)))
        case .fixedSizeBinary(let byteCount):
            return binary(values.slice(row * byteCount..<(row + 1) * byteCount), isText: false)
        default: return type.byteWidth == 4 ? "\(element(Int32.self))" : "\(element(Int64.self))"
        }
    }

    /// A two's complement integer of any width, least significant byte first, in decimal.
    private static func decimal(_ bytes: [UInt8]) -> String {
        let isNegative = (bytes.last ?? 0) & 0x80 != 0
        var magnitude = bytes
        if isNegative {
            var carry: UInt16 = 1
            for index in magnitude.indices {
                carry += UInt16(~magnitude[index])
                magnitude[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
        }
        var digits = ""
        repeat {
            var rest = 0
            for index in magnitude.indices.reversed() {
                let value = rest << 8 | Int(magnitude[index])
                magnitude[index] = UInt8(value / 10)
                rest = value % 10
            }
            digits.append("\(rest)")
        } while magnitude.contains { $0 != 0 }
        return (isNegative ? "-" : "") + String(digits.reversed())
    }

    private static func range(_ offsets: Buffer, _ row: Int, _ type: DataType) -> Range<Int> {
        integer(offsets, row, type)..<integer(offsets, row + 1, type)
    }

    private static func integer(_ integers: Buffer, _ row: Int, _ type: DataType) -> Int {
        switch type.layout {
        case .variableLength(8), .list(8), .listView(8): integers.withElements(of: Int64.self) { Int($0[row]) }
        default: integers.withElements(of: Int32.self) { Int($0[row]) }
        }
    }
}
