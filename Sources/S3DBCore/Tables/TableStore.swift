import Synchronization

/// Shows a tree of tables as the S3DB lake that it was made from: one object for each UTC day, whose bytes are an Arrow
/// stream of its rows. Nothing can be written to it.
///
/// A day has the key and version of the object that its rows came from, as the files' provenance tells them: what is made
/// of the tree is what would be made of the lake. Files without provenance, those of others, are told apart by their keys
/// and the times of their rows; a day of theirs has the file's version.
///
/// A day's rows are read as they are asked for, from the file's version that was listed: of Parquet the row groups that
/// hold them, of the streams of this library the sections; other streams from their beginning, and other Parquet files in
/// an outer codec whole, as nothing leads to their parts.
public final class TableStore: ObjectStore {
    /// The name of the format that days are shown in.
    public static let streamName = "arrow"

    let base: any ObjectStore
    let format: SourceFormat
    let registry: Registry
    let sink: any ColumnarSink
    let indexer: TableIndexer
    let opener: TableOpener
    private let stream: any ColumnarSink

    /// What is known of a dataset.
    private struct Known {
        /// What files hold, by their keys, as of their versions.
        var contents: [ObjectKey: TableContents] = [:]
        /// The days that were listed last.
        var days: [ObjectKey: TableDay] = [:]
    }

    /// The datasets that were listed last, in that order.
    private let known = Mutex<[(dataset: DatasetID, known: Known)]>([])

    /// Of how many datasets is remembered what their files hold.
    private static let knownLimit = 16

    /// Shows the tree in a store.
    ///
    /// - Throws: ``S3DBError/Code/unknownName`` for a format or layout that there is none of, and
    ///   ``S3DBError/Code/unsupported`` for a format that cannot be read back.
    public init(
        _ base: any ObjectStore, as format: SourceFormat, registry: Registry, limits: EngineLimits = EngineLimits()
    ) throws(S3DBError) {
        let sink = try registry.sinks.named(format.name)
        guard let reader = sink.tableReader else {
            throw S3DBError(
                .unsupported, "files of format \(format.name) cannot be read back",
                remedy: "Register a sink that has a tableReader")
        }
        if let layout = format.layout { _ = try registry.schemes.named(layout) }
        stream = try registry.sinks.named(Self.streamName)
        self.base = base
        self.format = format
        self.registry = registry
        self.sink = sink
        opener = TableOpener(base, sink, reader, registry, limits)
        indexer = TableIndexer(store: base, sink: sink, limits: limits, opener: opener)
    }

    /// The wrapped store's URL.
    public var description: String { base.description }

    /// That of the wrapped store.
    public var minimumPartByteCount: Int { base.minimumPartByteCount }

    /// The size and version of a day or of METADATA.json; nil where there is none.
    public func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? {
        switch try SourceKey(key.text) {
        case .day: try await day(key)?.info
        case .metadata(let dataset): try await metadata(of: dataset, at: key)?.info
        case .other: nil
        }
    }

    /// Opens a day or METADATA.json. A range of a day is made from its first row on.
    ///
    /// - Throws: What is wrong with the day: ``S3DBError/Code/incompleteSource`` where files are missing, what was wrong
    ///   with its file as it was listed; ``S3DBError/Code/preconditionFailed`` where a file has changed since.
    public func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        switch try SourceKey(key.text) {
        case .day:
            guard let day = try await day(key, at: version) else { throw ReadRules.notFound(key) }
            if let version { try WriteCondition.version(version).check(standing: day.info.version, at: key) }
            if let failure = day.failure { throw failure }
            return Self.reader(of: day, as: stream, range: range, by: opener)
        case .metadata(let dataset):
            if try await base.head(key) != nil { return try await base.open(key, range: range, version: version) }
            guard let (info, bytes) = try await metadata(of: dataset, at: key) else { throw ReadRules.notFound(key) }
            return BufferReader(info, bytes, range: range)
        case .other: throw ReadRules.notFound(key)
        }
    }

    private static func reader<Sink: ColumnarSink>(
        of day: TableDay, as sink: Sink, range: Range<Int>?, by opener: TableOpener
    ) -> any ObjectReader {
        TableDayReader(day, as: sink, range: range, by: opener)
    }

    /// The days under a prefix and METADATA.json. Looks into files that have changed since they were last listed.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` where files of one dataset cover stretches of several sizes, or nothing
    ///   tells their size; failures of the store. What is wrong with one file, opening its days tells.
    public func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        for dataset in try await datasets(under: prefix) {
            var infos: [ObjectInfo] = []
            let name = try ObjectKey("\(dataset)/\(SourceKey.metadataName)")
            if let info = try await base.head(name) { infos.append(info) }
            infos += try await days(of: dataset, prefix: prefix).map(\.info)
            infos = infos.filter { info in
                info.key.text.hasPrefix(prefix) && (after.map { $0 < info.key } ?? true)
            }.sorted { $0.key < $1.key }
            for start in stride(from: 0, to: infos.count, by: ListRules.pageCount) {
                try ListRules.checkCancellation()
                try body(Array(infos[start..<min(start + ListRules.pageCount, infos.count)]))
            }
        }
    }

    private func datasets(under prefix: String) async throws(S3DBError) -> [DatasetID] {
        let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count > 2 { return DatasetID("\(parts[0])/\(parts[1])").map { [$0] } ?? [] }
        var datasets: [DatasetID] = []
        for collection in try await base.listDirectories(prefix: "") {
            for name in try await base.listDirectories(prefix: "\(collection)/") {
                guard let dataset = DatasetID(collection: collection, name: name) else { continue }
                if "\(dataset)/".hasPrefix(prefix) { datasets.append(dataset) }
            }
        }
        return datasets.sorted { "\($0)/" < "\($1)/" }
    }

    /// The names between `prefix` and the next slash: those of collections and datasets are the tree's.
    public func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        try ListRules.check(directoryPrefix: prefix)
        let parts = prefix.split(separator: "/")
        if parts.count < 2 { return try await base.listDirectories(prefix: prefix) }
        var names: Set<String> = []
        try await list(prefix: prefix, after: nil) { (page) throws(S3DBError) in
            for info in page {
                let rest = info.key.text.dropFirst(prefix.count)
                if let slash = rest.firstIndex(of: "/") { names.insert(String(rest[..<slash])) }
            }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    // MARK: Days

    /// The day at a key, as it was listed last where that is the version that is asked for.
    private func day(_ key: ObjectKey, at version: VersionToken? = nil) async throws(S3DBError) -> TableDay? {
        guard case .day(let dataset, let day) = try SourceKey(key.text) else { return nil }
        if let found = known(of: dataset).days[key], version == found.info.version { return found }
        return try await days(of: dataset, prefix: SourceKey.yearPrefix(of: dataset, day)).first { $0.info.key == key }
    }

    /// How often files are looked at that change meanwhile.
    private static let attemptLimit = 5

    /// The days of a dataset, or of the year that a prefix names.
    private func days(of dataset: DatasetID, prefix: String) async throws(S3DBError) -> [TableDay] {
        var attempt = 1
        while true {
            do throws(S3DBError) {
                return try await listedDays(of: dataset, prefix: prefix)
            } catch  where error.code == .preconditionFailed && attempt < Self.attemptLimit {
                attempt += 1
            }
        }
    }

    private func listedDays(of dataset: DatasetID, prefix: String) async throws(S3DBError) -> [TableDay] {
        let year = Self.year(of: prefix, dataset)
        var keys: [TableKey] = []
        try await base.list(prefix: "\(dataset)/", after: nil) { (page) throws(S3DBError) in
            for info in page {
                guard let key = TableKey(info, format, extension: sink.fileExtension, in: registry),
                    key.dataset == dataset, year.map({ $0 == key.firstDay.date.year }) ?? true
                else { continue }
                keys.append(key)
            }
        }
        opener.forgetMetadata(of: dataset)
        let files = try await contents(of: keys, known(of: dataset).contents)
        let days = try TableDay.days(of: files, in: dataset)
        known.withLock { known in
            var found = Known()
            if let index = known.firstIndex(where: { $0.dataset == dataset }) {
                let before = known.remove(at: index).known
                // A list of all of it leaves nothing of what has gone.
                if year != nil { found = before }
            }
            for file in files { found.contents[file.key.info.key] = file }
            for day in days { found.days[day.info.key] = day }
            if known.count >= Self.knownLimit { known.removeFirst() }
            known.append((dataset, found))
        }
        return days
    }

    private func known(of dataset: DatasetID) -> Known {
        known.withLock { known in known.first { $0.dataset == dataset }?.known } ?? Known()
    }

    private static func year(of prefix: String, _ dataset: DatasetID) -> Int? {
        let rest = prefix.dropFirst("\(dataset)/".count)
        guard rest.hasPrefix("year="), rest.utf8.count >= 10 else { return nil }
        return Int(rest.dropFirst(5).prefix(4))
    }

    /// How many files are looked into at a time; of those whose rows must be read, how many.
    private static let lookWidth = 16
    private static let readWidth = 2

    private func contents(
        of keys: [TableKey], _ before: [ObjectKey: TableContents]
    ) async throws(S3DBError) -> [TableContents] {
        let known = keys.map { key in before[key.info.key].flatMap { $0.key.info == key.info ? $0 : nil } }
        let unknown = zip(keys, known).filter { $1 == nil }.map(\.0)
        let looked = try await concurrently(unknown, width: Self.lookWidth) { (key) async throws(S3DBError) in
            try await self.provenance(of: key)
        }
        var partitions: [Partition] = []
        for (key, found) in zip(unknown, looked) { partitions.append(try Self.partition(of: key, found)) }
        try Self.checkSizes(known.compactMap { $0 }.map { ($0.key, $0.partition) } + Array(zip(unknown, partitions)))
        let indices = Array(unknown.indices)
        let settled = partitions
        let read = try await concurrently(indices, width: Self.readWidth) { (index) async throws(S3DBError) in
            switch looked[index] {
            case .success(let provenance):
                return try await self.indexer.contents(of: unknown[index], settled[index], provenance)
            case .failure(let error):
                return TableContents(unknown[index], settled[index], nil, parts: [], failure: error)
            }
        }
        return known.compactMap { $0 } + read
    }

    /// What a file says of itself, or what is wrong with it.
    private func provenance(of key: TableKey) async throws(S3DBError) -> Result<Provenance?, S3DBError> {
        do throws(S3DBError) {
            return .success(try await indexer.provenance(of: key))
        } catch {
            let error = error.located(in: .init(key: key.info.key.text))
            guard error.isLasting else { throw error }
            return .failure(error)
        }
    }

    private static func partition(
        of key: TableKey, _ found: Result<Provenance?, S3DBError>
    ) throws(S3DBError) -> Partition {
        switch found {
        case .success(let provenance):
            let spec = provenance.flatMap { ConversionSpec(text: $0.spec) }
            do throws(S3DBError) {
                return try key.partition(madeBy: spec)
            } catch  where spec != nil {
                throw S3DBError(
                    .invalidSpec, error.message, remedy: error.remedy, at: error.location, cause: error.cause)
            }
        // What it covers at most, as nobody knows.
        case .failure:
            let partitions = key.candidates.map(\.partition)
            return partitions.max { $0.days.upperBound < $1.days.upperBound } ?? partitions[0]
        }
    }

    private static func checkSizes(_ files: [(key: TableKey, partition: Partition)]) throws(S3DBError) {
        guard let first = files.first,
            let other = files.first(where: { $0.partition.size != first.partition.size })
        else { return }
        throw S3DBError(
            .invalidSpec,
            "the tree has files of a \(first.partition.size) (\(first.key.info.key)) and of a \(other.partition.size) "
                + "(\(other.key.info.key))",
            remedy: "Say which are meant with --source-partition, or name a prefix that has one size")
    }

    // MARK: METADATA.json

    /// METADATA.json, that of the tree or one that is made; nil where there is no file to make it of.
    private func metadata(
        of dataset: DatasetID, at key: ObjectKey
    ) async throws(S3DBError) -> (info: ObjectInfo, bytes: Buffer)? {
        if let standing = try await base.read(key, limit: 16 << 20) { return standing }
        let days = try await days(of: dataset, prefix: "")
        guard let contents = days.last(where: { $0.failure == nil })?.pieces.last?.contents else { return nil }
        let table = try await opener.table(of: contents.key, contents.provenance).table
        let overrides = contents.provenance.flatMap { ConversionSpec(text: $0.spec)?.types } ?? [:]
        let text = TableMetadata.text(of: table.schema, contents.provenance, overrides: overrides)
        let bytes = Buffer(text.utf8)
        return (ObjectInfo(key: key, byteCount: bytes.count, version: VersionToken(fnv1a(text))), bytes)
    }
}

// MARK: Writing

extension TableStore {
    private var isReadOnly: S3DBError {
        S3DBError(.unsupported, "a tree of tables as a source cannot be written to")
    }

    /// Refused, as all writing is.
    public func put(
        _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo { throw isReadOnly }

    /// Refused.
    public func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID { throw isReadOnly }

    /// Refused.
    public func uploadPart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart { throw isReadOnly }

    /// Refused.
    public func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart { throw isReadOnly }

    /// Refused.
    public func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo { throw isReadOnly }

    /// Refused.
    public func abort(_ upload: UploadID) async throws(S3DBError) { throw isReadOnly }

    /// Refused.
    public func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) { throw isReadOnly }

    /// Nothing to sweep.
    public func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int { 0 }
}
