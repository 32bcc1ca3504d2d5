// JSON Lines (https://jsonlines.org): one JSON text a line, UTF-8, lines end in "\n".
//
//   {"s3db.provenance": "…"}        first line: the file's metadata, all values text
//   {"target_start": 1577836800}    then one object a row, its members in the order of the columns

import S3DBCore

/// Rows as lines of JSON: a format that is made outside of the converter's package.
///
/// A section is the lines of its rows; they know nothing of where they stand. Infinities and NaN, which JSON lacks,
/// are the texts `inf`, `-inf` and `nan`; bytes are arrays of numbers.
public struct JSONLines: ColumnarSink {
    /// Makes the format.
    public init() {}

    /// `jsonl`.
    public var name: String { "jsonl" }

    /// `jsonl`.
    public var fileExtension: String { "jsonl" }

    /// None.
    public var optionNames: [String] { [] }

    /// Nothing but schema and codec shapes a file.
    public var canonicalOptions: String { "" }

    /// Lines are not compressed one by one.
    public func supportsInnerCodec(_ codec: any Codec) -> Bool { false }

    /// Refuses every option.
    public func configured(_ options: [String: String]) throws(S3DBError) -> JSONLines {
        guard let name = options.keys.min() else { return self }
        throw S3DBError(
            .invalidSpec, "jsonl has no option \(S3DBError.quoted(name))", remedy: "Leave the option out")
    }

    /// Makes an encoder of lines.
    public func makeEncoder(_ target: SinkTarget) throws(S3DBError) -> JSONLinesEncoder {
        JSONLinesEncoder(schema: target.schema)
    }

    /// Makes an assembler, which writes the first line.
    public func makeAssembler(_ target: SinkTarget) throws(S3DBError) -> JSONLinesAssembler {
        JSONLinesAssembler()
    }

    /// Reads the first line.
    public func findMetadata(
        head: RawSpan, tail: RawSpan, fileByteCount: Int?
    ) throws(S3DBError) -> MetadataLookup {
        let line = head.withUnsafeBytes { bytes in
            bytes.firstIndex(of: UInt8(ascii: "\n")).map { Buffer(bytes[..<$0]) }
        }
        guard let line else { return .needsHead(max(4096, 2 * head.byteCount)) }
        guard let members = try JSONValue.parse(line.bytes).objectValue else {
            throw S3DBError(.corruptFile, "the first line of a JSON Lines file is no object")
        }
        return .found(members.compactMap { member in member.value.stringValue.map { (member.name, $0) } })
    }
}

/// Writes the first line; nothing stands behind the last.
public final class JSONLinesAssembler: FileAssembler {
    private var opened: Buffer?

    /// Fixes the first line.
    public func open(_ metadata: KeyValueMetadata) throws(S3DBError) -> Buffer {
        let line = Self.line(metadata)
        opened = line
        return line
    }

    /// Lines need not be known.
    public func place(_ section: EncodedSection<JSONLinesLayout>) throws(S3DBError) {}

    /// The first line, and nothing.
    public func seal(_ metadata: KeyValueMetadata) throws(S3DBError) -> FileEnds {
        FileEnds(prologue: opened ?? Self.line(metadata), epilogue: Buffer())
    }

    private static func line(_ metadata: KeyValueMetadata) -> Buffer {
        let members = metadata.map { JSONValue.Member($0.key, .string($0.value)) }
        return Buffer((JSONValue.object(members).serialized() + "\n").utf8)
    }
}

/// What an assembler must know of lines: nothing.
public struct JSONLinesLayout: Sendable {}
