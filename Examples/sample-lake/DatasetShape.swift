import S3DBCore

/// What the days of one kind of dataset look like.
protocol DatasetShape: Sendable {
    /// METADATA.json.
    var metadata: String { get }

    /// The names of the columns of an ordinary day, in order.
    var columns: [String] { get }

    /// The column that a day with another schema has beside them; METADATA.json does not declare it.
    var addedColumn: String { get }

    /// The column that a day with another schema lacks.
    var droppedColumn: String { get }

    /// Appends the CSV of a day: the header and exactly `rowCount` rows.
    ///
    /// - Parameters:
    ///   - columns: Which columns the day has, in order.
    ///   - hours: The hours, 0 to 23, that rows lie in, ascending.
    func append(day: UTCDay, rowCount: Int, columns: [String], hours: [Int], to csv: inout BufferBuilder)
}

extension DatasetShape {
    /// The columns of a day that differs from the ordinary.
    func columns(of day: UTCDay, in oddities: Oddities) -> [String] {
        var names = columns
        if oddities.lackingColumn.contains(day) { names.removeAll { $0 == droppedColumn } }
        if oddities.addingColumn.contains(day) { names.append(addedColumn) }
        if oddities.reordered.contains(day) { names.reverse() }
        return names
    }
}

/// The days that are not like the others.
struct Oddities: Sendable {
    /// Days without an object.
    var missing: Set<UTCDay> = []
    /// Days with a column that the others lack.
    var addingColumn: Set<UTCDay> = []
    /// Days without a column that the others have.
    var lackingColumn: Set<UTCDay> = []
    /// Days with the columns in reverse order.
    var reordered: Set<UTCDay> = []
}

extension BufferBuilder {
    /// Appends a text's UTF-8.
    mutating func append(text: String) {
        append(contentsOf: text.utf8)
    }

    /// Appends an integer in decimal.
    mutating func append(decimal number: Int64) {
        append(text: String(number))
    }

    /// Appends hundredths as the shortest decimal with at least one digit behind the point: `20.47`, `-0.5`, `3.0`.
    mutating func append(hundredths: Int) {
        if hundredths < 0 { append(UInt8(ascii: "-")) }
        let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        append(digits: whole)
        append(UInt8(ascii: "."))
        append(UInt8(ascii: "0") + UInt8(rest / 10))
        if rest % 10 != 0 { append(UInt8(ascii: "0") + UInt8(rest % 10)) }
    }

    private mutating func append(digits number: UInt) {
        if number >= 10 { append(digits: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
