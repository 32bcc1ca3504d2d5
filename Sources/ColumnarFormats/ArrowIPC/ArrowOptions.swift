import S3DBCore

/// How an Arrow stream or file is laid out.
public struct ArrowOptions: Hashable, Sendable {
    /// How text columns are written whose fields do not ask for a dictionary of their own.
    public enum Strings: String, Hashable, Sendable, CaseIterable {
        /// As offsets and bytes: what every reader takes.
        case plain
        /// As positions in a dictionary; each section opens with its own dictionaries, which replace those before.
        ///
        /// Readers that keep only the last dictionary of a column (Arrow.jl's `Arrow.Table`) give wrong values for
        /// files of more than one section, and the IPC file format does not allow them.
        case dictionary
    }

    /// How text columns are written whose fields do not ask for a dictionary of their own.
    public var strings: Strings

    /// What holds the messages together.
    public var container: ArrowContainer

    /// The rows of a record batch message; the last one of a section has fewer.
    ///
    /// Batches are larger than in other writers: S3DB days repeat whole feeds, which a codec around the stream sees only
    /// where the values of a column stand close together. One batch a day takes a quarter fewer bytes under zstd 3 than
    /// batches of 65,536 rows, and with dictionary strings less than half of them.
    ///
    /// Divided by the target's ``SinkTarget/rowLimitDivisor``.
    public var recordBatchRowCount: Int

    /// The bytes of one text column in a record batch, bounded by its 32-bit offsets.
    var textByteLimit = Int(Int32.max)

    /// Makes options. Traps when `recordBatchRowCount` is not in 1 ... 2^31 - 1.
    public init(
        strings: Strings = .plain, recordBatchRowCount: Int = 1 << 18, container: ArrowContainer = .stream
    ) {
        precondition(Self.recordBatchRowCounts.contains(recordBatchRowCount), "rows of a record batch out of range")
        self.strings = strings
        self.recordBatchRowCount = recordBatchRowCount
        self.container = container
    }

    /// The rows that a record batch may have: other libraries index rows with 32 bits.
    static let recordBatchRowCounts = 1...Int(Int32.max)

    /// The options' names as text.
    enum Name: String, CaseIterable {
        case strings
        case batchRows = "batch-rows"
        case container
    }

    /// Sets an option from text.
    mutating func set(_ name: String, _ value: String) throws(S3DBError) {
        switch Name(rawValue: name) {
        case .strings:
            guard let strings = Strings(rawValue: value) else {
                throw Self.misfit(name, value, "It is " + Strings.allCases.map(\.rawValue).joined(separator: " or "))
            }
            self.strings = strings
        case .batchRows:
            guard let count = Int(value), Self.recordBatchRowCounts.contains(count) else {
                throw Self.misfit(name, value, "It is a number from 1 to \(Self.recordBatchRowCounts.upperBound)")
            }
            recordBatchRowCount = count
        case .container:
            guard let container = ArrowContainer(rawValue: value) else {
                throw Self.misfit(
                    name, value, "It is " + ArrowContainer.allCases.map(\.rawValue).joined(separator: " or "))
            }
            self.container = container
        case nil:
            throw S3DBError(
                .invalidSpec, "arrow has no option \(S3DBError.quoted(name))",
                remedy: "There are: " + Name.allCases.map(\.rawValue).joined(separator: ", "))
        }
    }

    private static func misfit(_ name: String, _ value: String, _ remedy: String) -> S3DBError {
        S3DBError(.invalidSpec, "option \(name) of arrow cannot be \(S3DBError.quoted(value))", remedy: remedy)
    }
}
