import S3DBCore

/// Turns messages into batches and dictionaries: what streams and files have in common. One owner at a time.
final class ArrowMessageReader {
    private let codecs: [any Codec]
    private let limits: ArrowReadLimits
    private var decompressors: [Int8: any Decompressor] = [:]
    private var dictionaries: ArrowDictionaries

    /// The schema, once it has come.
    private(set) var schema: ArrowMessageSchema?
    private var rowSchema = Schema(anyNames: [])

    init(codecs: [any Codec], limits: ArrowReadLimits, allowsReplacement: Bool) {
        self.codecs = codecs
        self.limits = limits
        dictionaries = ArrowDictionaries(allowsReplacement: allowsReplacement)
    }

    /// Takes over a schema.
    func open(_ schema: ArrowMessageSchema) {
        self.schema = schema
        rowSchema = schema.schema
    }

    /// Takes a schema message.
    func readSchema(_ head: ArrowMessageHead) throws(S3DBError) {
        guard schema == nil else {
            throw head.table.reader.corrupt("a second schema", at: head.table.position)
        }
        open(try ArrowSchemaReader.schema(head.table))
    }

    /// Takes a dictionary message, whose body stands at `byteOffset` of the file.
    func readDictionary(_ head: ArrowMessageHead, _ body: Buffer, byteOffset: Int) throws(S3DBError) {
        let id: Int64 = try head.table.integer(0, standard: 0)
        guard let field = schema?.dictionaries[id] else {
            throw head.table.reader.corrupt("no field has dictionary \(id)", at: head.table.position)
        }
        guard let batch = try head.table.table(1) else {
            throw head.table.reader.corrupt("a dictionary has no values", at: head.table.position)
        }
        let columns = try columns(batch, [field], head.version, body, byteOffset: byteOffset)
        do throws(S3DBError) {
            try dictionaries.add(id, columns[0], isDelta: try head.table.bool(2))
        } catch {
            throw error.located(in: head.table.reader.location(head.table.position))
        }
    }

    /// The rows of a record batch message, whose body stands at `byteOffset` of the file.
    func readBatch(_ head: ArrowMessageHead, _ body: Buffer, byteOffset: Int) throws(S3DBError) -> RecordBatch {
        guard let schema else {
            throw head.table.reader.corrupt("a batch stands before the schema", at: head.table.position)
        }
        let columns = try columns(head.table, schema.fields, head.version, body, byteOffset: byteOffset)
        let rowCount = try ArrowBatchHeader(head.table, limits: limits).rowCount
        do throws(S3DBError) {
            return try RecordBatch(schema: rowSchema, columns: columns, rowCount: rowCount)
        } catch {
            throw error.located(in: .init(byteOffset: byteOffset))
        }
    }

    private func columns(
        _ table: FlatBufferTable, _ fields: [ArrowField], _ version: ArrowVersion, _ body: Buffer, byteOffset: Int
    ) throws(S3DBError) -> [AnyColumn] {
        let header = try ArrowBatchHeader(table, limits: limits)
        let reader = ArrowBodyReader(
            header, body, byteOffset: byteOffset,
            decompressor: try header.compressionCode.map { (code) throws(S3DBError) in
                try decompressor(code, at: table)
            }, limits: limits)
        var decoder = ArrowBatchDecoder(header, version: version, reader, dictionaries, limits: limits)
        let columns = try decoder.columns(fields)
        dictionaries = decoder.usedDictionaries
        return columns
    }

    private func decompressor(_ code: Int8, at table: FlatBufferTable) throws(S3DBError) -> any Decompressor {
        if let decompressor = decompressors[code] { return decompressor }
        guard let codec = codecs.first(where: { $0.arrowBodyCode == code }) else {
            let name = code == 0 ? "LZ4 frames" : code == 1 ? "Zstandard" : "codec number \(code)"
            throw S3DBError(
                .unsupported, "bodies are compressed with \(name), which the reader was given no codec for",
                remedy: code == 0 || code == 1 ? "Pass LZ4() and Zstandard() as codecs" : nil,
                at: table.reader.location(table.position))
        }
        // How far a body may inflate is watched by who reads it, all buffers together.
        let decompressor = try codec.makeDecompressor(
            limits: InflateLimits(ratio: .max, freeByteCount: .max, byteCount: .max))
        decompressors[code] = decompressor
        return decompressor
    }
}
