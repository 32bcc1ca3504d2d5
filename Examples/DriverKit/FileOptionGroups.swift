import ArgumentParser

/// Which parts of a file are looked at.
package struct PartOptions: DriverOptionGroup {
    @Option(parsing: .upToNextOption, help: .init("Only these columns.", valueName: "name"))
    var column: [String] = []
    @Option(
        parsing: .upToNextOption,
        help: .init("Only these row groups or record batches, counted from 0.", valueName: "n"))
    var rowGroup: [String] = []

    package init() {}

    package var given: [OptionName: [String]] { .init(lists: [.column: column, .rowGroup: rowGroup]) }
}

/// Which rows and columns of a file are read.
package struct RowOptions: DriverOptionGroup {
    @Option(help: .init("Only these columns, in this order, with commas between.", valueName: "a,b"))
    var columns: String?
    @Option(
        name: .customLong("where"), parsing: .upToNextOption,
        help: .init(
            "Only rows for which all of these hold, such as 'lmp>500' or 'lmp is null'.", valueName: "comparison"))
    var whereConditions: [String] = []

    package init() {}

    package var given: [OptionName: [String]] {
        .init(texts: [.columns: columns], lists: [.whereCondition: whereConditions])
    }
}

/// How many rows are shown.
package struct HeadOptions: DriverOptionGroup {
    @Option(help: .init("How many; 10 unless told otherwise.", valueName: "n"))
    var rows: String?

    package init() {}

    package var given: [OptionName: [String]] { .init(texts: [.rows: rows]) }
}

/// Whether rows are written as CSV.
package struct CSVOptions: DriverOptionGroup {
    @Flag(help: "Print CSV.")
    var csv = false

    package init() {}

    package var given: [OptionName: [String]] { .init(flags: [.csv: csv]) }
}

/// How much of what differs is shown.
package struct DiffOptions: DriverOptionGroup {
    @Option(help: .init("Differing values that are shown of each column; 10 unless told otherwise.", valueName: "n"))
    var differences: String?

    package init() {}

    package var given: [OptionName: [String]] { .init(texts: [.differences: differences]) }
}
