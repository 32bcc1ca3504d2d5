extension TableFile {
    /// The bytes by which a file is known.
    private static var headByteCount: Int { 64 << 10 }

    /// Takes an object that holds a file of rows, whatever it is packed in: its bytes tell, not its name.
    ///
    /// - Parameters:
    ///   - codecs: What it may be packed with.
    ///   - isContent: Whether a file of rows begins with some bytes, of which there may be few.
    /// - Throws: ``S3DBError/Code/emptyObject``, ``S3DBError/Code/unsupported`` where no such file is found, and what the
    ///   store throws.
    public init(
        findingPackingOf info: ObjectInfo, in store: any ObjectStore, codecs: Registry.Plugins<any Codec>,
        limits: EngineLimits, isContent: (RawSpan) -> Bool
    ) async throws(S3DBError) {
        guard info.byteCount > 0 else {
            throw S3DBError(.emptyObject, "the object has no bytes", at: .init(key: info.key.text))
        }
        let lookup = PackingLookup(info: info, store: store, limits: limits)
        let range = 0..<min(Self.headByteCount, info.byteCount)
        guard let head = try await store.read(info.key, range: range, version: info.version)?.bytes else {
            throw ReadRules.changed(info.key)
        }
        if isContent(head.bytes) {
            self.init(info, in: store, packing: .bare, limits: limits)
            return
        }
        for codec in codecs.all where codec.fileExtension != nil {
            if try await lookup.isStream(of: codec, head, isContent) {
                self.init(info, in: store, packing: .stream(codec), limits: limits)
                return
            }
        }
        for codec in codecs.all where SnappyBlock.belongs(to: codec) && SnappyBlock(head.bytes) != nil {
            if try await lookup.isBlock(of: codec, isContent) {
                self.init(info, in: store, packing: .block(codec), limits: limits)
                return
            }
        }
        let names = codecs.all.filter { $0.fileExtension != nil }.map(\.name)
        throw S3DBError(
            .unsupported, "this is no file of a format that is read, neither bare nor packed",
            remedy: "Parquet files and Arrow streams and files are, also in \(names.joined(separator: ", "))",
            at: .init(key: info.key.text))
    }

    /// What the file is packed with; nil where it is not.
    public var codec: (any Codec)? {
        switch packing {
        case .bare, .sections: nil
        case .stream(let codec), .block(let codec): codec
        }
    }

    /// Whether the file is packed as a single block of ``codec``, without what makes it a stream.
    public var isBlock: Bool {
        if case .block = packing { true } else { false }
    }
}

/// Finds out whether an object is packed with a codec.
private struct PackingLookup {
    let info: ObjectInfo
    let store: any ObjectStore
    let limits: EngineLimits

    private static let contentByteCount = 64 << 10

    /// Whether an object is a codec's stream of what is looked for.
    ///
    /// - Parameter head: Its first bytes: most codecs show there whether it is.
    func isStream(
        of codec: any Codec, _ head: Buffer, _ isContent: (RawSpan) -> Bool
    ) async throws(S3DBError) -> Bool {
        var content = BufferBuilder()
        do throws(S3DBError) {
            _ = try codec.makeDecompressor(limits: .unlimited)
                .decompress(head.bytes, into: &content, limit: Self.contentByteCount)
        } catch {
            return isContent(content.bytes)
        }
        if !content.isEmpty || head.count == info.byteCount { return isContent(content.bytes) }
        return try await isStream(of: codec, isContent)
    }

    /// The same of a codec whose content begins further behind: of large blocks.
    private func isStream(of codec: any Codec, _ isContent: (RawSpan) -> Bool) async throws(S3DBError) -> Bool {
        var content = BufferBuilder()
        do throws(S3DBError) {
            var reader = try InflatingReader(headOf: info, in: store, codec: codec)
            _ = try await reader.fill(&content, to: Self.contentByteCount)
        } catch  where OutputInspector.isAboutContent(error.code) {
            return false
        }
        return isContent(content.bytes)
    }

    /// Whether an object is a single block of what is looked for. It is read whole.
    func isBlock(of codec: any Codec, _ isContent: (RawSpan) -> Bool) async throws(S3DBError) -> Bool {
        do throws(S3DBError) {
            let content = try await TableFile(info, in: store, packing: .block(codec), limits: limits)
                .blockContent(codec)
            return isContent(content.bytes)
        } catch  where OutputInspector.isAboutContent(error.code) {
            return false
        }
    }
}
