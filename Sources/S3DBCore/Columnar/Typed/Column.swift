/// A column as a collection of Swift values, read where they lie.
///
///     let lmp: Column<Double?> = try batch["lmp"]
///     let mean = lmp.compactMap { $0 }.reduce(0, +) / Double(lmp.count)
///
/// The type of the values is chosen by the caller and checked once, when the column is opened; so are nulls, which only
/// columns of optional values may have. Text and bytes are copied where the values are `String` or `[UInt8]`, and not
/// where they are ``UTF8Slice`` or ``Buffer``. Of run-end encoded values the run is searched for each time.
public struct Column<Value: ColumnValue>: RandomAccessCollection, Sendable {
    /// The column that has the values.
    public let column: AnyColumn

    @usableFromInline let access: Value.Access
    /// Where runs end; nil where each value stands for itself.
    @usableFromInline let runEnds: [Int]?

    /// Opens a column.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` where its type has no such values, ``S3DBError/Code/nullValue`` where
    ///   it has nulls and `Value` is not optional.
    public init(_ column: AnyColumn) throws(S3DBError) {
        var values = column
        if case .runs(let ends, let runs) = column.storage {
            (values, runEnds) = (runs, RunEnds.values(of: ends))
        } else {
            runEnds = nil
        }
        if !Value.isOptional && values.nullCount > 0 {
            throw S3DBError(
                .nullValue, "\(values.nullCount) nulls in a column that was asked for values of \(Value.self)",
                remedy: "Ask for Column<\(Value.self)?>")
        }
        self.column = column
        access = try Value.access(to: values)
    }

    /// 0.
    @inlinable public var startIndex: Int { 0 }

    /// The number of values.
    @inlinable public var endIndex: Int { column.count }

    /// The value at `row`. O(1), or O(log runs), and what a copy of it takes. Traps out of bounds.
    @inlinable
    public subscript(row: Int) -> Value {
        precondition(row >= 0 && row < column.count, "row out of bounds")
        guard let runEnds else { return Value.value(at: row, in: access) }
        return Value.value(at: RunEnds.run(of: row, in: runEnds), in: access)
    }
}

/// A Swift type that the values of columns can be read as.
public protocol ColumnValue: Sendable {
    /// What reads the values of one column.
    associatedtype Access: Sendable

    /// Whether a null is a value.
    static var isOptional: Bool { get }

    /// Opens a column, which has no runs and, where ``isOptional`` is false, no nulls.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` where the column's type has no such values.
    static func access(to column: AnyColumn) throws(S3DBError) -> Access

    /// The value at a row, which lies within the column.
    static func value(at row: Int, in access: Access) -> Self
}

extension ColumnValue {
    /// False.
    public static var isOptional: Bool { false }

    /// The error about a column that has no such values.
    static func misfit(_ column: AnyColumn) -> S3DBError {
        S3DBError(.invalidArgument, "a column of \(column.type) was asked for values of \(Self.self)")
    }
}

extension RecordBatch {
    /// The column called `name` as a collection of Swift values.
    ///
    /// - Throws: ``S3DBError/Code/missingColumn``, or what ``Column/init(_:)`` throws.
    public subscript<Value: ColumnValue>(name: String) -> Column<Value> {
        get throws(S3DBError) {
            let column = try column(name)
            do throws(S3DBError) {
                return try Column(column)
            } catch {
                throw error.located(in: .init(column: name))
            }
        }
    }
}

/// Opens nullable columns.
public struct OptionalAccess<Wrapped: ColumnValue>: Sendable {
    /// Which values are not null; nil where all are.
    @usableFromInline let validity: Bitmap?
    /// What reads the values; nil where all are null by their type.
    @usableFromInline let wrapped: Wrapped.Access?

    @usableFromInline
    init(validity: Bitmap?, wrapped: Wrapped.Access?) {
        self.validity = validity
        self.wrapped = wrapped
    }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    /// True.
    public static var isOptional: Bool { true }

    /// Opens a column of the wrapped type's values, or of nulls.
    public static func access(to column: AnyColumn) throws(S3DBError) -> OptionalAccess<Wrapped> {
        if column.type == .null { return OptionalAccess(validity: nil, wrapped: nil) }
        return OptionalAccess(validity: column.validity, wrapped: try Wrapped.access(to: column))
    }

    /// The value at a row, nil for null.
    @inlinable
    public static func value(at row: Int, in access: OptionalAccess<Wrapped>) -> Wrapped? {
        guard let wrapped = access.wrapped, access.validity.map({ $0[row] }) ?? true else { return nil }
        return Wrapped.value(at: row, in: wrapped)
    }
}
