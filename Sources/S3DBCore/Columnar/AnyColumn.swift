/// An immutable column of values of one type, in Arrow's memory layout (Arrow Columnar Format, "Physical Memory
/// Layout").
///
/// It is checked once, when it is made; what reads it afterwards may rely on buffer sizes, on offsets that grow
/// and stay within what they point into, and on dictionary indices within their dictionary. What stands at null
/// positions is unspecified but valid in the same sense. Text is UTF-8, which the maker of the column vouches for.
public struct AnyColumn: Sendable {
    /// The type of the values.
    public let type: DataType
    /// The number of values, nulls included.
    public let count: Int
    /// Which values are not null; nil where none is null.
    public let validity: Bitmap?
    /// Where the values are.
    public let storage: Storage

    /// The number of nulls, as the validity bits have them: unions and runs have none of their own.
    public var nullCount: Int {
        if case .none = storage { return count }
        return validity.map { $0.count - $0.setCount } ?? 0
    }

    /// How a column's values are laid out.
    ///
    /// All but `dictionary` are the type's own ``DataType/layout-swift.property``. Offsets, sizes and indices are signed
    /// integers in native byte order; those of a slice need not begin at 0. Buffers start where their integers are
    /// aligned.
    public enum Storage: Sendable {
        /// Nothing: every value is null.
        case none
        /// `count` values of the type's byte width, in native byte order.
        case fixedWidth(Buffer)
        /// `count` bits.
        case bits(Bitmap)
        /// `count + 1` offsets into `bytes`.
        case variableLength(offsets: Buffer, bytes: Buffer)
        /// `count` views: a length and, up to 12 bytes, the value; or else its first 4 bytes, the number of a buffer and
        /// the offset in it.
        case views(Buffer, [Buffer])
        /// `count` positions (`Int32`) in a dictionary; 0 at nulls.
        case dictionary(indices: Buffer, ColumnDictionary)
        /// `count + 1` offsets into the elements.
        indirect case list(offsets: Buffer, elements: AnyColumn)
        /// `count` offsets into the elements and as many sizes.
        indirect case listView(offsets: Buffer, sizes: Buffer, elements: AnyColumn)
        /// As many elements for each value as the type says.
        indirect case fixedSizeList(elements: AnyColumn)
        /// A column of `count` values for each field.
        case structure([AnyColumn])
        /// `count` marks (`Int8`) that say which member has the value; for dense unions also where (`Int32`).
        case union(marks: Buffer, offsets: Buffer?, [AnyColumn])
        /// Where runs end, counted from the start of the column, growing up to `count`; and the value of each.
        indirect case runs(ends: AnyColumn, values: AnyColumn)
    }

    /// Makes a column, checking in O(count) that the storage fits the type and the count.
    ///
    /// A validity bitmap without a null is dropped.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument``.
    public init(type: DataType, count: Int, validity: Bitmap? = nil, storage: Storage) throws(S3DBError) {
        if let problem = Self.problem(type: type, count: count, validity: validity, storage: storage) {
            throw S3DBError(.invalidArgument, "not a column of \(type): \(problem)")
        }
        self.init(uncheckedType: type, count: count, validity: validity, storage: storage)
    }

    /// Makes a column that its maker knows to be right; checked in debug builds.
    public init(uncheckedType type: DataType, count: Int, validity: Bitmap? = nil, storage: Storage) {
        assert(
            Self.problem(type: type, count: count, validity: validity, storage: storage) == nil,
            Self.problem(type: type, count: count, validity: validity, storage: storage) ?? "")
        self.type = type
        self.count = count
        self.validity = validity.flatMap { $0.setCount == $0.count ? nil : $0 }
        self.storage = storage
    }
}
