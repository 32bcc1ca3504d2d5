import S3DBCore

/// A format of files of rows that are read back.
public enum TableFormat: String, Sendable, CaseIterable {
    /// Parquet.
    case parquet
    /// Arrow's IPC file format.
    case arrowFile = "arrow-file"
    /// Arrow's IPC stream format.
    case arrowStream = "arrow-stream"

    /// The format that a file's first bytes show; nil for none of these.
    ///
    /// - Parameter head: 64 KiB of the file, or all of it where it is shorter.
    public init?(head: RawSpan) {
        if Self.begins(head, with: "PAR1") || Self.begins(head, with: "PARE") {
            self = .parquet
        } else if Self.begins(head, with: "ARROW1") {
            self = .arrowFile
        } else if Self.isStream(head) {
            self = .arrowStream
        } else {
            return nil
        }
    }

    private static func begins(_ head: RawSpan, with magic: StaticString) -> Bool {
        guard head.byteCount >= magic.utf8CodeUnitCount else { return false }
        return (0..<magic.utf8CodeUnitCount).allSatisfy { index in
            head.unsafeLoad(fromByteOffset: index, as: UInt8.self) == magic.utf8Start[index]
        }
    }

    /// Whether bytes can be the schema message that a stream begins with. Before format version 0.15 nothing marked it, so
    /// that its metadata must make sense.
    private static func isStream(_ head: RawSpan) -> Bool {
        guard head.byteCount >= ArrowMessage.prefixByteCount,
            let frame = try? ArrowFrame(head, at: 0, limits: ArrowReadLimits()), !frame.metadata.isEmpty
        else { return false }
        if frame.metadata.lowerBound == ArrowMessage.prefixByteCount { return true }
        guard frame.metadata.upperBound <= head.byteCount else { return false }
        do throws(S3DBError) {
            let metadata = Buffer(copying: head.extracting(frame.metadata))
            return try ArrowMessageHead(metadata, byteOffset: frame.metadata.lowerBound).kind == .schema
        } catch {
            // Such a message has a version that is refused by name.
            return error.code == .unsupported
        }
    }
}

extension TableFormat: CustomStringConvertible {
    /// The name for people.
    public var description: String {
        switch self {
        case .parquet: "Parquet"
        case .arrowFile: "Arrow file"
        case .arrowStream: "Arrow stream"
        }
    }
}
