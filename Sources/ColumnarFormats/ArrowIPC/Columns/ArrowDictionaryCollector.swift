import S3DBCore

/// Collects the dictionary of a section for values of any type, and turns columns into positions in it.
///
/// Dictionaries that come with columns are taken over as they are, in their order; values that come plain are taken
/// once each where they are numbers, text or bytes.
final class ArrowDictionaryCollector {
    private let field: Field
    private let indexType: DataType
    private var parts: [AnyColumn] = []
    private var count = 0
    /// For each lineage of dictionaries where its values stand in this one.
    private var translations: [ObjectIdentifier: Translation] = [:]
    /// Where values that came plain stand.
    private var plainPositions: [Buffer: Int32] = [:]

    private struct Translation {
        /// Keeps the lineage's identity from being used again.
        let lineage: ColumnDictionary.Lineage
        var positions: [Int32] = []
    }

    init(_ field: Field) {
        self.field = field
        indexType = field.dictionary?.indexType ?? .int32
    }

    /// A column's positions as the field's integers, and which of its values are not null.
    func positions(of column: AnyColumn) throws(S3DBError) -> (Buffer, Bitmap?) {
        let rows: [Int32]
        if case .dictionary(let indices, let dictionary) = column.storage {
            rows = try translated(indices, dictionary, column.validity)
        } else {
            rows = try collected(column)
        }
        return (try narrowed(rows), Self.validity(of: column))
    }

    /// Which values are not null: of those that are null by their type, none.
    private static func validity(of column: AnyColumn) -> Bitmap? {
        column.type == .null ? Bitmap(repeatElement(false, count: column.count)) : column.validity
    }

    private func translated(
        _ indices: Buffer, _ dictionary: ColumnDictionary, _ validity: Bitmap?
    ) throws(S3DBError) -> [Int32] {
        let key = ObjectIdentifier(dictionary.lineage)
        var translation = translations[key] ?? Translation(lineage: dictionary.lineage)
        let known = translation.positions.count
        if known < dictionary.values.count {
            let new = dictionary.values.slice(known..<dictionary.values.count)
            let first = try append(new)
            translation.positions += (0..<new.count).map { first + Int32($0) }
            translations[key] = translation
        }
        let positions = translation.positions
        return indices.withElements(of: Int32.self) { indices in
            indices.enumerated().map { row, index in
                validity.map { $0[row] } ?? true ? positions[Int(index)] : 0
            }
        }
    }

    /// Positions of plain values, those that are new appended.
    private func collected(_ column: AnyColumn) throws(S3DBError) -> [Int32] {
        var rows: [Int32] = []
        var new: [Int32] = []
        for row in 0..<column.count {
            if column.type == .null || column.validity.map({ !$0[row] }) ?? false {
                rows.append(0)
                continue
            }
            let key = column.keyBytes(at: row)
            if let key, let position = plainPositions[key] {
                rows.append(position)
                continue
            }
            guard let position = Int32(exactly: count + new.count) else { throw tooLarge() }
            if let key { plainPositions[key] = position }
            rows.append(position)
            new.append(Int32(row))
        }
        if !new.isEmpty { _ = try append(column.gather(new)) }
        return rows
    }

    private func append(_ values: AnyColumn) throws(S3DBError) -> Int32 {
        guard let first = Int32(exactly: count), Int32(exactly: count + values.count) != nil else { throw tooLarge() }
        parts.append(values)
        count += values.count
        return first
    }

    /// The values, those of an empty dictionary for none; it is empty afterwards.
    func takeValues() throws(S3DBError) -> AnyColumn {
        let values = parts.isEmpty ? AnyColumn.nulls(field.type, count: 0) : try .concatenated(parts)
        parts = []
        count = 0
        translations = [:]
        plainPositions = [:]
        return values
    }

    // MARK: Index types

    private func narrowed(_ rows: [Int32]) throws(S3DBError) -> Buffer {
        switch indexType {
        case .int8: try narrowed(rows, to: Int8.self)
        case .int16: try narrowed(rows, to: Int16.self)
        case .int64: try narrowed(rows, to: Int64.self)
        case .uint8: try narrowed(rows, to: UInt8.self)
        case .uint16: try narrowed(rows, to: UInt16.self)
        case .uint32: try narrowed(rows, to: UInt32.self)
        case .uint64: try narrowed(rows, to: UInt64.self)
        default: Buffer(copying: rows)
        }
    }

    private func narrowed<Index: FixedWidthInteger & BitwiseCopyable>(
        _ rows: [Int32], to type: Index.Type
    ) throws(S3DBError) -> Buffer {
        var output = BufferBuilder(capacity: rows.count * MemoryLayout<Index>.size)
        for row in rows {
            guard let index = Index(exactly: row) else { throw tooLarge() }
            output.append(value: index)
        }
        return output.freeze()
    }

    private func tooLarge() -> S3DBError {
        S3DBError(
            .limitExceeded, "the dictionary of a section has more values than \(indexType) counts",
            remedy: "Give the field a wider index type, or lower the section limits", at: .init(column: field.name))
    }
}

extension AnyColumn {
    /// The bytes by which plain numbers, text or bytes are equal or not; nil for other types.
    fileprivate func keyBytes(at row: Int) -> Buffer? {
        switch storage {
        case .fixedWidth(let values):
            let width = type.byteWidth ?? 0
            return values.slice(row * width..<(row + 1) * width)
        case .variableLength(let offsets, let bytes):
            if type.layout == .variableLength(offsetByteWidth: 4) {
                return offsets.withElements(of: Int32.self) { bytes.slice(Int($0[row])..<Int($0[row + 1])) }
            }
            return offsets.withElements(of: Int64.self) { bytes.slice(Int($0[row])..<Int($0[row + 1])) }
        default: return nil
        }
    }
}
