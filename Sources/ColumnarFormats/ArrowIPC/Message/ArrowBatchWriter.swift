// Arrow Columnar Format, "RecordBatch message" and "Dictionary Messages".

import S3DBCore

/// Writes record batch and dictionary batch messages. One owner at a time.
final class ArrowBatchWriter {
    private let compressor: (any Compressor)?
    private let compressionCode: Int8?

    init(_ target: SinkTarget) throws(S3DBError) {
        guard let codec = target.innerCodec else {
            compressor = nil
            compressionCode = nil
            return
        }
        guard let code = codec.arrowBodyCode else {
            throw S3DBError(
                .invalidSpec, "Arrow has no body compression with \(codec.name)", remedy: "Use lz4, zst or none")
        }
        compressor = try codec.makeCompressor(level: target.innerLevel)
        compressionCode = code
    }

    /// Which message a batch stands in.
    enum Kind {
        case record
        case dictionary(id: Int64)
    }

    /// Appends a message with the pending rows of `columns`, which are empty afterwards, and returns where it stands in
    /// `output`.
    @discardableResult
    func append(
        _ kind: Kind, rowCount: Int, _ columns: [any ArrowColumn], to output: inout BufferBuilder
    ) throws(S3DBError) -> ArrowBlock {
        // The metadata stands before the body and says where its buffers are, which compression decides. Its size
        // depends on their number only, so it is written twice.
        let start = output.count
        var shape = ArrowShape()
        for column in columns { shape.add(try column.prepare()) }
        appendMetadata(kind, ArrowBody(placeholderFor: shape), rowCount, 0, to: &output)
        var body = ArrowBody(start: output.count)
        for column in columns { try column.flush(to: &body, self, into: &output) }
        var metadata = BufferBuilder()
        appendMetadata(kind, body, rowCount, output.count - body.start, to: &metadata)
        assert(metadata.count == body.start - start)
        output.withUnsafeMutableBytes { bytes in
            metadata.withUnsafeMutableBytes {
                UnsafeMutableRawBufferPointer(rebasing: bytes[start..<body.start]).copyMemory(
                    from: UnsafeRawBufferPointer($0))
            }
        }
        return ArrowBlock(
            offset: start, metadataByteCount: body.start - start, bodyByteCount: output.count - body.start)
    }

    private func appendMetadata(
        _ kind: Kind, _ body: ArrowBody, _ rowCount: Int, _ bodyByteCount: Int, to output: inout BufferBuilder
    ) {
        var batch: [FlatBufferValue?] = [
            .int64(Int64(rowCount)), .pairs(body.nodes), .pairs(body.buffers),
            // BodyCompression: the codec, and `BUFFER`, its only method.
            compressionCode.map { .table([.int8($0), .int8(0)]) },
        ]
        if !body.variadicCounts.isEmpty { batch.append(.structures(body.variadicCounts, wordCount: 1)) }
        switch kind {
        case .record:
            ArrowMessage.append(.recordBatch, batch, bodyByteCount: bodyByteCount, to: &output)
        case .dictionary(let id):
            ArrowMessage.append(
                .dictionaryBatch, [.int64(id), .table(batch), .bool(false)], bodyByteCount: bodyByteCount,
                to: &output)
        }
    }

    /// Appends one buffer of a body and empties the builder.
    func append(
        draining content: inout BufferBuilder, to body: inout ArrowBody, into output: inout BufferBuilder
    ) throws(S3DBError) {
        try append(buffer: content.bytes, to: &body, into: &output)
        content.removeAll()
    }

    /// Appends one buffer of a body that `write` writes, straight to where it belongs unless it is compressed.
    func append(
        to body: inout ArrowBody, into output: inout BufferBuilder, _ write: (inout BufferBuilder) -> Void
    ) throws(S3DBError) {
        guard compressor == nil else {
            var content = BufferBuilder()
            write(&content)
            return try append(draining: &content, to: &body, into: &output)
        }
        let start = output.count
        write(&output)
        finishBuffer(from: start, of: &body, in: &output)
    }

    /// Appends one buffer of a body, compressed where that is asked for and pays.
    func append(buffer content: RawSpan, to body: inout ArrowBody, into output: inout BufferBuilder) throws(S3DBError) {
        let start = output.count
        if let compressor, content.byteCount > 0 {
            // The uncompressed length, -1 for a buffer that is stored as it is (Message.fbs, BodyCompressionMethod).
            var scratch = BufferBuilder()
            try compressor.compress(content, into: &scratch)
            let isSmaller = scratch.count < content.byteCount
            output.appendLittleEndian(isSmaller ? Int64(content.byteCount) : -1)
            if isSmaller { output.append(scratch.bytes) } else { output.append(content) }
        } else {
            output.append(content)
        }
        finishBuffer(from: start, of: &body, in: &output)
    }

    private func finishBuffer(from start: Int, of body: inout ArrowBody, in output: inout BufferBuilder) {
        body.buffers.append(FlatBufferPair(start - body.start, output.count - start))
        let byteCount = output.count - body.start
        output.appendZeros(ArrowMessage.paddedByteCount(byteCount) - byteCount)
    }
}

/// What the metadata of a batch says of its body.
struct ArrowBody {
    /// Where the body starts in the section.
    let start: Int
    /// Length and null count of each column.
    var nodes: [FlatBufferPair] = []
    /// Offset in the body and length of each buffer.
    var buffers: [FlatBufferPair] = []
    /// For each column of views the number of buffers behind its views.
    var variadicCounts: [Int64] = []

    init(start: Int) {
        self.start = start
    }

    init(placeholderFor shape: ArrowShape) {
        start = 0
        nodes = Array(repeating: FlatBufferPair(0, 0), count: shape.nodeCount)
        buffers = Array(repeating: FlatBufferPair(0, 0), count: shape.bufferCount)
        variadicCounts = Array(repeating: 0, count: shape.variadicCount)
    }
}

/// How much the metadata of a batch has to say of columns.
struct ArrowShape: Hashable {
    /// The columns, nested ones counted.
    var nodeCount = 0
    /// Their buffers.
    var bufferCount = 0
    /// Those of them that are views.
    var variadicCount = 0

    /// Counts other columns in.
    mutating func add(_ other: ArrowShape) {
        nodeCount += other.nodeCount
        bufferCount += other.bufferCount
        variadicCount += other.variadicCount
    }
}
