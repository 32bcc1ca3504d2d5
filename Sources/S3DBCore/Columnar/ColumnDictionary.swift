/// The values that a dictionary-encoded column refers to.
///
/// A parser that meets new values as it goes hands out ever longer dictionaries of one ``lineage``: a longer one
/// begins with all the values of a shorter one, so that a consumer translates each value once, whatever the
/// number of batches.
public final class ColumnDictionary: Sendable {
    /// The values: plain at the top and without nulls. They are distinct where this library made them; a file of others
    /// may repeat some.
    public let values: AnyColumn

    /// What all dictionaries that extend one another share.
    public let lineage: Lineage

    /// Makes a dictionary. `values` must be plain, without nulls, and should be distinct.
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
