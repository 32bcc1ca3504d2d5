/// Dates, times and lengths of time as ISO 8601 has them.
enum MomentText {
    private static let secondsPerDay: Int64 = 86_400

    /// Appends the day with a number since 1970, `2020-01-31`; years of other than four digits have a sign in front.
    static func append(day: Int64, to output: inout BufferBuilder) {
        let date = CivilDate(dayNumber: Int(day))
        if !(0...9999).contains(date.year) { output.append(UInt8(ascii: date.year < 0 ? "-" : "+")) }
        output.append(decimal: UInt64(date.year.magnitude), width: 4)
        output.append(UInt8(ascii: "-"))
        output.append(decimal: UInt64(date.month), width: 2)
        output.append(UInt8(ascii: "-"))
        output.append(decimal: UInt64(date.day), width: 2)
    }

    /// Appends the day that begins so many milliseconds after 1970; the moment, where no day begins there.
    static func append(dayOfMilliseconds value: Int64, to output: inout BufferBuilder) {
        let (day, rest) = floored(value, by: secondsPerDay * 1000)
        if rest == 0 {
            append(day: day, to: &output)
        } else {
            append(timestamp: value, .millisecond, isUTC: false, to: &output)
        }
    }

    /// Appends so many units since 1970, `2020-01-31T20:00:00.000Z`: with as many decimals as the unit has, and `Z` where
    /// it is a moment of UTC.
    static func append(
        timestamp value: Int64, _ unit: DataType.TimeUnit, isUTC: Bool, to output: inout BufferBuilder
    ) {
        let (seconds, fraction) = floored(value, by: unit.countPerSecond)
        let (day, second) = floored(seconds, by: secondsPerDay)
        append(day: day, to: &output)
        output.append(UInt8(ascii: "T"))
        append(secondOfDay: second, fraction, unit, to: &output)
        if isUTC { output.append(UInt8(ascii: "Z")) }
    }

    /// Appends a time of day, `20:00:00.000`; as a number where no day has that many units.
    static func append(time value: Int64, _ unit: DataType.TimeUnit, to output: inout BufferBuilder) {
        let (second, fraction) = floored(value, by: unit.countPerSecond)
        guard (0..<secondsPerDay).contains(second) else { return output.append(decimal: value) }
        append(secondOfDay: second, fraction, unit, to: &output)
    }

    /// Appends a length of time, `PT90.500S`.
    static func append(duration value: Int64, _ unit: DataType.TimeUnit, to output: inout BufferBuilder) {
        output.append(text: "PT")
        append(seconds: value, unit, to: &output)
        output.append(UInt8(ascii: "S"))
    }

    /// Appends a length of time on the calendar, `P1M2DT3.000000004S`; parts that the unit lacks are left out.
    static func append(
        interval unit: DataType.IntervalUnit, _ values: Buffer, _ row: Int, to output: inout BufferBuilder
    ) {
        func part(_ index: Int) -> Int32 { values.withElements(of: Int32.self) { $0[index] } }
        output.append(UInt8(ascii: "P"))
        switch unit {
        case .yearMonth:
            output.append(decimal: part(row))
            output.append(UInt8(ascii: "M"))
        case .dayTime:
            output.append(decimal: part(row * 2))
            output.append(text: "DT")
            append(seconds: Int64(part(row * 2 + 1)), .millisecond, to: &output)
            output.append(UInt8(ascii: "S"))
        case .monthDayNano:
            output.append(decimal: part(row * 4))
            output.append(UInt8(ascii: "M"))
            output.append(decimal: part(row * 4 + 1))
            output.append(text: "DT")
            append(seconds: values.withElements(of: Int64.self) { $0[row * 2 + 1] }, .nanosecond, to: &output)
            output.append(UInt8(ascii: "S"))
        }
    }

    private static func append(
        secondOfDay second: Int64, _ fraction: Int64, _ unit: DataType.TimeUnit, to output: inout BufferBuilder
    ) {
        output.append(decimal: UInt64(second / 3600), width: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: UInt64(second / 60 % 60), width: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: UInt64(second % 60), width: 2)
        append(fraction: UInt64(fraction), unit, to: &output)
    }

    /// Appends a number of units as seconds, with a sign where it is negative.
    private static func append(seconds value: Int64, _ unit: DataType.TimeUnit, to output: inout BufferBuilder) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        let (seconds, fraction) = value.magnitude.quotientAndRemainder(dividingBy: UInt64(unit.countPerSecond))
        output.append(decimal: seconds, width: 1)
        append(fraction: fraction, unit, to: &output)
    }

    private static func append(fraction: UInt64, _ unit: DataType.TimeUnit, to output: inout BufferBuilder) {
        guard unit != .second else { return }
        output.append(UInt8(ascii: "."))
        output.append(decimal: fraction, width: unit.decimalCount)
    }

    /// Quotient and remainder of which the latter is not negative.
    private static func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension DataType.TimeUnit {
    /// The decimals that a second has in the unit.
    var decimalCount: Int { rawValue * 3 }
}
