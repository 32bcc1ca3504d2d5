/// What the sources of a conversion are: the days of an S3DB lake, or a tree of tables that this library or the service
/// before it made of them.
public struct SourceFormat: Hashable, Sendable {
    /// The name of the format: `csv` for a lake's days, the name of a format that can be read back for a tree.
    public var name: String
    /// The layout of the tree's keys; nil where the keys tell.
    public var layout: String?
    /// How much time a file of the tree covers; nil where keys or files tell.
    public var size: PartitionSize?

    /// Names a format.
    public init(_ name: String = csvName, layout: String? = nil, size: PartitionSize? = nil) {
        self.name = name
        self.layout = layout
        self.size = size
    }

    /// `csv`.
    public static let csvName = "csv"
    /// The days of a lake.
    public static let csv = SourceFormat()

    /// Whether the sources are tables.
    public var isTables: Bool { name != Self.csvName }
}
