/// An immutable column of values of one type, in Arrow's memory layout (Arrow Columnar Format, "Physical Memory
/// Layout").
///
/// It is checked once, when it is made; what reads it afterwards may rely on buffer sizes, on offsets that grow
/// and stay within their bytes, and on dictionary indices within their dictionary. The bytes at null positions
/// are unspecified but valid in the same sense. Text is UTF-8, which the maker of the column vouches for.
public struct AnyColumn: Sendable {
    /// The type of the values.
    public let type: DataType
    /// The number of values, nulls included.
    public let count: Int
    /// Which values are not null; nil where none is null.
    public let validity: Bitmap?
    /// Where the values are.
    public let storage: Storage

    /// The number of nulls.
    public var nullCount: Int { validity.map { $0.count - $0.setCount } ?? 0 }

    /// How a column's values are laid out.
    public enum Storage: Sendable {
        /// `count` values of the type's byte width, in native byte order.
        case fixedWidth(Buffer)
        /// `count` bits.
        case bits(Bitmap)
        /// `count + 1` offsets (`Int32`) into `bytes`.
        case variableLength(offsets: Buffer, bytes: Buffer)
        /// `count` positions (`Int32`) in a dictionary; 0 at nulls.
        case dictionary(indices: Buffer, ColumnDictionary)
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

    /// A column of nulls. O(count).
    public static func nulls(_ type: DataType, count: Int) -> AnyColumn {
        var bits = BitmapBuilder()
        bits.append(false, repeating: count)
        let validity = bits.freeze()
        let storage: Storage
        if let width = type.byteWidth {
            storage = .fixedWidth(zeros(count * width))
        } else if type == .bool {
            storage = .bits(validity)
        } else {
            storage = .variableLength(offsets: zeros((count + 1) * 4), bytes: Buffer())
        }
        return AnyColumn(uncheckedType: type, count: count, validity: validity, storage: storage)
    }

    private static func zeros(_ byteCount: Int) -> Buffer {
        var builder = BufferBuilder(capacity: byteCount)
        builder.appendZeros(byteCount)
        return builder.freeze()
    }

    /// What is wrong with such a column, or nil.
    private static func problem(type: DataType, count: Int, validity: Bitmap?, storage: Storage) -> String? {
        if count < 0 { return "negative count" }
        if let validity, validity.count != count { return "\(validity.count) validity bits for \(count) values" }
        switch storage {
        case .fixedWidth(let values):
            guard let width = type.byteWidth else { return "fixed-width storage" }
            return values.count == count * width ? nil : "\(values.count) bytes for \(count) values"
        case .bits(let bits):
            guard type == .bool else { return "bit storage" }
            return bits.count == count ? nil : "\(bits.count) bits for \(count) values"
        case .variableLength(let offsets, let bytes):
            guard type.isVariableLength else { return "variable-length storage" }
            guard offsets.count == (count + 1) * 4 else { return "\(offsets.count) bytes of offsets" }
            return offsets.withElements(of: Int32.self) { offsets in
                var previous: Int32 = 0
                for offset in offsets {
                    if offset < previous { return "offsets that shrink" }
                    previous = offset
                }
                return Int(previous) <= bytes.count ? nil : "offsets beyond the bytes"
            }
        case .dictionary(let indices, let dictionary):
            guard dictionary.values.type == type else { return "a dictionary of \(dictionary.values.type)" }
            guard indices.count == count * 4 else { return "\(indices.count) bytes of indices" }
            let size = dictionary.values.count
            return indices.withElements(of: Int32.self) { indices in
                for (row, index) in indices.enumerated() where index < 0 || Int(index) >= size {
                    if index == 0, validity.map({ !$0[row] }) ?? false { continue }
                    return "index \(index) into a dictionary of \(size)"
                }
                return nil
            }
        }
    }
}

/// The distinct values that a dictionary-encoded column refers to.
///
/// A parser that meets new values as it goes hands out ever longer dictionaries of one ``lineage``: a longer one
/// begins with all the values of a shorter one, so that a consumer translates each value once, whatever the
/// number of batches.
public final class ColumnDictionary: Sendable {
    /// The values: plain, distinct, without nulls.
    public let values: AnyColumn

    /// What all dictionaries that extend one another share.
    public let lineage: Lineage

    /// Makes a dictionary. `values` must be plain, distinct and without nulls.
    public init(values: AnyColumn, lineage: Lineage = Lineage()) {
        self.values = values
        self.lineage = lineage
    }

    /// The identity of a growing dictionary; compare with `===`.
    public final class Lineage: Sendable {
        /// Makes a new identity.
        public init() {}
    }
}
