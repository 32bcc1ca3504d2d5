import S3DB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Settings {
    /// What to make.
    ///
    /// - Throws: For what is missing, and for values that are not what they must be, each with its place.
    package func spec() throws(S3DBError) -> ConversionSpec {
        if let missing = missing([.format, .codec, .layout, .partition]) { throw missing }
        var types: [String: S3DBType] = [:]
        for (column, name) in try pairs(.type) {
            guard let type = S3DBType(rawValue: name) else {
                let known = S3DBType.allCases.map(\.rawValue)
                throw S3DBError(
                    .invalidArgument, "\(OptionName.type.flag) \(column): there is no type \(S3DBError.quoted(name))",
                    remedy: "The nearest is \(known.nearest(to: name) ?? ""); known: \(known.joined(separator: ", "))")
            }
            types[column] = type
        }
        return ConversionSpec(
            format: text(.format) ?? "", codec: text(.codec) ?? "", level: try value(.level, "a number") { Int($0) },
            layout: text(.layout) ?? "", size: try choice(.partition, of: PartitionSize.self) ?? .day,
            reader: try choice(.reader, of: ReaderProfile.self), types: types,
            assumesStrings: try flag(.assumeStrings), options: try pairs(.option),
            span: try choice(.span, of: SectionSpan.self) ?? .day)
    }

    /// What the sources are.
    ///
    /// - Throws: For a format or layout that there is none of, with the nearest, and for what is said of a tree where the
    ///   source is a lake.
    package func sourceFormat() throws(S3DBError) -> SourceFormat {
        let registry = Registry.standard
        var format = SourceFormat(try known(.sourceFormat, among: registry.sources.names) ?? SourceFormat.csvName)
        if !format.isTables {
            for name in [OptionName.sourceLayout, .sourcePartition] where text(name) != nil {
                throw S3DBError(
                    .invalidArgument, "\(name.flag) says how a tree of tables is laid out, and the source is csv",
                    remedy: "Name the tree's format too, such as \(OptionName.sourceFormat.flag) parquet")
            }
        }
        format.layout = try known(.sourceLayout, among: registry.schemes.names)
        format.size = try choice(.sourcePartition, of: PartitionSize.self)
        return format
    }

    /// Refuses a tree of tables as the source.
    ///
    /// - Parameter reader: What reads nothing but lakes, for the message.
    package func refuseTables(for reader: String) throws(S3DBError) {
        let isTables = try sourceFormat().isTables
        guard isTables else { return }
        throw S3DBError(
            .invalidArgument, "\(OptionName.sourceFormat.flag): \(reader) reads the CSV days of a lake as they land",
            remedy: "Convert trees of tables with backfill")
    }

    private func known(_ name: OptionName, among names: [String]) throws(S3DBError) -> String? {
        guard let text = text(name) else { return nil }
        if names.contains(text) { return text }
        throw S3DBError(
            .unknownName, "\(name.flag): there is no \(S3DBError.quoted(text))",
            remedy: "The nearest is \(names.nearest(to: text) ?? ""); known: \(names.joined(separator: ", "))")
    }

    /// `NAME=VALUE` texts; a name may itself have equals signs, a value none.
    func pairs(_ name: OptionName) throws(S3DBError) -> [String: String] {
        var pairs: [String: String] = [:]
        for text in list(name) {
            guard let equals = text.lastIndex(of: "="), equals != text.startIndex else {
                throw S3DBError(.invalidArgument, "\(name.flag): \(S3DBError.quoted(text)) is not NAME=VALUE")
            }
            pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return pairs
    }

    /// Of which datasets.
    package func datasets() throws(S3DBError) -> DatasetSelection {
        let names = list(.dataset)
        let isAll = try flag(.all)
        guard names.isEmpty || !isAll else {
            throw S3DBError(.invalidArgument, "--dataset and --all exclude each other", remedy: "Give one of them")
        }
        if isAll { return .all }
        if names.isEmpty, let missing = missing([.dataset]) {
            throw S3DBError(.invalidArgument, missing.message, remedy: "Name datasets, or pass --all")
        }
        return .matching(names)
    }

    /// Which days choose the partitions.
    package func days() throws(S3DBError) -> DaySelection {
        let from = try value(.from, "a date YYYY-MM-DD") { UTCDay($0) }
        let to = try value(.to, "a date YYYY-MM-DD") { UTCDay($0) }
        if let from, let to, to < from { throw invalid(.to, "comes before \(from)") }
        return DaySelection(from: from, to: to, latest: try positive(.latest))
    }

    /// What the work may use; one thread a core where nothing is said.
    package func limits() throws(S3DBError) -> EngineLimits {
        var limits = EngineLimits(workerCount: ProcessInfo.processInfo.activeProcessorCount)
        if let count = try positive(.jobs) { limits.workerCount = count }
        if let bytes = try value(.memory, "a size such as 256MiB", ByteText.parse) { limits.memoryByteCount = bytes }
        return limits
    }

    /// A number from 1 to 100000.
    package func positive(_ name: OptionName) throws(S3DBError) -> Int? {
        try value(name, "a number from 1 to 100000") { text in
            Int(text).flatMap { (1...100_000).contains($0) ? $0 : nil }
        }
    }

    /// How often a live job updates partitions of a size.
    package func pacing(of size: PartitionSize) throws(S3DBError) -> LivePacing {
        func time(_ name: OptionName) throws(S3DBError) -> Duration? {
            try value(name, "a number of seconds") { text in Int(text).flatMap { $0 >= 0 ? .seconds($0) : nil } }
        }
        return LivePacing(
            of: size, settle: try time(.settle), interval: try time(.interval), staleness: try time(.staleness))
    }

    /// A number of seconds.
    package func seconds(_ name: OptionName) throws(S3DBError) -> Duration? {
        try positive(name).map { .seconds($0) }
    }
}
