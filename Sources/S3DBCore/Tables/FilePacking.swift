/// Finds out how a file is packed that others may have made: its name does not always tell.
///
/// Some call a Parquet file `.parquet.zst` whose pages are compressed, and a single block of snappy `.arrow.sz`.
struct FilePacking: Sendable {
    let store: any ObjectStore
    /// The codec that the file's name speaks of; nil for none.
    let codec: (any Codec)?
    let limits: EngineLimits

    /// The bytes that tell.
    private static let headByteCount = 64 << 10

    /// The file as it can be read.
    func file(_ info: ObjectInfo) async throws(S3DBError) -> TableFile {
        guard let codec else {
            return TableFile(info, in: store, packedIn: nil, limits: limits)
        }
        let range = 0..<min(Self.headByteCount, info.byteCount)
        guard let head = try await store.read(info.key, range: range, version: info.version)?.bytes else {
            throw ReadRules.changed(info.key)
        }
        return TableFile(info, in: store, packing: packing(head, codec), limits: limits)
    }

    private func packing(_ head: Buffer, _ codec: any Codec) -> TableFile.Packing {
        if isStream(head, of: codec) { return .stream(codec) }
        // A bare file begins with its format's magic bytes, which as snappy would be a copy before any literal.
        if SnappyBlock.belongs(to: codec) && SnappyBlock(head.bytes) != nil { return .block(codec) }
        return .bare
    }

    /// Whether some bytes can be the beginning of a codec's stream.
    private func isStream(_ head: Buffer, of codec: any Codec) -> Bool {
        do throws(S3DBError) {
            var content = BufferBuilder()
            _ = try codec.makeDecompressor(limits: .unlimited).decompress(head.bytes, into: &content, limit: 1 << 16)
            return true
        } catch {
            return false
        }
    }
}
