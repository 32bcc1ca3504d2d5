/// Finds out what the files of a tree hold: by what they say of themselves, else by the times of their rows.
struct TableIndexer: Sendable {
    let store: any ObjectStore
    let sink: any ColumnarSink
    let limits: EngineLimits
    let opener: TableOpener

    /// What a file says of itself; nil where that is nothing.
    ///
    /// - Throws: What is wrong with the file, and failures of the store.
    func provenance(of key: TableKey) async throws(S3DBError) -> Provenance? {
        switch try await content(of: key.info, codec: key.codec) {
        case .made(let provenance): return provenance
        case .unmarked: return nil
        case .damaged(let error):
            // Some names speak of a codec that is not there.
            guard let codec = key.codec else { throw error }
            let file = try await FilePacking(store: store, codec: codec, limits: limits).file(key.info)
            if file.isStream { throw error }
            if file.isPacked { return nil }
            switch try await content(of: key.info, codec: nil) {
            case .made(let provenance): return provenance
            case .unmarked: return nil
            case .damaged(let error): throw error
            }
        }
    }

    private func content(of info: ObjectInfo, codec: (any Codec)?) async throws(S3DBError) -> OutputInspector.Content {
        try await OutputInspector(store: store, sink: sink, outerCodec: codec).content(of: info)
    }

    /// What a file holds; of what is wrong with it alone the contents tell.
    ///
    /// - Parameters:
    ///   - partition: What the file covers.
    ///   - provenance: What it says of itself.
    /// - Throws: Failures of the store.
    func contents(
        of key: TableKey, _ partition: Partition, _ provenance: Provenance?
    ) async throws(S3DBError) -> TableContents {
        do throws(S3DBError) {
            let parts: [TableContents.Part] =
                if let provenance {
                    try await recordedParts(of: key, partition, provenance)
                } else {
                    try await foundParts(of: key, partition)
                }
            return TableContents(key, partition, provenance, parts: parts)
        } catch {
            let error = error.located(in: .init(key: key.info.key.text))
            guard error.isLasting else { throw error }
            return TableContents(key, partition, provenance, parts: [], failure: error)
        }
    }

    // MARK: Provenance

    /// The sections of one span, which stand behind one another.
    private struct Stretch {
        var sources: [Provenance.Source]
        var sections: Range<Int>
        /// The rows; nil where they are not known.
        var rows: Range<Int>?
        /// The bytes; nil likewise.
        var byteCount: Int?
        var absentColumns: Set<String>
    }

    private static func stretches(of provenance: Provenance) throws(S3DBError) -> [Stretch] {
        var stretches: [Stretch] = []
        var start: Int? = 0
        for (index, section) in provenance.sections.enumerated() {
            var rows: Range<Int>?
            if let first = start, let count = section.rowCount {
                let (end, isOverflow) = first.addingReportingOverflow(count)
                guard !isOverflow else { throw Provenance.malformed }
                rows = first..<end
            }
            start = rows?.upperBound
            if let last = stretches.last, last.sources == section.sources {
                stretches[stretches.count - 1] = Stretch(
                    sources: last.sources, sections: last.sections.lowerBound..<index + 1,
                    rows: last.rows.flatMap { before in rows.map { before.lowerBound..<$0.upperBound } },
                    byteCount: last.byteCount.flatMap { before in
                        section.byteCount.map { before.addingReportingOverflow($0).partialValue }
                    }, absentColumns: last.absentColumns)
            } else {
                stretches.append(
                    Stretch(
                        sources: section.sources, sections: index..<index + 1, rows: rows,
                        byteCount: section.byteCount, absentColumns: Set(section.absentColumns)))
            }
        }
        return stretches
    }

    private func recordedParts(
        of key: TableKey, _ partition: Partition, _ provenance: Provenance
    ) async throws(S3DBError) -> [TableContents.Part] {
        let stretches = try Self.stretches(of: provenance)
        for source in provenance.sources { _ = try day(of: source, key, partition) }
        // Without numbers of rows, all sections are looked at together.
        guard stretches.allSatisfy({ $0.rows != nil }) else {
            let absent = stretches.reduce(into: Set<String>()) { $0.formUnion($1.absentColumns) }
            let whole = Stretch(
                sources: provenance.sources, sections: 0..<provenance.sections.count, absentColumns: absent)
            if stretches.count == 1, let only = whole.sources.first, whole.sources.count == 1 {
                return [
                    TableContents.Part(
                        day: try day(of: only, key, partition), source: only, byteCount: key.info.byteCount,
                        absentColumns: absent)
                ]
            }
            return try await joinedParts(of: key, partition, provenance, whole)
        }
        var parts: [TableContents.Part] = []
        for stretch in stretches {
            guard let only = stretch.sources.first, stretch.sources.count == 1, let rows = stretch.rows else {
                parts += try await joinedParts(of: key, partition, provenance, stretch)
                continue
            }
            parts.append(
                TableContents.Part(
                    day: try day(of: only, key, partition), source: only, rows: rows, sections: stretch.sections,
                    byteCount: stretch.byteCount.map { max(0, min($0, key.info.byteCount)) }
                        ?? share(of: rows.count, in: provenance, key),
                    absentColumns: stretch.absentColumns))
        }
        try checkOrder(parts)
        return parts
    }

    private func day(
        of source: Provenance.Source, _ key: TableKey, _ partition: Partition
    ) throws(S3DBError) -> UTCDay {
        guard case .day(let dataset, let day)? = try? SourceKey(source.key), partition.days.contains(day) else {
            throw S3DBError(
                .corruptFile, "the file says that it was made from \(S3DBError.quoted(source.key)), no day of its own",
                remedy: "Make it anew with --overwrite always")
        }
        guard dataset == key.dataset else {
            throw S3DBError(
                .corruptFile, "the file says that it is of the dataset \(dataset)",
                remedy: "Put it back where it was")
        }
        return day
    }

    /// About how many bytes some rows of a file are.
    private func share(of rowCount: Int, in provenance: Provenance, _ key: TableKey) -> Int {
        let total = provenance.sections.reduce(0.0) { $0 + Double($1.rowCount ?? 0) }
        return total > 0 ? Int(Double(key.info.byteCount) * (Double(rowCount) / total)) : 0
    }

    /// The days of sections that join some, by the times of their rows.
    private func joinedParts(
        of key: TableKey, _ partition: Partition, _ provenance: Provenance, _ stretch: Stretch
    ) async throws(S3DBError) -> [TableContents.Part] {
        var sources: [UTCDay: Provenance.Source] = [:]
        for source in stretch.sources { sources[try day(of: source, key, partition)] = source }
        let file = try await opener.table(of: key, provenance)
        var found: [UTCDay: Range<Int>] = [:]
        for (day, range) in try await DayScan.days(in: file.table, rows: stretch.rows) {
            guard sources[day] != nil else {
                throw S3DBError(
                    .unsupported, "sections that join days have rows of \(day), which is none of them",
                    remedy: "Make the file anew with --span day", at: .init(column: OutputSchema.timeColumn))
            }
            found[day] = range
        }
        // Days without rows are days too.
        var last = stretch.rows?.lowerBound ?? 0
        return sources.keys.sorted().map { day in
            let range = found[day] ?? last..<last
            last = range.upperBound
            return TableContents.Part(
                day: day, source: sources[day], rows: range, byteCount: share(of: range.count, in: provenance, key),
                absentColumns: stretch.absentColumns)
        }
    }

    private func checkOrder(_ parts: [TableContents.Part]) throws(S3DBError) {
        for (part, next) in zip(parts, parts.dropFirst()) where part.day >= next.day {
            throw S3DBError(
                .corruptFile, "the file says that \(next.day) stands behind \(part.day)",
                remedy: "Make it anew with --overwrite always")
        }
    }

    // MARK: Times

    /// The days of a file that says nothing of itself. Those of a day or an hour are what their key says.
    private func foundParts(of key: TableKey, _ partition: Partition) async throws(S3DBError) -> [TableContents.Part] {
        let byteCount = key.info.byteCount
        if partition.size == .hour || partition.size == .day {
            return [TableContents.Part(day: partition.firstDay, byteCount: byteCount)]
        }
        let file = try await opener.table(of: key, nil)
        var parts: [TableContents.Part] = []
        let days = try await DayScan.days(in: file.table, rows: nil)
        let total = days.last?.rows.upperBound ?? 0
        for (day, rows) in days {
            guard partition.days.contains(day) else {
                throw S3DBError(
                    .rowOutsideDay, "rows of \(day) stand in the file of \(partition)",
                    at: .init(column: OutputSchema.timeColumn))
            }
            let share = Double(byteCount) * (Double(rows.count) / Double(max(1, total)))
            parts.append(TableContents.Part(day: day, rows: rows, byteCount: Int(share)))
        }
        return parts
    }
}
