#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads moments.
public struct MomentAccess: Sendable {
    private let values: Buffer
    private let isNarrow: Bool
    /// How many units a second has, or for days how many seconds a unit has.
    private let unitsPerSecond: Double

    /// Opens a column of timestamps or dates; nil for one of other values.
    init?(_ column: AnyColumn) throws(S3DBError) {
        switch column.type {
        case .timestamp(let unit, _): unitsPerSecond = Self.unitsPerSecond(unit)
        case .date64: unitsPerSecond = 1000
        case .date32: unitsPerSecond = 1 / Double(UTCDay.secondCount)
        default: return nil
        }
        guard case .fixedWidth(let values) = try column.plain().storage else { return nil }
        self.values = values
        isNarrow = column.type == .date32
    }

    static func unitsPerSecond(_ unit: DataType.TimeUnit) -> Double {
        switch unit {
        case .second: 1
        case .millisecond: 1e3
        case .microsecond: 1e6
        case .nanosecond: 1e9
        }
    }

    /// The seconds since 1970 at a row.
    func seconds(at row: Int) -> Double {
        if isNarrow { return values.withElements(of: Int32.self) { Double($0[row]) } * Double(UTCDay.secondCount) }
        let units = values.withElements(of: Int64.self) { $0[row] }
        let scale = Int64(unitsPerSecond)
        let (seconds, rest) = units.quotientAndRemainder(dividingBy: scale)
        return Double(seconds) + Double(rest) / unitsPerSecond
    }
}

extension Date: ColumnValue {
    /// Opens a column of timestamps, whose zone does not matter, or of dates, which begin in UTC.
    public static func access(to column: AnyColumn) throws(S3DBError) -> MomentAccess {
        guard let access = try MomentAccess(column) else { throw misfit(column) }
        return access
    }

    /// The moment at a row, as exactly as a `Double` of seconds has it.
    public static func value(at row: Int, in access: MomentAccess) -> Date {
        Date(timeIntervalSince1970: access.seconds(at: row))
    }
}

extension UTCDay: ColumnValue {
    /// Opens a column of ``DataType/date32`` whose days the calendar covers.
    public static func access(to column: AnyColumn) throws(S3DBError) -> FixedWidthAccess {
        guard let access = try FixedWidthAccess(column, [.date32]) else { throw misfit(column) }
        for row in 0..<column.count where column.validity.map({ $0[row] }) ?? true {
            let number = Int32.value(at: row, in: access)
            guard UTCDay(number: Int(number)) != nil else {
                throw S3DBError(.valueMisfit, "day \(number) since 1970 is not in the calendar from year 1 to 9999")
            }
        }
        return access
    }

    /// The day at a row.
    public static func value(at row: Int, in access: FixedWidthAccess) -> UTCDay {
        UTCDay(number: Int(Int32.value(at: row, in: access))) ?? .epoch
    }
}
