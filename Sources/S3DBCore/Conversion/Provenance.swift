/// Where a file's rows came from: what every output carries, and what decides whether it is current.
public struct Provenance: Hashable, Sendable {
    /// The tool that wrote the file.
    public var tool: String
    /// The text of the spec; see ``ValidatedSpec/text``.
    public var spec: String
    /// The hash of the schema; see ``OutputSchema/hash``.
    public var schemaHash: String
    /// Columns of the sources that METADATA.json lacks, by name.
    public var extraColumns: [String]
    /// The sections in their order.
    public var sections: [Section]
    /// In files of an hour, the source's rows in each of its 24 hours; nil elsewhere, and where it was not known
    /// when the metadata had to be written.
    public var hourRowCounts: [Int]?

    /// Makes a provenance.
    public init(
        tool: String, spec: String, schemaHash: String, extraColumns: [String], sections: [Section],
        hourRowCounts: [Int]? = nil
    ) {
        self.tool = tool
        self.spec = spec
        self.schemaHash = schemaHash
        self.extraColumns = extraColumns
        self.sections = sections
        self.hourRowCounts = hourRowCounts
    }

    /// What one section holds.
    public struct Section: Hashable, Sendable {
        /// The sources of the span that the section belongs to, in order: one, unless the spec joins days.
        public var sources: [Source]
        /// The rows; nil where they were not known when the metadata had to be written.
        public var rowCount: Int?
        /// The bytes that the section takes in the file; nil likewise, and where it is packed with the rest of the
        /// file as one frame.
        public var byteCount: Int?
        /// What the end of the outer codec's stream must know of the section; nil where there is no such codec.
        public var digest: PieceDigest?
        /// The columns that hold nulls.
        public var nullColumns: [String]
        /// Those of the file's ``Provenance/extraColumns`` that none of the span's sources has.
        public var absentColumns: [String]

        /// Makes a section's record.
        public init(
            sources: [Source], rowCount: Int? = nil, byteCount: Int? = nil, digest: PieceDigest? = nil,
            nullColumns: [String] = [], absentColumns: [String] = []
        ) {
            self.sources = sources
            self.rowCount = rowCount
            self.byteCount = byteCount
            self.digest = digest
            self.nullColumns = nullColumns
            self.absentColumns = absentColumns
        }
    }

    /// The key of the metadata entry that holds the provenance as JSON.
    public static let metadataKey = "s3db.provenance"

    /// A short name for ``spec``.
    public var specHash: String { fnv1a(spec) }

    /// The sources in order, each once.
    public var sources: [Source] { Self.sources(of: sections) }

    /// The sources of sections in order, each once.
    static func sources(of sections: [Section]) -> [Source] {
        var sources: [Source] = []
        for section in sections where sources.last?.key != section.sources.last?.key { sources += section.sources }
        return sources
    }

    /// A source object at a version.
    public struct Source: Hashable, Sendable {
        /// The key, relative to the source prefix.
        public var key: String
        /// The version.
        public var token: VersionToken

        /// Names a source.
        public init(key: String, token: VersionToken) {
            self.key = key
            self.token = token
        }
    }
}

extension Provenance {
    /// The provenance as one line of JSON.
    public var json: String {
        var members: [JSONValue.Member] = [
            .init("tool", .string(tool)), .init("spec", .string(spec)), .init("spec_hash", .string(specHash)),
            .init("schema_hash", .string(schemaHash)),
            .init("extra_columns", .array(extraColumns.map(JSONValue.string))),
            .init("sections", .array(sections.map(\.json))),
        ]
        if let hourRowCounts {
            members.append(.init("hour_rows", .array(hourRowCounts.map { .number(String($0)) })))
        }
        return JSONValue.object(members).serialized()
    }

    /// Reads what ``json`` wrote.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``.
    public init(json text: String) throws(S3DBError) {
        let value = try JSONValue.parse(text.utf8Span.span.bytes)
        guard let tool = value["tool"]?.stringValue, let spec = value["spec"]?.stringValue,
            let schemaHash = value["schema_hash"]?.stringValue, let sections = value["sections"]?.arrayValue
        else { throw Self.malformed }
        self.tool = tool
        self.spec = spec
        self.schemaHash = schemaHash
        extraColumns = (value["extra_columns"]?.arrayValue ?? []).compactMap(\.stringValue)
        var read: [Section] = []
        for section in sections { read.append(try Section(json: section)) }
        self.sections = read
        hourRowCounts = value["hour_rows"]?.arrayValue.map { $0.compactMap(\.intValue) }
        if let counts = hourRowCounts, counts.count != 24 || counts.contains(where: { $0 < 0 }) { throw Self.malformed }
        guard Self.canBeSummed(read.compactMap(\.rowCount)), Self.canBeSummed(read.compactMap(\.byteCount)),
            Self.canBeSummed(read.compactMap(\.digest?.contentByteCount)), Self.canBeSummed(hourRowCounts ?? [])
        else { throw Self.malformed }
    }

    /// What the counts of all sections may come to, so that who sums them, or finds places by them, needs not fear overflow.
    private static let countLimit = 1 << 60

    private static func canBeSummed(_ counts: [Int]) -> Bool {
        var left = countLimit
        for count in counts {
            guard count <= left else { return false }
            left -= count
        }
        return true
    }

    /// Reads the provenance in a file's metadata; nil where there is none.
    public init?(metadata: KeyValueMetadata) throws(S3DBError) {
        guard let entry = metadata.first(where: { $0.key == Self.metadataKey }) else { return nil }
        try self.init(json: entry.value)
    }

    static var malformed: S3DBError {
        S3DBError(
            .corruptFile, "the provenance is malformed", remedy: "Rewrite the file with --overwrite always")
    }
}
