import ColumnarFormats
import S3DBCore

/// A slow and obvious CSV parser: what the real one is compared with.
///
/// It goes byte by byte over a whole stream and reads numbers through the standard library.
struct ReferenceCSV {
    var dialect = CSVDialect.s3db
    var emptyIsNull: Set<String> = []
    var limits = RecordLimits()

    private struct Problem: Error {
        var failure: CSVFailure
    }

    private struct Cursor {
        var bytes: [UInt8]
        var index = 0
        var line = 1

        var current: UInt8? { index < bytes.count ? bytes[index] : nil }
        var next: UInt8? { index + 1 < bytes.count ? bytes[index + 1] : nil }
        var isAtLineEnd: Bool { current == 10 || (current == 13 && next == 10) }

        mutating func skipLineEnd() {
            index += current == 13 ? 2 : 1
            line += 1
        }
    }

    /// Reads all of `bytes`.
    func read(_ bytes: [UInt8], _ fields: [Field]) -> CSVReading {
        do {
            return .columns(try columns(bytes, fields))
        } catch let problem as Problem {
            return .failure(problem.failure)
        } catch {
            return .failure(CSVFailure(.invalidArgument))
        }
    }

    private func columns(_ bytes: [UInt8], _ fields: [Field]) throws -> [[Cell]] {
        var cursor = Cursor(bytes: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes)
        let names = try names(&cursor)
        for field in fields where !names.contains(field.name) && !field.isNullable {
            throw Problem(failure: CSVFailure(.missingColumn, column: field.name))
        }
        var columns: [[Cell]] = fields.map { _ in [] }
        var misfits: [(line: Int, column: Int)] = []
        while let (line, texts) = try record(&cursor, names: names) {
            for (position, name) in names.enumerated() {
                guard let index = fields.firstIndex(where: { $0.name == name }) else { continue }
                if let cell = try cell(texts[position], fields[index], line: line) {
                    columns[index].append(cell)
                } else {
                    if !misfits.contains(where: { $0.column == position }) { misfits.append((line, position)) }
                    columns[index].append(.null)
                }
            }
            for (index, field) in fields.enumerated() where !names.contains(field.name) {
                columns[index].append(.null)
            }
        }
        let places = misfits.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
            .map { CSVFailure.Place(line: $0.line, column: names[$0.column]) }
        if let first = places.first {
            throw Problem(
                failure: CSVFailure(
                    .valueMisfit, line: first.line, column: first.column, related: Array(places.dropFirst())))
        }
        return columns
    }

    private func names(_ cursor: inout Cursor) throws -> [String] {
        if case .names(let names) = dialect.header {
            if cursor.bytes.isEmpty { throw Problem(failure: CSVFailure(.emptyObject)) }
            return names
        }
        guard let (line, texts) = try record(&cursor, names: nil) else {
            throw Problem(failure: CSVFailure(.emptyObject))
        }
        let names = try texts.map { bytes in
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw Problem(
                    failure: CSVFailure(.invalidUTF8, line: line, column: String(decoding: bytes, as: UTF8.self)))
            }
            return name
        }
        var seen = Set<String>()
        for name in names {
            if name.isEmpty { throw Problem(failure: CSVFailure(.emptyColumnName, line: line)) }
            if !seen.insert(name).inserted {
                throw Problem(failure: CSVFailure(.duplicateColumn, line: line, column: name))
            }
        }
        return names
    }

    /// The next record; nil at the end.
    private func record(_ cursor: inout Cursor, names: [String]?) throws -> (line: Int, texts: [[UInt8]])? {
        while cursor.isAtLineEnd { cursor.skipLineEnd() }
        guard cursor.current != nil else { return nil }
        let line = cursor.line
        var texts: [[UInt8]] = []
        func problem(_ code: S3DBError.Code, isInField: Bool = true) -> Problem {
            let column = names.flatMap { $0.indices.contains(texts.count) ? $0[texts.count] : nil }
            return Problem(failure: CSVFailure(code, line: line, column: isInField ? column : nil))
        }
        while true {
            let text = try self.text(&cursor, problem)
            if cursor.current == dialect.delimiter {
                if let names, texts.count + 1 >= names.count { throw problem(.raggedRow, isInField: false) }
                if names == nil && texts.count + 1 >= limits.columnCount {
                    throw problem(.limitExceeded, isInField: false)
                }
                texts.append(text)
                cursor.index += 1
                continue
            }
            if cursor.current == 13 && cursor.next != 10 { throw problem(.strayCarriageReturn) }
            texts.append(text)
            if cursor.current != nil { cursor.skipLineEnd() }
            break
        }
        if let names, texts.count != names.count { throw problem(.raggedRow, isInField: false) }
        return (line, texts)
    }

    /// One field; the cursor then stands on what ends it.
    private func text(_ cursor: inout Cursor, _ problem: (S3DBError.Code, Bool) -> Problem) throws -> [UInt8] {
        var text: [UInt8] = []
        guard let quote = dialect.quote, cursor.current == quote else {
            while let byte = cursor.current, byte != dialect.delimiter, byte != 10, byte != 13 {
                text.append(byte)
                cursor.index += 1
            }
            if text.count > limits.fieldByteCount { throw problem(.limitExceeded, true) }
            return text
        }
        cursor.index += 1
        let start = cursor.index
        while cursor.current != quote || cursor.next == quote {
            guard let byte = cursor.current else {
                if cursor.index - start > limits.fieldByteCount { throw problem(.limitExceeded, true) }
                throw problem(.openQuote, true)
            }
            if byte == 10 { cursor.line += 1 }
            text.append(byte)
            cursor.index += byte == quote ? 2 : 1
        }
        if cursor.index - start > limits.fieldByteCount { throw problem(.limitExceeded, true) }
        cursor.index += 1
        if let byte = cursor.current, byte != dialect.delimiter, byte != 10, byte != 13 {
            throw problem(.strayQuote, true)
        }
        return text
    }

    /// The value of a field; nil where it does not fit.
    private func cell(_ bytes: [UInt8], _ field: Field, line: Int) throws -> Cell? {
        let place = CSVFailure(.nullValue, line: line, column: field.name)
        if field.type.isVariableLength {
            if bytes.isEmpty && emptyIsNull.contains(field.name) {
                if !field.isNullable { throw Problem(failure: place) }
                return .null
            }
            if field.type == .utf8 && String(validating: bytes, as: UTF8.self) == nil {
                throw Problem(failure: CSVFailure(.invalidUTF8, line: line, column: field.name))
            }
            return .bytes(bytes)
        }
        if dialect.nullTokens.contains(where: { Array($0.utf8) == bytes }) {
            if !field.isNullable { throw Problem(failure: place) }
            return .null
        }
        guard var text = String(validating: bytes, as: UTF8.self)?.unicodeScalars.map(Character.init) else {
            return nil
        }
        if dialect.trimsNumbers {
            while text.first == " " || text.first == "\t" { text.removeFirst() }
            while text.last == " " || text.last == "\t" { text.removeLast() }
        }
        return Self.value(String(text), field.type)
    }

    static func value(_ text: String, _ type: DataType) -> Cell? {
        switch type {
        case .bool:
            ["true", "1"].contains(text.lowercased())
                ? .bool(true)
                : ["false", "0"].contains(text.lowercased()) ? .bool(false) : nil
        case .int8: integer(text, Int8.min...Int8.max)
        case .int16: integer(text, Int16.min...Int16.max)
        case .int32: integer(text, Int32.min...Int32.max)
        case .int64: integer(text, Int64.min...Int64.max)
        case .uint8: integer(text, UInt8.min...UInt8.max)
        case .uint16: integer(text, UInt16.min...UInt16.max)
        case .uint32: integer(text, UInt32.min...UInt32.max)
        case .uint64: integer(text, UInt64.min...UInt64.max)
        case .float64: special(text).map(Cell.double) ?? decimal(text).flatMap { Double($0.canonical) }.map(Cell.double)
        case .float32:
            special(text).map { .float(Float($0)) } ?? decimal(text).flatMap { Float($0.canonical) }.map(Cell.float)
        default: .text(text)
        }
    }

    private static func special(_ text: String) -> Double? {
        var name = text.lowercased()
        let isNegative = name.hasPrefix("-")
        if isNegative || name.hasPrefix("+") { name.removeFirst() }
        return name == "nan" ? .nan : ["inf", "infinity"].contains(name) ? (isNegative ? -.infinity : .infinity) : nil
    }

    private struct Decimal {
        var sign: String
        var whole: String
        var fraction: String
        var exponent: String
        var canonical: String {
            "\(sign == "-" ? "-" : "")\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)e\(exponent)"
        }
    }

    private static func decimal(_ text: String) -> Decimal? {
        guard
            let match = try? /([+\-]?)([0-9]*)(?:(\.)([0-9]*))?(?:[eE]([+\-]?[0-9]+))?/
                .wholeMatch(in: text)
        else { return nil }
        let decimal = Decimal(
            sign: String(match.1), whole: String(match.2), fraction: match.4.map(String.init) ?? "",
            exponent: match.5.map(String.init) ?? "0")
        return decimal.whole.isEmpty && decimal.fraction.isEmpty ? nil : decimal
    }

    /// Moves the dot digit by digit.
    private static func integer<Value: FixedWidthInteger>(_ text: String, _ range: ClosedRange<Value>) -> Cell? {
        guard let decimal = decimal(text), decimal.sign != "+" else { return nil }
        var whole = decimal.whole
        var fraction = decimal.fraction
        guard (whole + fraction).contains(where: { $0 != "0" }) else { return .int(0) }
        guard let exponent = Int(decimal.exponent), abs(exponent) < 10_000 else { return nil }
        for _ in 0..<max(0, exponent) { whole.append(fraction.isEmpty ? "0" : fraction.removeFirst()) }
        for _ in 0..<max(0, -exponent) { fraction.insert(whole.popLast() ?? "0", at: fraction.startIndex) }
        guard fraction.allSatisfy({ $0 == "0" }) else { return nil }
        guard let value = Int128(decimal.sign + (whole.isEmpty ? "0" : whole)) else { return nil }
        return Value(exactly: value) == nil ? nil : .int(value)
    }
}
