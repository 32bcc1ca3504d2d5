/// Numbers, moments and lengths of time on their way to another type, by way of the widest of their kind.
struct NumberCast {
    private let column: AnyColumn
    private let values: Buffer
    /// What one of the values counts in seconds: multiplied by the first, then divided by the second.
    private let seconds: (factor: Int64, divisor: Int64)

    /// Takes a column; nil for one that is none of numbers.
    init?(_ column: AnyColumn) {
        guard case .fixedWidth(let values) = column.storage else { return nil }
        self.column = column
        self.values = values
        switch column.type {
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float16, .float32, .float64:
            seconds = (1, 1)
        case .timestamp(let unit, _), .duration(let unit): seconds = (1, unit.countPerSecond)
        case .date32: seconds = (86_400, 1)
        case .date64: seconds = (1, 1000)
        default: return nil
        }
    }

    /// The values as those of another type.
    func storage(as target: DataType) throws(S3DBError) -> AnyColumn.Storage {
        switch target {
        case .int8: try integers(Int8.self)
        case .int16: try integers(Int16.self)
        case .int32: try integers(Int32.self)
        case .int64: try integers(Int64.self)
        case .uint8: try integers(UInt8.self)
        case .uint16: try integers(UInt16.self)
        case .uint32: try integers(UInt32.self)
        case .uint64: try integers(UInt64.self)
        case .float32: try floats(Float.self)
        case .float64: try floats(Double.self)
        default: throw column.misfit(target)
        }
    }

    private func integers<Target: FixedWidthInteger & FixedWidthElement>(
        _ type: Target.Type
    ) throws(S3DBError) -> AnyColumn.Storage {
        switch column.type {
        case .float16, .float32, .float64: try converted { (value: Double) -> Target? in Target(exactly: value) }
        case .uint64: try converted(from: UInt64.self) { (value: UInt64) -> Target? in Target(exactly: value) }
        default:
            try convertedWide { (wide: Int64) -> Target? in
                let (product, isOverflow) = wide.multipliedReportingOverflow(by: seconds.factor)
                guard !isOverflow, product % seconds.divisor == 0 else { return nil }
                return Target(exactly: product / seconds.divisor)
            }
        }
    }

    private func floats<Target: BinaryFloatingPoint & FixedWidthElement>(
        _ type: Target.Type
    ) throws(S3DBError) -> AnyColumn.Storage {
        switch column.type {
        case .float16, .float32, .float64:
            // NaN is itself in every width.
            try converted { (value: Double) -> Target? in value.isNaN ? Target.nan : Target(exactly: value) }
        case .uint64: try converted(from: UInt64.self) { (value: UInt64) -> Target? in Target(exactly: value) }
        default:
            try convertedWide { (wide: Int64) -> Target? in
                let (product, isOverflow) = wide.multipliedReportingOverflow(by: seconds.factor)
                guard !isOverflow, product % seconds.divisor == 0 else { return nil }
                return Target(exactly: product / seconds.divisor)
            }
        }
    }

    // MARK: Reading

    private func converted<Target: FixedWidthElement>(
        _ convert: (Double) -> Target?
    ) throws(S3DBError) -> AnyColumn.Storage {
        switch column.type {
        #if !(os(macOS) && arch(x86_64))
        case .float16: try converted(from: Float16.self) { convert(Double($0)) }
        #endif
        case .float32: try converted(from: Float.self) { convert(Double($0)) }
        default: try converted(from: Double.self, convert)
        }
    }

    private func convertedWide<Target: FixedWidthElement>(
        _ convert: (Int64) -> Target?
    ) throws(S3DBError) -> AnyColumn.Storage {
        switch column.type {
        case .int8: try converted(from: Int8.self) { convert(Int64($0)) }
        case .int16: try converted(from: Int16.self) { convert(Int64($0)) }
        case .int32, .date32: try converted(from: Int32.self) { convert(Int64($0)) }
        case .uint8: try converted(from: UInt8.self) { convert(Int64($0)) }
        case .uint16: try converted(from: UInt16.self) { convert(Int64($0)) }
        case .uint32: try converted(from: UInt32.self) { convert(Int64($0)) }
        default: try converted(from: Int64.self, convert)
        }
    }

    private func converted<Source: FixedWidthElement, Target: FixedWidthElement>(
        from source: Source.Type, _ convert: (Source) -> Target?
    ) throws(S3DBError) -> AnyColumn.Storage {
        var output = BufferBuilder(capacity: column.count * MemoryLayout<Target>.stride)
        let validity = column.validity
        let misfit: Source? = values.withElements(of: Source.self) { values in
            for (row, value) in values.prefix(column.count).enumerated() {
                if let validity, !validity[row] {
                    output.append(value: Target.placeholder)
                } else if let converted = convert(value) {
                    output.append(value: converted)
                } else {
                    return value
                }
            }
            return nil
        }
        if let misfit {
            throw S3DBError(
                .valueMisfit, "the value \(misfit) of a column of \(column.type) is none of \(Target.columnType)",
                remedy: "Declare the type that the file has")
        }
        return .fixedWidth(output.freeze())
    }
}

extension DataType.TimeUnit {
    /// How many of the unit make a second.
    package var countPerSecond: Int64 {
        switch self {
        case .second: 1
        case .millisecond: 1000
        case .microsecond: 1_000_000
        case .nanosecond: 1_000_000_000
        }
    }
}
