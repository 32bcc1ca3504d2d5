/// A Swift type whose values a column can hold.
public protocol ColumnElement: Sendable {
    /// The column type that holds such values.
    static var columnType: DataType { get }

    /// The storage of `values`, in which nil stands for null.
    static func storage(of values: [Self?], encoding: ColumnEncoding) -> AnyColumn.Storage

    /// The values of `storage`, whose type is ``columnType``, nulls included.
    static func values(of storage: AnyColumn.Storage, count: Int) -> [Self]
}

/// How the values of a column made from Swift values are stored.
public enum ColumnEncoding: Sendable {
    /// One after the other.
    case plain
    /// As positions in a dictionary of the distinct values; for text.
    case dictionary
}

/// A column with its name, made from a Swift array: what ``RecordBatch/init(_:)`` takes.
public struct NamedColumn: Sendable {
    /// The name.
    public let name: String
    /// The values.
    public let column: AnyColumn
    /// Whether the array's elements are optional.
    public let isNullable: Bool

    /// Makes a column without nulls.
    public init<Element: ColumnElement>(
        _ name: String, _ values: [Element], as encoding: ColumnEncoding = .plain
    ) {
        self.name = name
        column = AnyColumn(values, as: encoding)
        isNullable = false
    }

    /// Makes a column in which nil stands for null.
    public init<Element: ColumnElement>(
        _ name: String, _ values: [Element?], as encoding: ColumnEncoding = .plain
    ) {
        self.name = name
        column = AnyColumn(values, as: encoding)
        isNullable = true
    }
}

extension RecordBatch {
    /// Makes a batch from columns of equal length; their names, types and optionality make the schema.
    ///
    /// - Throws: ``S3DBError/Code/duplicateColumn``, ``S3DBError/Code/emptyColumnName`` or, where lengths differ,
    ///   ``S3DBError/Code/invalidArgument``.
    public init(_ columns: [NamedColumn]) throws(S3DBError) {
        let fields = columns.map { Field($0.name, $0.column.type, isNullable: $0.isNullable) }
        try self.init(
            schema: try Schema(fields), columns: columns.map(\.column), rowCount: columns.first?.column.count ?? 0)
    }
}

extension AnyColumn {
    /// Makes a column without nulls from an array.
    public init<Element: ColumnElement>(_ values: [Element], as encoding: ColumnEncoding = .plain) {
        self.init(values.map(Optional.some), as: encoding)
    }

    /// Makes a column from an array in which nil stands for null.
    public init<Element: ColumnElement>(_ values: [Element?], as encoding: ColumnEncoding = .plain) {
        let validity = values.contains { $0 == nil } ? Bitmap(values.lazy.map { $0 != nil }) : nil
        self.init(
            uncheckedType: Element.columnType, count: values.count, validity: validity,
            storage: Element.storage(of: values, encoding: encoding))
    }

    /// The values as a Swift array, nil for null. O(count).
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` when the column holds another type.
    public func values<Element: ColumnElement>(as type: Element.Type = Element.self) throws(S3DBError) -> [Element?] {
        guard Element.columnType == self.type else {
            throw S3DBError(
                .invalidArgument, "a column of \(self.type) was asked for values of \(Element.columnType)")
        }
        let values = Element.values(of: storage, count: count)
        guard let validity else { return values }
        return values.enumerated().map { validity[$0.offset] ? $0.element : nil }
    }
}
