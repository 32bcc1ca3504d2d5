/// A day of a tree of tables, as the object that it was in the lake.
struct TableDay: Sendable {
    /// The object: its key and version are those of the lake's where the files tell them.
    let info: ObjectInfo
    /// The rows, in order: one stretch, or one an hour.
    let pieces: [Piece]
    /// Why the day cannot be read.
    let failure: S3DBError?

    /// Some rows of a file.
    struct Piece: Sendable {
        var contents: TableContents
        var part: TableContents.Part
    }
}

extension TableDay {
    /// The days of a dataset's files, in order.
    static func days(of files: [TableContents], in dataset: DatasetID) throws(S3DBError) -> [TableDay] {
        var pieces: [UTCDay: [Piece]] = [:]
        var failures: [UTCDay: S3DBError] = [:]
        for contents in files {
            if let failure = contents.failure {
                // Nobody knows which days a broken file has: none of those that it may have is taken for gone.
                for number in contents.partition.days.lowerBound.number...contents.partition.days.upperBound.number {
                    if let day = UTCDay(number: number) { failures[day] = failures[day] ?? failure }
                }
            }
            for part in contents.parts { pieces[part.day, default: []].append(Piece(contents: contents, part: part)) }
        }
        var days: [TableDay] = []
        for day in Set(pieces.keys).union(failures.keys).sorted() {
            let found = (pieces[day] ?? []).sorted { $0.contents.partition < $1.contents.partition }
            days.append(try Self.day(day, of: dataset, found, failures[day]))
        }
        return days
    }

    private static func day(
        _ day: UTCDay, of dataset: DatasetID, _ pieces: [Piece], _ failure: S3DBError?
    ) throws(S3DBError) -> TableDay {
        let problem = failure ?? Self.problem(of: pieces, day)
        let byteCount = pieces.reduce(0) { $0 + $1.part.byteCount }
        let version =
            pieces.first?.part.source?.token
            ?? VersionToken(
                pieces.count == 1
                    ? pieces[0].contents.key.info.version.text
                    : fnv1a(
                        pieces.map { "\($0.contents.key.info.key) \($0.contents.key.info.version)" }.joined(
                            separator: ",")))
        let key = try ObjectKey(SourceKey.day(dataset, day).key)
        return TableDay(
            // An object without bytes would count as one that was cut off.
            info: ObjectInfo(key: key, byteCount: max(1, byteCount), version: version), pieces: pieces,
            failure: problem)
    }

    /// What keeps a day's pieces from being all of its rows.
    private static func problem(of pieces: [Piece], _ day: UTCDay) -> S3DBError? {
        guard let first = pieces.first else { return nil }
        for (piece, next) in zip(pieces, pieces.dropFirst()) where piece.contents.partition == next.contents.partition {
            return incomplete(
                "two files hold \(day): \(piece.contents.key.info.key) and \(next.contents.key.info.key)",
                "Remove one of them, or say which with --source-layout", first)
        }
        guard first.contents.partition.size == .hour else {
            guard pieces.count > 1 else { return nil }
            return incomplete("several files hold \(day)", "Remove all but one", first)
        }
        return hourProblem(of: pieces, day)
    }

    private static func hourProblem(of pieces: [Piece], _ day: UTCDay) -> S3DBError? {
        guard let first = pieces.first, !pieces.allSatisfy({ $0.part.source == nil }) else { return nil }
        for piece in pieces
        where piece.part.source != first.part.source
            || piece.contents.provenance?.hourRowCounts != first.contents.provenance?.hourRowCounts
        {
            return incomplete(
                "the hours of \(day) were made from several versions of it", "Bring the tree up to date first", piece)
        }
        guard let counts = first.contents.provenance?.hourRowCounts else {
            return incomplete("the hours of \(day) do not say which ones have rows", "Take a tree of days", first)
        }
        for (hour, count) in counts.enumerated() {
            let piece = pieces.first { $0.contents.partition.hour == hour }
            let found = piece?.part.rows?.count ?? 0
            if found == count { continue }
            let name = Partition(size: .hour, containing: day, hour: hour)
            return incomplete(
                piece == nil
                    ? "the file of \(name) is missing, which has \(count) rows"
                    : "the file of \(name) has \(found) rows, the day \(count) in that hour",
                "Bring the tree up to date first", piece ?? first)
        }
        return nil
    }

    private static func incomplete(_ message: String, _ remedy: String, _ piece: Piece) -> S3DBError {
        S3DBError(.incompleteSource, message, remedy: remedy, at: .init(key: piece.contents.key.info.key.text))
    }
}
