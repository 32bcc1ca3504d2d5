/// What reading of Arrow files may be asked to take.
public struct ArrowReadLimits: Hashable, Sendable {
    /// The bytes of one message's metadata.
    public var metadataByteCount: Int
    /// The bytes of one message's body.
    public var bodyByteCount: Int
    /// The rows of one record batch or dictionary: some columns take no bytes, whatever their rows.
    public var rowCount: Int
    /// The bytes that each byte of a body may become, by compression or as nulls, once ``freeByteCount`` bytes are out.
    public var inflateRatio: Int
    /// The bytes that any body may become.
    public var freeByteCount: Int

    /// Makes limits.
    public init(
        metadataByteCount: Int = 64 << 20, bodyByteCount: Int = 16 << 30, rowCount: Int = Int(Int32.max),
        inflateRatio: Int = 1000, freeByteCount: Int = 64 << 20
    ) {
        self.metadataByteCount = metadataByteCount
        self.bodyByteCount = bodyByteCount
        self.rowCount = rowCount
        self.inflateRatio = inflateRatio
        self.freeByteCount = freeByteCount
    }
}
