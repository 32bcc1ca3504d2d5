// Arrow's File.fbs: https://github.com/apache/arrow/blob/main/format/File.fbs

import S3DBCore

/// The end of a file: where the messages of all sections stand.
struct ArrowEpilogue {
    private var dictionaries: [ArrowBlock] = []
    private var recordBatches: [ArrowBlock] = []
    private var byteCount = 0

    /// Notes the messages of a section that follows those before.
    mutating func place(_ section: EncodedSection<ArrowSectionLayout>) throws(S3DBError) {
        guard dictionaries.isEmpty || section.layout.dictionaries.isEmpty else {
            throw S3DBError(
                .unsupported, "a second section replaces dictionaries, which the IPC file format does not allow",
                remedy: "Take container=stream, or strings=plain and fields without dictionaries")
        }
        dictionaries += section.layout.dictionaries.map { $0.moved(by: byteCount) }
        recordBatches += section.layout.recordBatches.map { $0.moved(by: byteCount) }
        byteCount += section.contentByteCount
    }

    /// End of stream, footer, its length and the magic.
    func bytes(_ schema: [FlatBufferValue?], behind prologueByteCount: Int) -> Buffer {
        let footer = FlatBufferWriter.bytes(root: [
            .int16(ArrowMessage.version), .table(schema), Self.blocks(dictionaries, prologueByteCount),
            Self.blocks(recordBatches, prologueByteCount),
        ])
        let end = ArrowMessage.endOfStream
        var output = BufferBuilder()
        output.append(end.bytes)
        output.append(footer.bytes)
        output.appendLittleEndian(Int32(footer.count))
        output.append(contentsOf: ArrowFooter.magic)
        return output.freeze()
    }

    /// A vector of `struct Block`.
    private static func blocks(_ blocks: [ArrowBlock], _ start: Int) -> FlatBufferValue {
        .structures(
            blocks.flatMap { [Int64($0.offset + start), Int64($0.metadataByteCount), Int64($0.bodyByteCount)] },
            wordCount: 3)
    }

    /// Where the messages of sections stand, by the epilogue of their file.
    static func layouts(
        of sections: [SectionExtent], in epilogue: Buffer
    ) throws(S3DBError) -> [ArrowSectionLayout] {
        let start = sections.last?.content.upperBound ?? 0
        let fileByteCount = start + epilogue.count
        let tail = epilogue.slice(max(0, epilogue.count - ArrowFooter.tailByteCount)..<epilogue.count)
        let range = try ArrowFooter.range(tail: tail, fileByteCount: fileByteCount)
        guard sections.isEmpty || range.lowerBound >= start else { throw misfit }
        // Without sections nothing says where the epilogue stands in its file.
        guard let first = sections.first else { return [] }
        let footer = try ArrowFooter(
            epilogue.slice(range.lowerBound - start..<range.upperBound - start), byteOffset: range.lowerBound)
        var layouts: [ArrowSectionLayout] = []
        var seen = 0
        for section in sections {
            let own = { (block: ArrowBlock) in
                section.content.contains(block.offset) && block.range.upperBound <= section.content.upperBound
            }
            let move = { (block: ArrowBlock) in block.moved(by: -section.content.lowerBound) }
            let layout = ArrowSectionLayout(
                dictionaries: footer.dictionaries.filter(own).map(move),
                recordBatches: footer.recordBatches.filter(own).map(move))
            seen += layout.dictionaries.count + layout.recordBatches.count
            layouts.append(layout)
        }
        guard seen == footer.dictionaries.count + footer.recordBatches.count, first.content.lowerBound >= 0 else {
            throw misfit
        }
        return layouts
    }

    private static var misfit: S3DBError {
        S3DBError(.corruptFile, "the file's footer does not speak of its sections")
    }
}
