#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Makes columns of the values of rows.
enum RowColumns {
    /// A column of a type.
    ///
    /// - Throws: ``S3DBError/Code/valueMisfit`` for a value that is not of the type, ``S3DBError/Code/unsupported`` for a
    ///   type that rows are not written as.
    static func column(_ type: DataType, _ values: [RowValue?]) throws(S3DBError) -> AnyColumn {
        switch type {
        case .null: return .nulls(.null, count: values.count)
        case .bool: return try scalars(values, type) { if case .bool(let value) = $0 { value } else { nil } }
        case .int8: return try integers(values, Int8.self)
        case .int16: return try integers(values, Int16.self)
        case .int32: return try integers(values, Int32.self)
        case .int64: return try integers(values, Int64.self)
        case .uint8: return try integers(values, UInt8.self)
        case .uint16: return try integers(values, UInt16.self)
        case .uint32: return try integers(values, UInt32.self)
        case .uint64: return try integers(values, UInt64.self)
        case .float32: return try scalars(values, type) { if case .float(let value) = $0 { value } else { nil } }
        case .float64: return try scalars(values, type) { $0.double }
        case .utf8: return try scalars(values, type) { if case .text(let value) = $0 { value } else { nil } }
        case .binary: return try scalars(values, type) { if case .bytes(let value) = $0 { value } else { nil } }
        case .timestamp(let unit, _): return try moments(values, type, unit)
        case .list(let element): return try lists(values, type, element)
        case .structure(let fields): return try structures(values, type, fields)
        default:
            throw S3DBError(
                .unsupported, "rows are not written as values of \(type)",
                remedy: "Make the column by itself, or leave its type to the rows")
        }
    }

    private static func misfit(_ type: DataType, row: Int) -> S3DBError {
        S3DBError(.valueMisfit, "the value of row \(row) does not fit a column of \(type)")
    }

    private static func isNull(_ value: RowValue?) -> Bool {
        switch value {
        case nil, .null: true
        default: false
        }
    }

    private static func scalars<Element: ColumnElement>(
        _ values: [RowValue?], _ type: DataType, _ element: (RowValue) -> Element?
    ) throws(S3DBError) -> AnyColumn {
        var elements: [Element?] = []
        elements.reserveCapacity(values.count)
        for (row, value) in values.enumerated() {
            guard let value, !isNull(value) else {
                elements.append(nil)
                continue
            }
            guard let element = element(value) else { throw misfit(type, row: row) }
            elements.append(element)
        }
        return AnyColumn(elements)
    }

    private static func integers<Element: ColumnElement & FixedWidthInteger>(
        _ values: [RowValue?], _ type: Element.Type
    ) throws(S3DBError) -> AnyColumn {
        try scalars(values, Element.columnType) { value in
            switch value {
            case .signed(let value, _): Element(exactly: value)
            case .unsigned(let value, _): Element(exactly: value)
            default: nil
            }
        }
    }

    private static func moments(
        _ values: [RowValue?], _ type: DataType, _ unit: DataType.TimeUnit
    ) throws(S3DBError) -> AnyColumn {
        let scale = MomentAccess.unitsPerSecond(unit)
        let units = try scalars(values, type) { (value: RowValue) -> Int64? in
            guard case .moment(let date) = value else { return nil }
            return Int64(exactly: (date.timeIntervalSince1970 * scale).rounded())
        }
        return AnyColumn(uncheckedType: type, count: units.count, validity: units.validity, storage: units.storage)
    }

    private static func lists(_ values: [RowValue?], _ type: DataType, _ element: Field) throws(S3DBError) -> AnyColumn
    {
        var ends: [Int32] = [0]
        var elements: [RowValue?] = []
        for (row, value) in values.enumerated() {
            switch value {
            case .list(let list): elements += list.map(Optional.some)
            case let value where isNull(value): break
            default: throw misfit(type, row: row)
            }
            guard let end = Int32(exactly: elements.count) else {
                throw S3DBError(.limitExceeded, "more than 2^31 - 1 elements in one column of lists")
            }
            ends.append(end)
        }
        return AnyColumn(
            uncheckedType: type, count: values.count, validity: validity(values),
            storage: .list(offsets: Buffer(copying: ends), elements: try column(element.type, elements)))
    }

    private static func structures(
        _ values: [RowValue?], _ type: DataType, _ fields: [Field]
    ) throws(S3DBError) -> AnyColumn {
        var columns: [AnyColumn] = []
        for (field, values) in zip(fields, try members(values, type, fields)) {
            do throws(S3DBError) {
                columns.append(try column(field.type, values))
            } catch {
                throw error.located(in: .init(column: field.name))
            }
        }
        return AnyColumn(
            uncheckedType: type, count: values.count, validity: validity(values), storage: .structure(columns))
    }

    /// For each field the values of all rows, nil where a row has none.
    static func members(
        _ values: [RowValue?], _ type: DataType, _ fields: [Field]
    ) throws(S3DBError) -> [[RowValue?]] {
        var members = fields.map { _ in [RowValue?](repeating: nil, count: values.count) }
        var indices: [String: Int] = [:]
        for (index, field) in fields.enumerated() { indices[field.name] = index }
        for (row, value) in values.enumerated() {
            switch value {
            case .structure(let pairs):
                for (name, value) in pairs {
                    guard let index = indices[name] else {
                        throw S3DBError(
                            .missingColumn, "row \(row) has a value for \(S3DBError.quoted(name)), which is no column",
                            remedy: "There are: " + fields.map(\.name).joined(separator: ", "))
                    }
                    members[index][row] = value
                }
            case let value where isNull(value): break
            default: throw misfit(type, row: row)
            }
        }
        return members
    }

    private static func validity(_ values: [RowValue?]) -> Bitmap? {
        values.contains(where: isNull) ? Bitmap(values.lazy.map { !isNull($0) }) : nil
    }
}

extension RowValue {
    /// The value as a `Double`, where it is one or converts exactly.
    var double: Double? {
        switch self {
        case .double(let value): value
        case .float(let value): Double(value)
        case .signed(let value, _): Double(exactly: value)
        case .unsigned(let value, _): Double(exactly: value)
        default: nil
        }
    }
}
