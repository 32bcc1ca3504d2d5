/// A file of a tree by its key: of which dataset it is, and which stretches of time it can be.
struct TableKey: Sendable {
    /// The object.
    let info: ObjectInfo
    let dataset: DatasetID
    /// The codec that the name speaks of; nil for none.
    let codec: (any Codec)?
    /// The layouts and partitions that the key fits.
    let candidates: [Candidate]

    struct Candidate: Sendable {
        var layout: String
        var partition: Partition
    }

    /// Reads a key; nil where it is none of the format's in any layout that is asked for.
    init?(_ info: ObjectInfo, _ format: SourceFormat, extension fileExtension: String, in registry: Registry) {
        let name = info.key.text.split(separator: "/").last ?? ""
        guard let dot = name.firstIndex(of: ".") else { return nil }
        let suffix = name[name.index(after: dot)...]
        guard suffix == fileExtension || suffix.hasPrefix("\(fileExtension).") else { return nil }
        let packing = suffix.dropFirst(fileExtension.count + 1)
        let codec = registry.codecs.all.first { $0.fileExtension.map { $0 == packing } ?? false }
        guard packing.isEmpty || codec != nil else { return nil }
        var owner: DatasetID?
        var candidates: [Candidate] = []
        for scheme in registry.schemes.all where format.layout.map({ $0 == scheme.name }) ?? true {
            if codec != nil && scheme.codecPlacement == .inner { continue }
            for size in PartitionSize.allCases where format.size.map({ $0 == size }) ?? true {
                guard
                    let (dataset, partition) = scheme.partition(
                        forKey: info.key.text, size: size, suffix: String(suffix))
                else { continue }
                owner = dataset
                candidates.append(Candidate(layout: scheme.name, partition: partition))
            }
        }
        guard let owner, !candidates.isEmpty else { return nil }
        self.info = info
        self.codec = codec
        self.candidates = candidates
        dataset = owner
    }

    /// The first day that the file can hold, whatever it covers.
    var firstDay: UTCDay { candidates[0].partition.firstDay }

    /// The file's partition.
    ///
    /// - Parameter spec: What made it; nil where that is not known.
    /// - Throws: ``S3DBError/Code/corruptFile`` where the key is none of that spec's, ``S3DBError/Code/invalidSpec`` where
    ///   it could be several.
    func partition(madeBy spec: ConversionSpec?) throws(S3DBError) -> Partition {
        if let spec {
            let fitting = candidates.first { $0.layout == spec.layout && $0.partition.size == spec.size }
            if let fitting { return fitting.partition }
            throw S3DBError(
                .corruptFile,
                "the file says that it is a \(spec.size) in layout \(spec.layout), which its key is none of",
                remedy: "It was renamed, or --source-layout or --source-partition say otherwise",
                at: .init(key: info.key.text))
        }
        if candidates.count == 1 { return candidates[0].partition }
        let sizes = candidates.map(\.partition.size.rawValue)
        throw S3DBError(
            .invalidSpec, "neither key nor file tell how much time the file covers: \(sizes.joined(separator: " or "))",
            remedy: "Say it with --source-partition", at: .init(key: info.key.text))
    }
}
