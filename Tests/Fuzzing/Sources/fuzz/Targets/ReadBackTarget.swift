import Codecs
import ColumnarFormats
import S3DBCore

extension FuzzTarget {
    /// What updates read back of standing files: metadata, provenance, rows, and the layouts of sections.
    static let readBack = FuzzTarget(
        name: "read-back", memory: MemoryBound(byteCount: 4 << 20, factor: 4096), shape: .parquet,
        dictionary: "parquet.dict", seeds: { try ParquetSeeds.files() + ArrowSeeds.files() + ArrowSeeds.streams() },
        run: { file in
            var choices = Choices(file)
            readBack(Parquet(), file, &choices)
            readBack(ArrowStream(ArrowOptions()), file, &choices)
            readBack(ArrowStream(ArrowOptions(container: .file)), file, &choices)
        })

    private static func readBack(_ sink: some ColumnarSink, _ file: Buffer, _ choices: inout Choices) {
        findMetadata(sink, file, fileByteCount: file.count)
        findMetadata(sink, file, fileByteCount: nil)
        findRows(sink, file)
        layouts(sink, file, &choices)
        countRows(sink, file, &choices)
    }

    /// Looks for metadata as callers do, with more bytes each time.
    private static func findMetadata(_ sink: some ColumnarSink, _ file: Buffer, fileByteCount: Int?) {
        var head = 0
        var tail = 0
        while true {
            let lookup = attempt { () throws(S3DBError) in
                try sink.findMetadata(
                    head: file.slice(0..<head).bytes, tail: file.slice(file.count - tail..<file.count).bytes,
                    fileByteCount: fileByteCount)
            }
            switch lookup {
            case nil: return
            case .found(let metadata):
                _ = attempt { () throws(S3DBError) in try Provenance(metadata: metadata) }
                return
            case .needsHead(let count):
                if count <= head { fatalError("\(count) bytes of the head are asked for, and \(head) are there") }
                if count > file.count { return }
                head = count
            case .needsTail(let count):
                if count <= tail { fatalError("\(count) bytes of the tail are asked for, and \(tail) are there") }
                if count > file.count { return }
                tail = count
            }
        }
    }

    private static func findRows(_ sink: some ColumnarSink, _ file: Buffer) {
        var tail = 0
        while true {
            let lookup = attempt { () throws(S3DBError) in
                try sink.findRows(tail: file.slice(file.count - tail..<file.count).bytes, fileByteCount: file.count)
            }
            guard case .needsTail(let count) = lookup else { return }
            if count <= tail { fatalError("\(count) bytes of the tail are asked for, and \(tail) are there") }
            if count > file.count { return }
            tail = count
        }
    }

    /// Takes the file as one section or two, and an epilogue.
    private static func layouts(_ sink: some ColumnarSink, _ file: Buffer, _ choices: inout Choices) {
        let lookup = attempt { () throws(S3DBError) in
            try sink.findRows(tail: file.bytes, fileByteCount: file.count)
        }
        var sections: [SectionExtent] = []
        if case .found(let found) = lookup {
            sections = found.filter { $0.content.upperBound <= file.count }
        } else {
            let end = choices.number(in: 0...file.count)
            sections = [SectionExtent(content: 0..<end, rowCount: choices.number(in: 0...300))]
        }
        let end = sections.last?.content.upperBound ?? 0
        let fields = (0..<columnCount(file)).map { Field("c\($0)", .int64) }
        guard let schema = try? Schema(fields), end <= file.count else { return }
        for codec in [nil, Zstandard()] as [(any Codec)?] {
            let target = SinkTarget(schema: schema, innerCodec: codec)
            let layouts = attempt { () throws(S3DBError) in
                try sink.layouts(of: sections, inEpilogue: file.slice(end..<file.count).bytes, of: target)
            }
            guard let layouts else { continue }
            seal(sink, target, sections, layouts)
        }
    }

    /// The columns that a file has, or any number.
    private static func columnCount(_ file: Buffer) -> Int {
        let reader = attempt { () throws(S3DBError) in
            try ParquetReader(inMemory: file, codecs: ParquetReading.codecs, options: ParquetReading.options)
        }
        return min(reader?.metadata.schema.leaves.count ?? 3, 200)
    }

    /// Places sections as they were read back, and seals the file again.
    private static func seal<Sink: ColumnarSink>(
        _ sink: Sink, _ target: SinkTarget, _ sections: [SectionExtent], _ layouts: [Sink.Encoder.Layout]
    ) {
        _ = attempt { () throws(S3DBError) in
            let assembler = try sink.makeAssembler(target)
            for (section, layout) in zip(sections, layouts) {
                try assembler.place(
                    EncodedSection(
                        contentByteCount: section.content.count, rowCount: section.rowCount,
                        hasNulls: target.schema.fields.map { _ in true }, layout: layout))
            }
            return try assembler.seal([])
        }
    }

    /// Counts rows, the file whole and in pieces.
    private static func countRows(_ sink: some ColumnarSink, _ file: Buffer, _ choices: inout Choices) {
        let ends = choices.cuts(file.count)
        let counts = [[file.count], ends].map { ends -> String in
            guard let counter = sink.makeRowCounter() else { return "none" }
            do throws(S3DBError) {
                var start = 0
                for end in ends {
                    try counter.take(file.slice(start..<end).bytes)
                    start = end
                }
                return "\(try counter.finish() ?? -1)"
            } catch {
                _ = Outcome.text(of: error)
                return "\(error.code)"
            }
        }
        if counts[0] != counts[1] {
            fatalError("whole, a file has \(counts[0]) rows, in pieces \(counts[1]): \(ends.prefix(50))")
        }
    }
}
