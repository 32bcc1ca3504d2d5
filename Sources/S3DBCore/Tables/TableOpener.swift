import Synchronization

/// Opens the files of a tree, and keeps those that were opened last: a file of many days is opened once for many. Of those
/// that are held whole one is kept, where it has several days.
final class TableOpener: Sendable {
    /// A file that is open.
    struct Opened: Sendable {
        let table: any OpenTable
        /// What leads to its sections; nil where they can only be read in order.
        let content: SectionedContent?
        let file: TableFile
        /// Whether all of the file is in memory.
        let isHeldWhole: Bool
    }

    private let store: any ObjectStore
    private let sink: any ColumnarSink
    private let reader: any TableReader
    private let registry: Registry
    private let limits: EngineLimits
    private let opened = Mutex<[(info: ObjectInfo, opened: Opened)]>([])
    /// Descriptions of datasets, with which the ends of files are made again.
    private let metadata = Mutex<[DatasetID: DatasetMetadata?]>([:])

    /// The most files that are kept open: their footers are in memory.
    private static let keptCount = 8

    init(
        _ store: any ObjectStore, _ sink: any ColumnarSink, _ reader: any TableReader, _ registry: Registry,
        _ limits: EngineLimits
    ) {
        self.store = store
        self.sink = sink
        self.reader = reader
        self.registry = registry
        self.limits = limits
    }

    /// Begins to read a day's rows.
    func cursor(_ part: TableContents.Part, in opened: Opened) async throws(S3DBError) -> any TableCursor {
        guard let content = opened.content, let sections = part.sections, !reader.needsRandomAccess else {
            return try await opened.table.cursor(rows: part.rows, columns: nil)
        }
        // Beside a section nothing of the file is read.
        let table = try await reader.open(opened.file.with(content, sections: sections), codecs: registry.codecs)
        return try await table.cursor(rows: 0..<(part.rows?.count ?? 0), columns: nil)
    }

    /// Opens a file.
    ///
    /// - Parameter provenance: What it says of itself; nil where that is nothing.
    func table(of key: TableKey, _ provenance: Provenance?) async throws(S3DBError) -> Opened {
        if let known = opened.withLock({ $0.first { $0.info == key.info } }) { return known.opened }
        let made = try await open(key, provenance)
        if made.isHeldWhole, provenance.map({ $0.sources.count == 1 }) ?? false { return made }
        opened.withLock { opened in
            opened.removeAll { $0.info.key == key.info.key || (made.isHeldWhole && $0.opened.isHeldWhole) }
            if opened.count >= Self.keptCount { opened.removeFirst() }
            opened.append((key.info, made))
        }
        return made
    }

    private func open(_ key: TableKey, _ provenance: Provenance?) async throws(S3DBError) -> Opened {
        var file = try await FilePacking(store: store, codec: key.codec, limits: limits).file(key.info)
        var content: SectionedContent?
        if let provenance, file.isStream || !reader.needsRandomAccess {
            content = try await sections(of: key, provenance)
            if let content { file = file.with(content) }
        }
        return Opened(
            table: try await reader.open(file, codecs: registry.codecs), content: content, file: file,
            isHeldWhole: reader.needsRandomAccess && file.isHeldWhole)
    }

    /// What leads to the sections of a file; nil where it is not as this tool would seal it.
    private func sections(of key: TableKey, _ provenance: Provenance) async throws(S3DBError) -> SectionedContent? {
        guard provenance.sections.allSatisfy({ $0.byteCount != nil && $0.rowCount != nil }),
            let spec = try? ConversionSpec(text: provenance.spec)?.validated(in: registry),
            spec.text == provenance.spec, spec.sink.name == sink.name, spec.outerCodec?.name == key.codec?.name
        else { return nil }
        let metadata = try await metadata(of: key.dataset)
        guard
            let schema = try? OutputSchema(
                metadata: metadata, overrides: spec.spec.types, sourceColumns: Set(provenance.extraColumns)),
            schema.hash == provenance.schemaHash
        else { return nil }
        return try await Self.content(of: key.info, provenance, spec, spec.sink, schema, in: store)
    }

    private static func content<Sink: ColumnarSink>(
        of info: ObjectInfo, _ provenance: Provenance, _ spec: ValidatedSpec, _ sink: Sink, _ schema: OutputSchema,
        in store: any ObjectStore
    ) async throws(S3DBError) -> SectionedContent? {
        let reader = StandingFileReader(
            store: store, spec: spec, sink: sink, target: SinkTarget(of: schema, under: spec))
        return try await reader.content(of: info, provenance)
    }

    // MARK: METADATA.json

    /// The description of a dataset that stands in the tree; nil where there is none that can be read.
    private func metadata(of dataset: DatasetID) async throws(S3DBError) -> DatasetMetadata? {
        if let known = metadata.withLock({ $0[dataset] }) { return known }
        let key = try ObjectKey("\(dataset)/\(SourceKey.metadataName)")
        let bytes = try await store.read(key, limit: 16 << 20)?.bytes
        let read = bytes.flatMap { try? DatasetMetadata(parsing: $0.bytes) }
        metadata.withLock { $0[dataset] = .some(read) }
        return read
    }

    /// Forgets descriptions, which may have changed.
    func forgetMetadata(of dataset: DatasetID) {
        metadata.withLock { _ = $0.removeValue(forKey: dataset) }
    }
}
