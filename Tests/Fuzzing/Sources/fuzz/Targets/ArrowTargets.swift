import Codecs
import ColumnarFormats
import S3DBCore

extension FuzzTarget {
    /// Arrow streams as their bytes arrive, and in memory.
    static let arrowStream = FuzzTarget(
        name: "arrow-stream", memory: MemoryBound(byteCount: 24 << 20 + MemoryBound.zstandardWindow),
        shape: .fixedPlaces,
        dictionary: "arrow.dict", seeds: ArrowSeeds.streams, foreignSeeds: [("arrow", ".stream")],
        run: { stream in
            var choices = Choices(stream)
            let whole = Outcome.of { (take) throws(S3DBError) in
                let decoder = ArrowStreamDecoder(codecs: ArrowReading.codecs, limits: ArrowReading.limits)
                let used = try decoder.decode(stream.bytes, isLast: true, take)
                if used != stream.count { fatalError("\(stream.count - used) bytes were left over without an error") }
            }
            let ends = choices.cuts(stream.count)
            let pieces = Outcome.of { (take) throws(S3DBError) in
                let decoder = ArrowStreamDecoder(codecs: ArrowReading.codecs, limits: ArrowReading.limits)
                try stream.feed(ends: ends) { (bytes, isLast) throws(S3DBError) in
                    try decoder.decode(bytes, isLast: isLast, take)
                }
            }
            expectEqual(whole, pieces, "whole and in pieces cut at \(ends.prefix(50)), a stream is not the same")
            if stream.prefix(6).elementsEqual("ARROW1".utf8) { return }
            let mapped = ArrowReading.outcome(stream)
            expectEqual(whole, mapped, "copied and mapped, a stream is not the same")
            ArrowReading.readAsSource(stream, &choices)
        })

    /// Arrow files by their footers, front to back and back to front.
    static let arrowFile = FuzzTarget(
        name: "arrow-file", memory: MemoryBound(byteCount: 24 << 20 + MemoryBound.zstandardWindow), shape: .arrowFile,
        dictionary: "arrow.dict", seeds: ArrowSeeds.files, foreignSeeds: [("arrow", ".arrow_file")],
        run: { bytes in
            var choices = Choices(bytes)
            let whole = ArrowReading.outcome(bytes)
            expectEqual(whole, ArrowReading.outcome(bytes), "read twice, a file is not the same")
            let file = attempt { () throws(S3DBError) in
                try ArrowFile(bytes, codecs: ArrowReading.codecs, limits: ArrowReading.limits)
            }
            if let file {
                for index in (0..<min(file.batchCount, 20)).reversed() {
                    _ = attempt { () throws(S3DBError) in try file.batch(index) }
                }
            }
            ArrowReading.readAsSource(bytes, &choices)
        })
}

/// How Arrow streams and files are read here.
enum ArrowReading {
    static let codecs: [any Codec] = [LZ4(), Zstandard()]

    /// Limits that suit small files.
    static let limits = ArrowReadLimits(
        metadataByteCount: 1 << 20, bodyByteCount: 1 << 20, rowCount: 1 << 16, inflateRatio: 100,
        freeByteCount: 1 << 20)

    /// Reads a stream or file in memory.
    static func outcome(_ bytes: Buffer) -> Outcome {
        Outcome.of { (take) throws(S3DBError) in
            let reader = try ArrowReader(bytes, codecs: codecs, limits: limits)
            while let batch = try reader.next() { try take(batch) }
        }
    }

    /// Whether nulls of a type take much memory each.
    private static func isWide(_ type: DataType) -> Bool {
        switch type {
        case .fixedSizeBinary(let width): width > 64
        case .fixedSizeList(let item, let count): count > 16 || isWide(item.type)
        default: type.children.contains { isWide($0.type) }
        }
    }

    /// Reads a stream or file front to back, in batches of another length, some columns and one that is not there.
    static func readAsSource(_ bytes: Buffer, _ choices: inout Choices) {
        let source = ArrowSource(codecs: codecs, readLimits: limits)
        _ = attempt { () throws(S3DBError) in try source.columnNames(inHead: bytes.bytes, isWhole: true) }
        let reader = attempt { () throws(S3DBError) in try ArrowReader(bytes, codecs: codecs, limits: limits) }
        // A file may have another schema in its footer than in front; what a caller declares is the caller's doing.
        let known = (reader?.schema.fields ?? []).filter { !isWide($0.type) && choices.oneIn(2) }
        guard let schema = try? Schema(known + [Field("not there", .float64)]) else { return }
        let ends = choices.cuts(bytes.count)
        let outcomes = [[bytes.count], ends].map { ends in
            Outcome.of { (take) throws(S3DBError) in
                let decoder = try source.makeDecoder(schema: schema, limits: RecordLimits(batchRowCount: 11))
                try bytes.feed(ends: ends) { (bytes, isLast) throws(S3DBError) in
                    try decoder.decode(bytes, isLast: isLast, take)
                }
            }
        }
        expectEqual(outcomes[0], outcomes[1], "whole and in pieces cut at \(ends.prefix(50)), a source is not the same")
    }
}
