import S3DBCore

/// Goes through the nodes and buffers of a batch in the order of the fields, depth first.
struct ArrowBufferWalk {
    let header: ArrowBatchHeader
    private let version: ArrowVersion
    private let message: ArrowMessageScanner.Message
    private let limits: ArrowReadLimits
    private var nodeIndex = 0
    private var bufferIndex = 0
    private var variadicIndex = 0

    init(
        _ head: ArrowMessageHead, _ message: ArrowMessageScanner.Message, _ limits: ArrowReadLimits
    ) throws(S3DBError) {
        header = try ArrowBatchHeader(head.table, limits: limits)
        version = head.version
        self.message = message
        self.limits = limits
    }

    var isCompressed: Bool { header.compressionCode != nil }

    private var compression: String? {
        switch header.compressionCode {
        case nil: nil
        case 0: "LZ4_FRAME"
        case 1: "ZSTD"
        case let code?: "codec \(code)"
        }
    }

    /// A column of the batch.
    mutating func chunk(_ field: ArrowField) throws(S3DBError) -> TableDescription.Chunk {
        var chunk = TableDescription.Chunk()
        let node = try header.node(nodeIndex, limits: limits)
        chunk.valueCount = node.count
        chunk.nullCount = node.nullCount < 0 ? nil : node.nullCount
        chunk.compression = compression
        chunk.encodings = field.dictionaryID == nil ? ["PLAIN"] : ["DICTIONARY"]
        try append(field, [], to: &chunk.pages)
        chunk.byteOffset = chunk.pages.filter { $0.byteCount > 0 }.map(\.byteOffset).min()
        chunk.byteCount = chunk.pages.map(\.byteCount).clampedSum
        if !isCompressed { chunk.contentByteCount = chunk.byteCount }
        return chunk
    }

    private mutating func append(
        _ field: ArrowField, _ path: [String], to pages: inout [TableDescription.Page]
    ) throws(S3DBError) {
        _ = try header.node(nodeIndex, limits: limits)
        nodeIndex += 1
        if field.dictionaryID != nil {
            for kind in ["validity", "indices"] { pages.append(try page(kind, path)) }
            return
        }
        let layout = field.field.type.layout
        if case .union = layout, version == .v4 { pages.append(try page("validity", path)) }
        for kind in layout.bufferNames { pages.append(try page(kind, path)) }
        if layout == .views {
            for _ in 0..<(try header.variadicCount(variadicIndex)) { pages.append(try page("data", path)) }
            variadicIndex += 1
        }
        for child in field.children { try append(child, path + [child.field.name], to: &pages) }
    }

    private mutating func page(_ kind: String, _ path: [String]) throws(S3DBError) -> TableDescription.Page {
        let range = try header.buffer(bufferIndex, bodyByteCount: message.bodyByteCount)
        bufferIndex += 1
        var page = TableDescription.Page()
        page.kind = kind
        page.path = path
        page.byteOffset = [message.bodyOffset, range.lowerBound].clampedSum
        page.byteCount = range.count
        if !isCompressed { page.contentByteCount = range.count }
        return page
    }
}

extension DataType.Layout {
    /// What the buffers of a column are called, in order.
    fileprivate var bufferNames: [String] {
        switch self {
        case .none, .runs: []
        case .bits, .fixedWidth: ["validity", "data"]
        case .variableLength: ["validity", "offsets", "data"]
        case .views: ["validity", "views"]
        case .list: ["validity", "offsets"]
        case .listView: ["validity", "offsets", "sizes"]
        case .fixedSizeList, .structure: ["validity"]
        case .union(.sparse): ["types"]
        case .union(.dense): ["types", "offsets"]
        }
    }
}
