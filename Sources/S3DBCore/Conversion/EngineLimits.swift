/// What a conversion may use: none of it shapes an output's bytes.
public struct EngineLimits: Hashable, Sendable {
    /// Threads that decode and encode.
    public var workerCount: Int
    /// Bytes of memory for data in flight, native codec contexts included.
    public var memoryByteCount: Int
    /// Bytes read from a source at a time.
    public var readByteCount: Int
    /// Bytes of the first parts of an upload; later ones grow so that any object fits in 10,000 parts.
    public var partByteCount: Int
    /// How often a job is begun at most, when sources or outputs change underneath.
    public var attemptCount: Int
    /// The bytes of one source field.
    public var fieldByteCount: Int
    /// The columns of a source.
    public var columnCount: Int
    /// How far sources may inflate.
    public var inflate: InflateLimits
    /// How old an unfinished upload must be to be swept away.
    public var uploadAge: Duration

    /// How many planned jobs may wait before no further dataset is planned.
    public var plannedJobCount: Int

    /// Makes limits.
    public init(
        workerCount: Int = 2, memoryByteCount: Int = 256 << 20, readByteCount: Int = 256 << 10,
        partByteCount: Int = 8 << 20, attemptCount: Int = 3, fieldByteCount: Int = 16 << 20,
        columnCount: Int = 10_000, inflate: InflateLimits = InflateLimits(), uploadAge: Duration = .seconds(86_400),
        plannedJobCount: Int = 20_000
    ) {
        self.workerCount = workerCount
        self.memoryByteCount = memoryByteCount
        self.readByteCount = readByteCount
        self.partByteCount = partByteCount
        self.attemptCount = attemptCount
        self.fieldByteCount = fieldByteCount
        self.columnCount = columnCount
        self.inflate = inflate
        self.uploadAge = uploadAge
        self.plannedJobCount = plannedJobCount
    }
}
