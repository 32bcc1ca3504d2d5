import S3DBCore

/// Arrow streams and files as a source of record batches of a given schema.
///
///     let batches = body.records(ArrowSource(codecs: [LZ4(), Zstandard()]), schema: schema)
///
/// A file is read from front to back, as the stream that it holds. Columns are matched by name and must have the types of
/// the schema, plain or by a dictionary; batches are cut and joined to the length that is asked for.
public struct ArrowSource: RecordSource {
    /// What bodies may be compressed with.
    public var codecs: [any Codec]
    /// What to take at most.
    public var readLimits: ArrowReadLimits

    /// Makes a source.
    public init(codecs: [any Codec] = [], readLimits: ArrowReadLimits = ArrowReadLimits()) {
        self.codecs = codecs
        self.readLimits = readLimits
    }

    /// `arrow`.
    public var name: String { "arrow" }

    /// The names in the schema message.
    ///
    /// - Throws: What ``ArrowStreamDecoder/decode(_:isLast:_:)`` throws.
    public func columnNames(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [String]? {
        let decoder = ArrowSourceDecoder(self, Schema(anyNames: []), RecordLimits())
        return try decoder.names(inHead: head, isWhole: isWhole)
    }

    /// Makes a decoder that gives batches of `schema`.
    ///
    /// - Parameter emptyIsNull: Is not looked at: Arrow says itself what is null.
    /// - Throws: ``S3DBError/Code/invalidArgument`` for limits that make no sense.
    public func makeDecoder(
        schema: Schema, emptyIsNull: Set<String> = [], limits: RecordLimits = RecordLimits()
    ) throws(S3DBError) -> ArrowSourceDecoder {
        guard limits.batchRowCount > 0, limits.columnCount > 0 else {
            throw S3DBError(.invalidArgument, "record limits must be positive")
        }
        return ArrowSourceDecoder(self, schema, limits)
    }
}

/// Reads one stream or file. One owner at a time.
public final class ArrowSourceDecoder: RecordDecoder {
    private let source: ArrowSource
    private let schema: Schema
    private let limits: RecordLimits
    private var stream: ArrowStreamDecoder?
    private var isFile = false
    private var pending: [RecordBatch] = []
    private var pendingRowCount = 0

    init(_ source: ArrowSource, _ schema: Schema, _ limits: RecordLimits) {
        self.source = source
        self.schema = schema
        self.limits = limits
    }

    /// Decodes what is complete of `input`; see ``S3DBCore/RecordDecoder/decode(_:isLast:_:)``.
    ///
    /// - Throws: What ``ArrowStreamDecoder/decode(_:isLast:_:)`` throws, ``S3DBError/Code/valueMisfit`` for a column of
    ///   another type, and ``S3DBError/Code/nullValue``.
    public func decode(
        _ input: RawSpan, isLast: Bool, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        guard let (stream, start) = try begin(input, isLast: isLast) else { return 0 }
        var used = start
        used += try stream.decode(
            input.extracting(droppingFirst: used), isLast: isLast && !(isFile && stream.isAtEnd)
        ) { (batch) throws(S3DBError) in
            // Rows that take no bytes may be very many, and columns that are not there are made for each.
            var start = 0
            repeat {
                let count = min(batch.rowCount - start, limits.batchRowCount)
                let part = count == batch.rowCount ? batch : batch.slice(start..<start + count)
                pending.append(try chosen(part))
                pendingRowCount += count
                start += count
                while pendingRowCount >= limits.batchRowCount { try body(try take(limits.batchRowCount)) }
            } while start < batch.rowCount
        }
        // Behind the end of the stream that it holds, a file has its footer.
        if isFile && stream.isAtEnd { used = input.byteCount }
        if isFile && isLast && !stream.isAtEnd {
            throw S3DBError(
                .truncatedStream, "the file ends before its footer", remedy: "Fetch it again; it was cut off")
        }
        if isLast && pendingRowCount > 0 { try body(try take(pendingRowCount)) }
        return used
    }

    /// The names of the stream's columns; nil where more bytes are needed.
    func names(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [String]? {
        guard let (stream, start) = try begin(head, isLast: isWhole) else { return nil }
        try stream.open(head.extracting(droppingFirst: start), isWhole: isWhole)
        return stream.schema?.fields.map(\.name)
    }

    /// The decoder, and how many bytes stand in front of its messages; nil where more bytes are needed.
    private func begin(_ input: RawSpan, isLast: Bool) throws(S3DBError) -> (ArrowStreamDecoder, Int)? {
        if let stream { return (stream, 0) }
        guard input.byteCount >= ArrowFooter.headByteCount || isLast else { return nil }
        let magic = ArrowFooter.magic
        isFile =
            input.byteCount >= ArrowFooter.headByteCount
            && Buffer(copying: input.extracting(first: magic.count)).elementsEqual(magic)
        let start = isFile ? ArrowFooter.headByteCount : 0
        let stream = ArrowStreamDecoder(
            codecs: source.codecs, limits: source.readLimits, byteOffset: start, isFollowed: isFile)
        self.stream = stream
        return (stream, start)
    }

    /// The columns of the schema, in its order.
    private func chosen(_ batch: RecordBatch) throws(S3DBError) -> RecordBatch {
        guard batch.columns.count <= limits.columnCount else {
            throw S3DBError(
                .limitExceeded, "a stream of \(batch.columns.count) columns",
                remedy: "If the data is genuine, raise the column limit")
        }
        var columns: [AnyColumn] = []
        for field in schema.fields {
            guard let index = batch.schema.index(of: field.name) else {
                columns.append(.nulls(field.type, count: batch.rowCount))
                continue
            }
            guard batch.columns[index].type == field.type else {
                throw S3DBError(
                    .valueMisfit, "a column of \(batch.columns[index].type) where \(field.type) is declared",
                    remedy: "Declare the type that the stream has", at: .init(column: field.name))
            }
            columns.append(batch.columns[index])
        }
        return try RecordBatch(schema: schema, columns: columns, rowCount: batch.rowCount)
    }

    /// Takes the first `rowCount` of the pending rows.
    private func take(_ rowCount: Int) throws(S3DBError) -> RecordBatch {
        var parts: [RecordBatch] = []
        var left = rowCount
        while left > 0, let first = pending.first {
            if first.rowCount <= left {
                parts.append(first)
                pending.removeFirst()
                left -= first.rowCount
            } else {
                parts.append(first.slice(0..<left))
                pending[0] = first.slice(left..<first.rowCount)
                left = 0
            }
        }
        pendingRowCount -= rowCount
        if parts.count == 1, let part = parts.first { return part }
        var columns: [AnyColumn] = []
        for index in schema.fields.indices {
            columns.append(try .concatenated(parts.map { $0.columns[index] }))
        }
        return try RecordBatch(schema: schema, columns: columns, rowCount: rowCount)
    }
}
