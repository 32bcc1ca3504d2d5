import S3DBCore

/// Reads what stands before the first record of data: a byte order mark and the names of the columns.
final class CSVHeader {
    private let dialect: CSVDialect
    private let limits: RecordLimits
    private let scanner: RecordScanner
    private var isPastMark = false
    private var isEmpty = true

    /// The names of the columns, once they are known.
    private(set) var names: [String]?

    /// The line that the data begins on.
    var line: Int { scanner.line }

    init(dialect: CSVDialect, limits: RecordLimits) {
        self.dialect = dialect
        self.limits = limits
        scanner = RecordScanner(headerOf: dialect, limits: limits)
    }

    /// Reads on and returns how many bytes are used.
    ///
    /// ``names`` is set when all is read.
    func read(_ input: UnsafeRawBufferPointer, isLast: Bool) throws(S3DBError) -> Int {
        var used = 0
        if !isPastMark {
            let mark = Byte.byteOrderMark
            let hasMark = input.starts(with: mark)
            if !hasMark && !isLast && mark.starts(with: input) { return 0 }
            isPastMark = true
            used = hasMark ? mark.count : 0
        }
        let rest = UnsafeRawBufferPointer(rebasing: input[used...])
        isEmpty = isEmpty && rest.isEmpty
        switch dialect.header {
        case .names(let given):
            if isLast && isEmpty { throw Self.emptyObject }
            try check(given)
            names = given
        case .firstRecord:
            used += try readRecord(rest, isLast: isLast)
        }
        return used
    }

    private static let emptyObject = S3DBError(
        .emptyObject, "there is nothing to read, not even a header",
        remedy: "Check that the object was written whole; a day without rows has at least a header")

    private func readRecord(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws(S3DBError) -> Int {
        let window = UnsafeRawBufferPointer(rebasing: bytes.prefix(FieldReference.maximumBlockByteCount))
        let outcome = scanner.scan(window, isLast: isLast && window.count == bytes.count, rowLimit: 1)
        if let fault = outcome.fault { throw fault.error(names: [], limits: limits) }
        if outcome.rowCount == 1, let block = scanner.block(window, outcome, columnCount: scanner.headerFieldCount) {
            let found = try texts(block)
            try check(found, line: block.lines[0])
            names = found
        } else if isLast && window.count == bytes.count {
            throw Self.emptyObject
        } else if window.count < bytes.count && outcome.byteCount == 0 {
            throw ScanFault(kind: .recordTooLong, field: 0, line: scanner.line).error(names: [], limits: limits)
        }
        return outcome.byteCount
    }

    private func texts(_ block: FieldBlock) throws(S3DBError) -> [String] {
        let options = ColumnOptions(
            nullTokens: NullTokens([]), trimsNumbers: false, emptyIsNull: false, quote: dialect.quote,
            reservedRowCount: 0)
        let state = ColumnState(column: 0, field: Field("", .utf8), options: options)
        var texts: [String] = []
        for index in 0..<block.columnCount {
            let bytes = state.content(block.references[index], block)
            let text = String(decoding: bytes, as: UTF8.self)
            guard UTF8Text.isValid(bytes) else {
                throw S3DBError(
                    .invalidUTF8, "the name of column \(index + 1) is not valid UTF-8",
                    remedy: "Convert the source to UTF-8", at: .init(line: block.lines[0], column: text))
            }
            texts.append(text)
        }
        return texts
    }

    private func check(_ names: [String], line: Int? = nil) throws(S3DBError) {
        if names.count > limits.columnCount {
            throw ScanFault(kind: .tooManyColumns, field: 0, line: line ?? 1).error(names: [], limits: limits)
        }
        var known = Set<String>()
        for (index, name) in names.enumerated() {
            if name.isEmpty {
                throw S3DBError(
                    .emptyColumnName, "column \(index + 1) of the header has no name", remedy: "Name every column",
                    at: .init(line: line))
            }
            if !known.insert(name).inserted {
                throw S3DBError(
                    .duplicateColumn, "the header names the column \(S3DBError.quoted(name)) twice",
                    remedy: "Give each column a name of its own", at: .init(line: line, column: name))
            }
        }
        if names.isEmpty {
            throw S3DBError(.invalidArgument, "a dialect without a header names no columns", remedy: "Name them")
        }
    }
}
