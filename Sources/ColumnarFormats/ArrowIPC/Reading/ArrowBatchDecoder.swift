// Arrow Columnar Format, "RecordBatch message":
// https://arrow.apache.org/docs/format/Columnar.html#recordbatch-message

import S3DBCore

/// Makes columns of one message: takes field nodes and buffers in the order of the fields, depth first.
struct ArrowBatchDecoder {
    private let header: ArrowBatchHeader
    private let version: ArrowVersion
    private let limits: ArrowReadLimits
    private var body: ArrowBodyReader
    private var dictionaries: ArrowDictionaries
    private var nodeIndex = 0
    private var bufferIndex = 0
    private var variadicIndex = 0

    init(
        _ header: ArrowBatchHeader, version: ArrowVersion, _ body: ArrowBodyReader, _ dictionaries: ArrowDictionaries,
        limits: ArrowReadLimits
    ) {
        self.header = header
        self.version = version
        self.body = body
        self.dictionaries = dictionaries
        self.limits = limits
    }

    /// The columns of some fields, each of as many values as the batch has rows.
    mutating func columns(_ fields: [ArrowField]) throws(S3DBError) -> [AnyColumn] {
        var columns: [AnyColumn] = []
        for field in fields {
            do throws(S3DBError) {
                let position = bufferIndex
                let column = try column(field)
                guard column.count == header.rowCount else {
                    throw corrupt("\(column.count) values in a batch of \(header.rowCount) rows", position)
                }
                columns.append(column)
            } catch {
                throw error.located(in: .init(column: field.field.name))
            }
        }
        return columns
    }

    /// The dictionaries, with what was joined of them on the way.
    var usedDictionaries: ArrowDictionaries { dictionaries }

    private mutating func column(_ field: ArrowField) throws(S3DBError) -> AnyColumn {
        let node = try header.node(nodeIndex, limits: limits)
        nodeIndex += 1
        if let id = field.dictionaryID { return try dictionaryColumn(field.field, id, node) }
        let type = field.field.type
        let layout = type.layout
        let first = bufferIndex
        var validity: Bitmap?
        if layout.hasValidity { validity = try self.validity(node) } else { try skipValidity(of: layout, node) }
        var parts = ArrowParts(buffers: [], children: [])
        for buffer in layout.arrowBuffers where buffer != .validity {
            parts.buffers.append(try take(buffer, count: node.count))
        }
        if layout == .views { parts.buffers += try variadicBuffers() }
        for child in field.children { parts.children.append(try column(child)) }
        guard let storage = parts.storage(of: type, count: node.count) else {
            throw corrupt("the parts of a column do not fit its length", first)
        }
        return try checked(type, node, validity, storage, first)
    }

    /// A column whose validity of dense parts, offsets and text is what it must be.
    private func checked(
        _ type: DataType, _ node: ArrowBatchHeader.Node, _ validity: Bitmap?, _ storage: AnyColumn.Storage,
        _ bufferIndex: Int
    ) throws(S3DBError) -> AnyColumn {
        let column: AnyColumn
        do throws(S3DBError) {
            column = try AnyColumn(type: type, count: node.count, validity: validity, storage: storage)
        } catch {
            throw corrupt(error.message, bufferIndex)
        }
        if let row = ArrowText.misfit(in: column) {
            throw S3DBError(.invalidUTF8, "the text of value \(row) is not UTF-8", at: location(of: bufferIndex))
        }
        return column
    }

    // MARK: Buffers

    /// The next buffer, cut to what `count` values need, and aligned.
    private mutating func take(_ kind: ArrowBuffer, count: Int) throws(S3DBError) -> Buffer {
        let buffer = try body.buffer(bufferIndex)
        defer { bufferIndex += 1 }
        guard let byteCount = kind.byteCount(for: count) else { throw corrupt("too many values", bufferIndex) }
        if case .offsets(let width) = kind, count == 0, buffer.isEmpty {
            // Writers may leave out the only offset of no values.
            return Buffer([UInt8](repeating: 0, count: width))
        }
        guard buffer.count >= byteCount else {
            throw corrupt("a buffer of \(buffer.count) bytes for \(count) values", bufferIndex)
        }
        let used = kind == .bytes ? buffer : buffer.slice(0..<byteCount)
        return used.isAligned(to: kind.alignment) ? used : Buffer(copying: used.bytes)
    }

    /// The validity bits of a column; nil where none is null. The bits decide, not the number of nulls that is
    /// written beside them, unless that is 0.
    private mutating func validity(_ node: ArrowBatchHeader.Node) throws(S3DBError) -> Bitmap? {
        let buffer = try body.buffer(bufferIndex)
        defer { bufferIndex += 1 }
        if node.nullCount == 0 || node.count == 0 || node.nullCount < 0 && buffer.isEmpty { return nil }
        guard let bits = ArrowBits.bitmap(buffer, count: node.count) else {
            throw corrupt("validity bits of \(buffer.count) bytes for \(node.count) values", bufferIndex)
        }
        return bits
    }

    /// Passes over the validity bits that unions had before version 5.
    private mutating func skipValidity(of layout: DataType.Layout, _ node: ArrowBatchHeader.Node) throws(S3DBError) {
        guard version == .v4, case .union = layout else { return }
        if let bits = try validity(node), bits.setCount < bits.count {
            throw S3DBError(
                .unsupported, "a union of metadata version 4 has nulls of its own, which unions no longer have",
                remedy: "Write the file again with Arrow 1.0 or later", at: location(of: bufferIndex - 1))
        }
    }

    private mutating func variadicBuffers() throws(S3DBError) -> [Buffer] {
        var buffers: [Buffer] = []
        let count = try header.variadicCount(variadicIndex)
        for _ in 0..<count {
            buffers.append(try body.buffer(bufferIndex))
            bufferIndex += 1
        }
        variadicIndex += 1
        return buffers
    }

    // MARK: Dictionaries

    private mutating func dictionaryColumn(
        _ field: Field, _ id: Int64, _ node: ArrowBatchHeader.Node
    ) throws(S3DBError) -> AnyColumn {
        let indexType = field.dictionary?.indexType ?? .int32
        let first = bufferIndex
        let validity = try self.validity(node)
        let indices = try take(.values(byteWidth: indexType.byteWidth ?? 4), count: node.count)
        guard let values = try dictionaries.values(id) else {
            // A dictionary whose column is all null may be left out.
            guard node.count == 0 || validity.map({ $0.setCount == 0 }) ?? false else {
                throw corrupt("dictionary \(id) has not come before its first column", first)
            }
            try body.spend(AnyColumn.nullByteCount(field.type, count: node.count), at: location(of: first))
            return .nulls(field.type, count: node.count)
        }
        guard let (positions, isValid) = ArrowIndices.positions(indices, of: indexType, validity: validity, in: values)
        else { throw corrupt("a position beyond dictionary \(id) of \(values.count) values", first) }
        // Values of nothing are always null, which no dictionary holds.
        if field.type == .null { return .nulls(.null, count: node.count) }
        let storage = AnyColumn.Storage.dictionary(indices: positions, values.dictionary)
        return try checked(field.type, node, isValid, storage, first)
    }

    // MARK: Errors

    private func corrupt(_ problem: String, _ bufferIndex: Int) -> S3DBError {
        S3DBError(.corruptFile, "a batch is damaged: \(problem)", at: location(of: bufferIndex))
    }

    /// Where the buffer with a number stands, or its body where there is none.
    private func location(of bufferIndex: Int) -> S3DBError.Location {
        let range = try? header.buffer(bufferIndex, bodyByteCount: .max)
        return .init(byteOffset: body.byteOffset + min(range?.lowerBound ?? 0, 1 << 60))
    }
}
