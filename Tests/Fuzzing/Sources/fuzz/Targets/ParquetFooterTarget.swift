import ColumnarFormats
import S3DBCore

extension FuzzTarget {
    /// All structures of Parquet's metadata: each input as every one of them, and as the footer of a file without pages.
    static let parquetFooter = FuzzTarget(
        name: "parquet-footer", inputByteLimit: 8 << 10, memory: MemoryBound(byteCount: 4 << 20, factor: 4096),
        dictionary: "parquet.dict", seeds: ParquetSeeds.structures,
        run: { input in
            _ = attempt { () throws(S3DBError) in try ParquetColumnIndex(input.bytes) }
            _ = attempt { () throws(S3DBError) in try ParquetOffsetIndex(input.bytes) }
            _ = attempt { () throws(S3DBError) in try ParquetPageHeader(input.bytes) }
            if let filter = attempt({ () throws(S3DBError) in try ParquetBloomFilter(input) }) {
                for value in 0..<20 { _ = filter.mayContain([UInt8(value)]) }
            }
            let metadata = attempt { () throws(S3DBError) in try ParquetMetadata(footer: input.bytes) }
            let file = file(footer: input)
            let reader = attempt { () throws(S3DBError) in
                try ParquetReader(inMemory: file, codecs: ParquetReading.codecs, options: ParquetReading.options)
            }
            if metadata == nil && reader != nil { fatalError("a reader took a footer that is none") }
            guard let reader else { return }
            if reader.schema.fields.count > reader.metadata.schema.leaves.count * 2 + 1000 {
                fatalError("\(reader.schema.fields.count) columns of \(reader.metadata.schema.leaves.count) leaves")
            }
            _ = Outcome.of { (take) throws(S3DBError) in try reader.forEachBatch(take) }
        })

    private static func file(footer: Buffer) -> Buffer {
        var file = BufferBuilder()
        file.append(contentsOf: "PAR1".utf8)
        file.append(footer.bytes)
        file.appendLittleEndian(UInt32(footer.count))
        file.append(contentsOf: "PAR1".utf8)
        return file.freeze()
    }
}
