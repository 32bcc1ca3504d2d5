import S3DBCore

extension ParquetPredicate {
    /// Reads a comparison as people write it, for a column of a schema:
    ///
    ///     lmp > 500        node = 'AMIL.BGS6'      day >= 2020-01-31      at < 2020-01-31T20:00:00Z
    ///     lmp != 0         lmp is null             price is not null
    ///
    /// Constants are of the column's type: numbers, `true` and `false`, dates, times and timestamps as ISO 8601 (those
    /// without a zone are in UTC), text as it is or between quotes, bytes in hexadecimal.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` with what is wrong, ``S3DBError/Code/missingColumn``.
    public init(parsing text: String, schema: Schema) throws(S3DBError) {
        let text = text.trimmingBlanks
        let names = schema.fields.filter { !$0.name.isEmpty && text.hasPrefix($0.name) }
            .sorted { $0.name.utf8.count > $1.name.utf8.count }
        for field in names {
            let rest = String(text.dropFirst(field.name.count)).trimmingBlanks
            if let condition = try Self.condition(rest, field) {
                self.init(field.name, condition)
                return
            }
        }
        guard names.isEmpty, Self.operators.contains(where: { text.contains($0.text) }) || text.hasSuffix(" null")
        else {
            throw S3DBError(
                .invalidArgument, "\(S3DBError.quoted(text)) is no comparison",
                remedy: "Write it as 'lmp > 500', 'node = A' or 'lmp is null'")
        }
        throw S3DBError(
            .missingColumn, "\(S3DBError.quoted(text)) does not begin with the name of a column",
            remedy: "There are: " + schema.fields.map(\.name).joined(separator: ", "))
    }

    /// The operators; longer ones go first.
    private static let operators: [(text: String, condition: @Sendable (Constant) -> Condition)] = [
        (">=", { .isAbove($0, orEqual: true) }), ("<=", { .isBelow($0, orEqual: true) }), ("!=", { .isNot($0) }),
        ("<>", { .isNot($0) }), ("==", { .isIn([$0]) }), (">", { .isAbove($0, orEqual: false) }),
        ("<", { .isBelow($0, orEqual: false) }), ("=", { .isIn([$0]) }),
    ]

    /// What stands behind a column's name; nil where it is no condition.
    private static func condition(_ text: String, _ field: Field) throws(S3DBError) -> Condition? {
        switch text.lowercased() {
        case "is null": return .isNull
        case "is not null": return .isNotNull
        default: break
        }
        guard let (op, condition) = operators.first(where: { text.hasPrefix($0.text) }) else { return nil }
        let constant = String(text.dropFirst(op.count)).trimmingBlanks
        guard let value = Constant(parsing: constant, as: field.type) else {
            throw S3DBError(
                .invalidArgument, "\(S3DBError.quoted(constant)) is not \(Constant.expected(field.type))",
                at: .init(column: field.name))
        }
        return condition(value)
    }
}

extension ParquetPredicate.Constant {
    /// What is expected of a constant for a column, for messages.
    fileprivate static func expected(_ type: DataType) -> String {
        switch type {
        case .date32, .date64: "a date YYYY-MM-DD"
        case .time: "a time HH:MM:SS"
        case .timestamp: "a timestamp YYYY-MM-DDTHH:MM:SS or a date"
        case .duration: "a number of \(type)"
        case .binary, .largeBinary, .binaryView, .fixedSizeBinary: "bytes in hexadecimal"
        default: type.children.isEmpty ? "a value of \(type)" : "comparable: no value of \(type) is"
        }
    }

    /// Reads a constant for columns of a type; nil where it is none.
    fileprivate init?(parsing text: String, as type: DataType) {
        switch type {
        case .bool:
            guard let value = Bool(text.lowercased()) else { return nil }
            self = .boolean(value)
        case .int8, .int16, .int32, .int64, .duration: self.init(Int64(text))
        case .uint8, .uint16, .uint32, .uint64:
            guard let value = UInt64(text) else { return nil }
            self = .unsigned(value)
        case .float16, .float32, .float64: self.init(number: text, type)
        case .decimal(_, _, let scale): self.init(Self.unscaled(text, scale: scale))
        case .date32: self.init(UTCDay(text).map { Int64($0.number) })
        case .date64: self.init(UTCDay(text).map { $0.startSeconds * 1000 })
        case .time(let unit): self.init(MomentConstant.time(text, unit))
        case .timestamp(let unit, _): self.init(MomentConstant.timestamp(text, unit))
        case .utf8, .largeUTF8, .utf8View: self = .text(text.unquoted)
        case .binary, .largeBinary, .binaryView, .fixedSizeBinary:
            guard let bytes = Self.bytes(text) else { return nil }
            self = .bytes(bytes)
        case .runEndEncoded(_, let values): self.init(parsing: text, as: values.type)
        default: return nil
        }
    }

    private init?(_ value: Int64?) {
        guard let value else { return nil }
        self = .integer(value)
    }

    /// A number rounded as the column's values are; not NaN, which compares with nothing.
    private init?(number text: String, _ type: DataType) {
        guard let value = Double(text), !value.isNaN else { return nil }
        switch type {
        case .float16: self = .number(Double(Float16(value)))
        case .float32: self = .number(Double(Float(text) ?? Float(value)))
        default: self = .number(value)
        }
    }

    private static func unscaled(_ text: String, scale: Int) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard scale >= 0, fraction.utf8.count <= scale, fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            scale <= 18
        else { return nil }
        return Int64(parts[0] + fraction + String(repeating: "0", count: scale - fraction.utf8.count))
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}

/// Reads times as ISO 8601 has them.
private enum MomentConstant {
    private static let secondsPerDay: Int64 = 86_400

    /// A time of day in a unit.
    static func time(_ text: String, _ unit: DataType.TimeUnit) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hour = number(parts[0], below: 24),
            let minute = number(parts[1], below: 60)
        else { return nil }
        let scale = unit.countPerSecond
        var value = (hour * 3600 + minute * 60) * scale
        if parts.count == 3 {
            let second = parts[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let whole = number(second[0], below: 60) else { return nil }
            value += whole * scale
            if second.count == 2 {
                guard let fraction = fraction(second[1], scale) else { return nil }
                value += fraction
            }
        }
        return value
    }

    /// A moment since 1970 in a unit.
    static func timestamp(_ text: String, _ unit: DataType.TimeUnit) -> Int64? {
        let text = text.hasSuffix("Z") ? String(text.dropLast()) : text
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        guard let day = UTCDay(parts[0]) else { return nil }
        let (start, overflow) = day.startSeconds.multipliedReportingOverflow(by: unit.countPerSecond)
        if overflow { return nil }
        if parts.count == 1 { return start }
        guard let time = time(String(parts[1]), unit) else { return nil }
        let (value, isTooLarge) = start.addingReportingOverflow(time)
        return isTooLarge ? nil : value
    }

    private static func number(_ text: Substring, below limit: Int64) -> Int64? {
        guard text.utf8.count == 2, let value = Int64(text), value >= 0, value < limit else { return nil }
        return value
    }

    /// Decimals of a second, no more than the unit has.
    private static func fraction(_ text: Substring, _ scale: Int64) -> Int64? {
        let digitCount = String(scale).utf8.count - 1
        guard !text.isEmpty, text.utf8.count <= digitCount, text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int64(text + String(repeating: "0", count: digitCount - text.utf8.count))
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// The text between quotes of one kind, where it stands between such.
    fileprivate var unquoted: String {
        guard count >= 2, let first, first == "'" || first == "\"", last == first else { return self }
        return String(dropFirst().dropLast())
    }
}
