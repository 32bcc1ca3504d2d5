import Synchronization

/// The content of a file of ours whose sections can be had one by one: each is a range of the object, on its own or as
/// an independent piece of the outer codec's stream.
///
/// Prologue and epilogue are in memory, and while it is read in any order the section that was read last.
final class SectionedContent: Sendable {
    /// What stands before the first section.
    let prologue: Buffer
    /// What stands behind the last section.
    let epilogue: Buffer

    private let info: ObjectInfo
    private let store: any ObjectStore
    private let codec: (any Codec)?
    /// What the object begins with: the codec's own beginning and the prologue's piece.
    private let head: Buffer
    /// Where the sections stand in the object.
    private let ranges: [Range<Int>]
    /// Where they stand in the content.
    private let extents: [Range<Int>]
    private let last = Mutex<(section: Int, content: Buffer)?>(nil)

    init(
        _ info: ObjectInfo, in store: any ObjectStore, codec: (any Codec)?, head: Buffer, prologue: Buffer,
        epilogue: Buffer, ranges: [Range<Int>], extents: [Range<Int>]
    ) {
        self.info = info
        self.store = store
        self.codec = codec
        self.head = head
        self.prologue = prologue
        self.epilogue = epilogue
        self.ranges = ranges
        self.extents = extents
    }

    /// The number of sections.
    var sectionCount: Int { ranges.count }

    private var epilogueStart: Int { extents.last?.upperBound ?? prologue.count }

    /// The bytes of the content.
    var byteCount: Int { epilogueStart + epilogue.count }

    /// The content of a section.
    ///
    /// - Throws: ``S3DBError/Code/preconditionFailed`` where the object has changed, ``S3DBError/Code/corruptFile`` and
    ///   what the codec throws where the section is not what it must be.
    func section(_ index: Int) async throws(S3DBError) -> Buffer {
        guard !ranges[index].isEmpty else { return Buffer() }
        guard
            let stored = try await store.read(
                info.key, range: ranges[index], version: info.version, limit: ranges[index].count)?.bytes
        else { throw ReadRules.changed(info.key) }
        return try unpacked(stored, byteCount: extents[index].count)
    }

    /// The content of a section of which more may be asked for.
    private func keptSection(_ index: Int) async throws(S3DBError) -> Buffer {
        if let known = last.withLock({ $0 }), known.section == index { return known.content }
        let content = try await section(index)
        last.withLock { $0 = (index, content) }
        return content
    }

    /// Lets go of the section that was read last.
    func forget() {
        last.withLock { $0 = nil }
    }

    /// The content of a piece: the codec is shown the head first, as if this piece came behind it.
    private func unpacked(_ stored: Buffer, byteCount: Int) throws(S3DBError) -> Buffer {
        var content = stored
        if let codec {
            let decompressor = try codec.makeDecompressor(limits: .unlimited)
            var output = BufferBuilder()
            for (bytes, limit) in [(head, prologue.count), (stored, byteCount)] {
                output.removeAll()
                // One byte more than there may be tells that there is more.
                let used = try decompressor.decompress(bytes.bytes, into: &output, limit: limit + 1)
                guard output.count == limit, used == bytes.count else { throw isOther }
            }
            content = output.freeze()
        }
        guard content.count == byteCount else { throw isOther }
        return content
    }

    private var isOther: S3DBError {
        S3DBError(
            .corruptFile, "a section does not hold the bytes that the file says",
            remedy: "Make the file anew with --overwrite always", at: .init(key: info.key.text))
    }

    /// The bytes at a range of the content.
    func read(_ range: Range<Int>) async throws(S3DBError) -> Buffer {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw S3DBError(.invalidArgument, "the bytes \(range) of \(byteCount) were asked for")
        }
        var parts: [Buffer] = []
        func add(_ part: Buffer, at extent: Range<Int>) {
            let wanted = extent.clamped(to: range)
            if wanted.isEmpty { return }
            parts.append(part.slice(wanted.lowerBound - extent.lowerBound..<wanted.upperBound - extent.lowerBound))
        }
        add(prologue, at: 0..<prologue.count)
        for index in firstSection(endingBehind: range.lowerBound)..<extents.count {
            if extents[index].lowerBound >= range.upperBound { break }
            if extents[index].overlaps(range) { add(try await keptSection(index), at: extents[index]) }
        }
        add(epilogue, at: epilogueStart..<byteCount)
        if parts.count == 1, let only = parts.first { return only }
        var joined = BufferBuilder(capacity: range.count)
        for part in parts { joined.append(part.bytes) }
        return joined.freeze()
    }

    /// O(log sections).
    private func firstSection(endingBehind position: Int) -> Int {
        var low = 0
        var high = extents.count
        while low < high {
            let middle = (low + high) / 2
            if extents[middle].upperBound <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
