/// The rows that a file turns out to have.
enum FileRows: Hashable, Sendable {
    /// Those of its row groups, in order.
    case groups([SectionExtent])
    /// Those that its provenance says: the file is as this tool would seal it around such sections.
    case asRecorded
    /// So many in all.
    case total(Int)
    /// The file does not tell.
    case unknown
}

extension FileRows {
    /// What speaks against the rows that a file's provenance has; nil where nothing does.
    func problem(with sections: [Provenance.Section]) -> String? {
        switch self {
        case .asRecorded, .unknown: return nil
        case .total(let count):
            guard let recorded = Self.total(of: sections), recorded != count else { return nil }
            return Self.difference(count, recorded)
        case .groups(let groups):
            guard let recorded = Self.total(of: sections) else { return nil }
            // The sink has added up these.
            let count = groups.reduce(0) { $0 + $1.rowCount }
            if count != recorded { return Self.difference(count, recorded) }
            return Self.fit(groups, sections) ? nil : "its row groups do not end where its sections do"
        }
    }

    /// The rows in all, where the file tells.
    var count: Int? {
        switch self {
        case .groups(let groups): groups.reduce(0) { $0 + $1.rowCount }
        case .total(let count): count
        case .asRecorded, .unknown: nil
        }
    }

    private static func difference(_ count: Int, _ recorded: Int) -> String {
        "the file has \(count) rows, its sections were made with \(recorded)"
    }

    private static func total(of sections: [Provenance.Section]) -> Int? {
        var total = 0
        for section in sections {
            guard let count = section.rowCount else { return nil }
            total = total.addingReportingOverflow(count).partialValue
        }
        return total
    }

    /// Whether each section is a number of whole row groups.
    private static func fit(_ groups: [SectionExtent], _ sections: [Provenance.Section]) -> Bool {
        var groups = groups[...]
        for section in sections {
            var left = section.rowCount ?? 0
            while left > 0 {
                guard let group = groups.popFirst(), group.rowCount > 0, group.rowCount <= left else { return false }
                left -= group.rowCount
            }
        }
        return groups.allSatisfy { $0.rowCount == 0 }
    }
}

/// Finds out which rows a file has: from its ends where these tell, else from all of it.
///
/// A file of several sections under an outer codec is not inflated: that it begins and ends as this tool would seal it
/// shows that its sections lie where they must. One frame is, as nothing else shows whether it is whole. Without an
/// outer codec, only what tells of rows is read.
struct FileRowsReader: Sendable {
    let store: any ObjectStore
    let spec: ValidatedSpec
    let limits: EngineLimits

    /// Finds out the rows of a file of the spec.
    ///
    /// - Parameter schema: The file's columns; nil where they are not known any more.
    /// - Throws: What is wrong with the file, as the format and the codec say it, and failures of the store.
    func rows(
        of info: ObjectInfo, _ provenance: Provenance, schema: OutputSchema?
    ) async throws(S3DBError) -> FileRows {
        if spec.outerCodec == nil, let rows = try await rows(atEndOf: info) { return rows }
        if let schema, spec.outerCodec != nil, provenance.tool == ToolVersion.createdBy {
            let target = SinkTarget(of: schema, under: spec)
            if try await isSealed(info, provenance, spec.sink, target) { return .asRecorded }
        }
        return try await countedRows(of: info)
    }

    /// The rows that a file's last bytes tell; nil where such files do not.
    private func rows(atEndOf info: ObjectInfo) async throws(S3DBError) -> FileRows? {
        var tail = Buffer()
        while true {
            switch try spec.sink.findRows(tail: tail.bytes, fileByteCount: info.byteCount) {
            case .found(let groups): return .groups(groups)
            case .unknown: return nil
            case .needsTail(let count):
                let inspector = OutputInspector(store: store, spec: spec)
                tail = try await inspector.tail(count, beyond: tail.count, of: info)
            }
        }
    }

    private func isSealed<Sink: ColumnarSink>(
        _ info: ObjectInfo, _ provenance: Provenance, _ sink: Sink, _ target: SinkTarget
    ) async throws(S3DBError) -> Bool {
        let reader = StandingFileReader(store: store, spec: spec, sink: sink, target: target)
        return try await reader.read(info, provenance) != nil
    }

    /// Reads all of a file. What may have been damaged on its way is read once more.
    private func countedRows(of info: ObjectInfo) async throws(S3DBError) -> FileRows {
        do throws(S3DBError) {
            return try await countedRowsOnce(of: info)
        } catch  where OutputInspector.isAboutContent(error.code) {
            return try await countedRowsOnce(of: info)
        }
    }

    private func countedRowsOnce(of info: ObjectInfo) async throws(S3DBError) -> FileRows {
        guard let counter = spec.sink.makeRowCounter() else { return .unknown }
        if let codec = spec.outerCodec {
            let file = TableFile(info, in: store, packedIn: codec, limits: limits)
            try await file.forEachBlock { (block) throws(S3DBError) in try counter.take(block.bytes) }
        } else {
            try await show(info, to: counter)
        }
        return try counter.finish().map(FileRows.total) ?? .unknown
    }

    /// Shows a counter the bytes of an object but for long stretches that tell it nothing.
    private func show(_ info: ObjectInfo, to counter: any RowCounter) async throws(S3DBError) {
        var position = 0
        var rangeByteCount = Self.leastRangeByteCount
        while position < info.byteCount {
            let passable = min(counter.passableByteCount, info.byteCount - position)
            if passable >= Self.leastRangeByteCount {
                counter.pass(passable)
                position += passable
                rangeByteCount = Self.leastRangeByteCount
                continue
            }
            let range = position..<min(position + rangeByteCount, info.byteCount)
            guard let (_, bytes) = try await store.read(info.key, range: range, version: info.version),
                !bytes.isEmpty
            else { throw ReadRules.changed(info.key) }
            try counter.take(bytes.bytes)
            position += bytes.count
            rangeByteCount = min(2 * rangeByteCount, Self.mostRangeByteCount)
        }
    }

    /// What is asked for first behind a stretch that is passed over, and what is worth passing over.
    private static let leastRangeByteCount = 64 << 10
    private static let mostRangeByteCount = 4 << 20
}
