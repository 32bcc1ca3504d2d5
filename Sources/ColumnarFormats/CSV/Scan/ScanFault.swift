import S3DBCore

/// What is wrong with the structure of a record.
struct ScanFault: Equatable {
    enum Kind: Equatable {
        case tooManyFields
        case tooFewFields
        case strayCarriageReturn
        case strayQuote
        case openQuote
        case fieldTooLong
        case tooManyColumns
        case recordTooLong
    }

    var kind: Kind
    /// The position of the field in its record; for ``Kind/tooFewFields`` the number of fields.
    var field: Int
    /// The line that the record begins on.
    var line: Int

    /// The fault as an error.
    ///
    /// - Parameter names: The names of the columns, as far as they are known.
    func error(names: [String], limits: RecordLimits) -> S3DBError {
        let column = names.indices.contains(field) ? names[field] : nil
        let inField = S3DBError.Location(line: line, column: column)
        let inRecord = S3DBError.Location(line: line)
        return switch kind {
        case .tooManyFields:
            S3DBError(
                .raggedRow, "a record has more than the \(names.count) fields of the header",
                remedy: "Quote fields that hold the delimiter", at: inRecord)
        case .tooFewFields:
            S3DBError(
                .raggedRow, "a record has \(field) fields where the header has \(names.count)",
                remedy: "Write every field of a record, empty ones too", at: inRecord)
        case .strayCarriageReturn:
            S3DBError(
                .strayCarriageReturn, "a carriage return outside quotes is not followed by a line feed",
                remedy: "End lines with LF or CRLF, and quote fields that hold line ends", at: inField)
        case .strayQuote:
            S3DBError(
                .strayQuote, "something other than a delimiter or a line end follows a closing quote",
                remedy: "Double the quotes within a quoted field", at: inField)
        case .openQuote:
            S3DBError(
                .openQuote, "a quoted field is still open at the end of the input",
                remedy: "Check that the object is complete and that quotes are doubled within quoted fields",
                at: inField)
        case .fieldTooLong:
            S3DBError(
                .limitExceeded, "a field is longer than \(limits.fieldByteCount) bytes",
                remedy: "Look for a missing closing quote, or raise the limit fieldByteCount", at: inField)
        case .tooManyColumns:
            S3DBError(
                .limitExceeded, "the header has more than \(limits.columnCount) columns",
                remedy: "Check the delimiter, or raise the limit columnCount", at: inRecord)
        case .recordTooLong:
            S3DBError(
                .limitExceeded, "a record is longer than \(FieldReference.maximumBlockByteCount) bytes",
                remedy: "Look for a missing closing quote", at: inRecord)
        }
    }
}
