/// Writes the values of a column as text: for people, and as JSON for programs.
///
///     let prices = ValueWriter(try batch.column("price"))
///     prices.appendJSON(0, to: &output)
///
/// | type | text | in JSON |
/// |---|---|---|
/// | null | nothing | `null` |
/// | bool, integers | `true`, `-1` | as it is |
/// | floats | the shortest that reads back equal; `NaN`, `Infinity`, `-Infinity` | as it is; those three as strings |
/// | decimals | all decimals of the scale, `12.50` | a string |
/// | dates, times, timestamps | ISO 8601 with the decimals of the unit; `Z` where there is a time zone | a string |
/// | durations, intervals | ISO 8601: `PT90.500S`, `P1M2DT3.000000004S` | a string |
/// | text | as it is | a string |
/// | bytes | hexadecimal | a string |
/// | lists | JSON | an array |
/// | structures | JSON | an object |
/// | maps | JSON | an array of objects of key and value, as keys need be neither text nor distinct |
/// | unions, runs, dictionaries | the value | the value |
public struct ValueWriter: Sendable {
    private let validity: Bitmap?
    private let form: ValueForm
    private let notANumber: String

    /// Opens a column. O(1), but O(values) for lists.
    ///
    /// - Parameter notANumber: The text of what is no number in columns of floats.
    public init(_ column: AnyColumn, notANumber: String = "NaN") {
        validity = column.validity
        form = ValueForm(column, notANumber: notANumber)
        self.notANumber = notANumber
    }

    /// Whether the value at a row is null. Traps out of bounds.
    public func isNull(_ row: Int) -> Bool {
        if let validity, !validity[row] { return true }
        switch form {
        case .none: return true
        case .dictionary(let indices, let values): return values.isNull(Self.index(indices, row))
        case .union(let marks, let offsets, let members):
            return members[Int8(bitPattern: marks[row])]?.isNull(Self.member(offsets, row)) ?? true
        case .runs(let ends, let values): return values.isNull(RunEnds.run(of: row, in: ends))
        default: return false
        }
    }

    /// Appends a value as JSON.
    public func appendJSON(_ row: Int, to output: inout BufferBuilder) {
        if let validity, !validity[row] { return output.append(text: "null") }
        switch form {
        case .none: output.append(text: "null")
        case .text(let access): output.append(jsonString: access.bytes(at: row))
        case .bits, .signed, .unsigned: appendScalar(row, to: &output)
        case .floating(let values, let width): appendJSON(floating: values, row, width, to: &output)
        case .dictionary(let indices, let values): values.appendJSON(Self.index(indices, row), to: &output)
        case .list(let ranges, let elements): appendList(ranges[row], elements, to: &output)
        case .structure(let fields): appendStructure(fields, row, to: &output)
        case .union(let marks, let offsets, let members):
            guard let values = members[Int8(bitPattern: marks[row])] else { return output.append(text: "null") }
            values.appendJSON(Self.member(offsets, row), to: &output)
        case .runs(let ends, let values): values.appendJSON(RunEnds.run(of: row, in: ends), to: &output)
        default:
            output.append(UInt8(ascii: "\""))
            appendScalar(row, to: &output)
            output.append(UInt8(ascii: "\""))
        }
    }

    /// Appends a value as text; nothing for null.
    public func appendText(_ row: Int, to output: inout BufferBuilder) {
        if let validity, !validity[row] { return }
        switch form {
        case .none: break
        case .text(let access): output.append(access.bytes(at: row).bytes)
        case .dictionary(let indices, let values): values.appendText(Self.index(indices, row), to: &output)
        case .list, .structure: appendJSON(row, to: &output)
        case .union(let marks, let offsets, let members):
            members[Int8(bitPattern: marks[row])]?.appendText(Self.member(offsets, row), to: &output)
        case .runs(let ends, let values): values.appendText(RunEnds.run(of: row, in: ends), to: &output)
        default: appendScalar(row, to: &output)
        }
    }

    /// A value as text; nil for null.
    public func text(_ row: Int) -> String? {
        if isNull(row) { return nil }
        var output = BufferBuilder()
        appendText(row, to: &output)
        return String(decoding: output.freeze(), as: UTF8.self)
    }

    /// A value as JSON.
    public func json(_ row: Int) -> JSONValue {
        var output = BufferBuilder()
        appendJSON(row, to: &output)
        return (try? JSONValue.parse(output.bytes)) ?? .null
    }

    /// A name as JSON has it in front of a value, with the colon.
    public static func jsonKey(_ name: String) -> Buffer { ValueForm.key(name) }

    private static func index(_ indices: Buffer, _ row: Int) -> Int {
        indices.withElements(of: Int32.self) { Int($0[row]) }
    }

    private static func member(_ offsets: Buffer?, _ row: Int) -> Int {
        offsets.map { index($0, row) } ?? row
    }
}

extension ValueWriter {
    /// Appends a value that is neither null nor made of others.
    private func appendScalar(_ row: Int, to output: inout BufferBuilder) {
        switch form {
        case .bits(let bits): output.append(text: bits[row] ? "true" : "false")
        case .signed(let values, let width):
            output.append(decimal: ValueForm.signed(values, row, byteWidth: width))
        case .unsigned(let values, let width):
            output.append(decimal: ValueForm.unsigned(values, row, byteWidth: width))
        case .floating(let values, let width): output.append(text: text(floating: values, row, width))
        case .decimal(let values, let width, let scale):
            DecimalText.append(values, row, byteWidth: width, scale: scale, to: &output)
        case .day(let values): MomentText.append(day: ValueForm.signed(values, row, byteWidth: 4), to: &output)
        case .dayOfMilliseconds(let values):
            let milliseconds = ValueForm.signed(values, row, byteWidth: 8)
            MomentText.append(dayOfMilliseconds: milliseconds, to: &output)
        case .time(let values, let unit, let width):
            MomentText.append(time: ValueForm.signed(values, row, byteWidth: width), unit, to: &output)
        case .timestamp(let values, let unit, let isUTC):
            MomentText.append(
                timestamp: ValueForm.signed(values, row, byteWidth: 8), unit, isUTC: isUTC, to: &output)
        case .duration(let values, let unit):
            MomentText.append(duration: ValueForm.signed(values, row, byteWidth: 8), unit, to: &output)
        case .interval(let values, let unit): MomentText.append(interval: unit, values, row, to: &output)
        case .bytes(let access): output.append(hexadecimal: access.bytes(at: row))
        default: break
        }
    }

    /// A float in the shortest text that reads back equal.
    private func text(floating values: Buffer, _ row: Int, _ width: Int) -> String {
        switch width {
        case 2: text(values.withElements(of: Float16.self) { $0[row] })
        case 4: text(values.withElements(of: Float.self) { $0[row] })
        default: text(values.withElements(of: Double.self) { $0[row] })
        }
    }

    private func text<Number: BinaryFloatingPoint & LosslessStringConvertible>(_ value: Number) -> String {
        if value.isNaN { return notANumber }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return value.description
    }

    private func appendJSON(floating values: Buffer, _ row: Int, _ width: Int, to output: inout BufferBuilder) {
        let text = text(floating: values, row, width)
        // A number ends in a digit.
        let isNumber = text.utf8.last.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        if isNumber { output.append(text: text) } else { output.append(jsonString: Buffer(text.utf8)) }
    }

    private func appendList(_ range: Range<Int>, _ elements: ValueWriter, to output: inout BufferBuilder) {
        output.append(UInt8(ascii: "["))
        for index in range {
            if index > range.lowerBound { output.append(UInt8(ascii: ",")) }
            elements.appendJSON(index, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    private func appendStructure(
        _ fields: [(name: Buffer, values: ValueWriter)], _ row: Int, to output: inout BufferBuilder
    ) {
        output.append(UInt8(ascii: "{"))
        for (index, field) in fields.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.append(field.name.bytes)
            field.values.appendJSON(row, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }
}
