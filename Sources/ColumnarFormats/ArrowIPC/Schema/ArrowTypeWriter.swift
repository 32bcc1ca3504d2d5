// Arrow's Schema.fbs, the tables of `union Type`: https://github.com/apache/arrow/blob/main/format/Schema.fbs

import S3DBCore

/// Writes the types of fields.
enum ArrowTypeWriter {
    /// The member of `union Type`, and its table.
    static func table(of type: DataType) -> (code: ArrowTypeCode, table: FlatBufferValue) {
        switch type {
        case .null: (.null, .table([]))
        case .bool: (.bool, .table([]))
        case .int8, .int16, .int32, .int64: (.int, integer(type, isSigned: true))
        case .uint8, .uint16, .uint32, .uint64: (.int, integer(type, isSigned: false))
        // `enum Precision`: half is 0, single 1, double 2.
        case .float16: (.floatingPoint, .table([.int16(0)]))
        case .float32: (.floatingPoint, .table([.int16(1)]))
        case .float64: (.floatingPoint, .table([.int16(2)]))
        case .utf8: (.utf8, .table([]))
        case .binary: (.binary, .table([]))
        case .largeUTF8: (.largeUTF8, .table([]))
        case .largeBinary: (.largeBinary, .table([]))
        case .utf8View: (.utf8View, .table([]))
        case .binaryView: (.binaryView, .table([]))
        case .fixedSizeBinary(let byteCount): (.fixedSizeBinary, .table([int32(byteCount)]))
        case .decimal(let width, let precision, let scale):
            (.decimal, .table([int32(precision), int32(scale), int32(width.rawValue)]))
        case .date32, .date64, .time, .timestamp, .duration, .interval: temporal(type)
        default: nested(type)
        }
    }

    private static func temporal(_ type: DataType) -> (ArrowTypeCode, FlatBufferValue) {
        switch type {
        // `enum DateUnit`: a day is 0, a millisecond 1.
        case .date32: (.date, .table([.int16(0)]))
        case .time(let unit): (.time, .table([int16(unit.rawValue), int32((type.byteWidth ?? 4) * 8)]))
        case .timestamp(let unit, let zone):
            (.timestamp, .table([int16(unit.rawValue)] + (zone.map { [.string($0)] } ?? [])))
        case .duration(let unit): (.duration, .table([int16(unit.rawValue)]))
        case .interval(let unit): (.interval, .table([int16(unit.rawValue)]))
        default: (.date, .table([.int16(1)]))
        }
    }

    private static func nested(_ type: DataType) -> (ArrowTypeCode, FlatBufferValue) {
        switch type {
        case .list: (.list, .table([]))
        case .largeList: (.largeList, .table([]))
        case .listView: (.listView, .table([]))
        case .largeListView: (.largeListView, .table([]))
        case .fixedSizeList(_, let count): (.fixedSizeList, .table([int32(count)]))
        case .map(_, let isSorted): (.map, .table([.bool(isSorted)]))
        case .union(let mode, let members):
            (.union, .table([int16(mode.rawValue), .int32s(members.map { Int32($0.id) })]))
        case .runEndEncoded: (.runEndEncoded, .table([]))
        default: (.structure, .table([]))
        }
    }

    /// `table Int`.
    private static func integer(_ type: DataType, isSigned: Bool) -> FlatBufferValue {
        .table([int32((type.byteWidth ?? 1) * 8), .bool(isSigned)])
    }

    private static func int16(_ value: Int) -> FlatBufferValue { .int16(Int16(clamping: value)) }

    private static func int32(_ value: Int) -> FlatBufferValue { .int32(Int32(clamping: value)) }
}
