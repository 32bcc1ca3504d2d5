extension RecordBatch {
    /// The rows at `range`, sharing the values' memory; bits are copied. O(columns · (1 + range / 64)).
    ///
    /// Traps when `range` does not lie within the rows.
    public func slice(_ range: Range<Int>) -> RecordBatch {
        RecordBatch(uncheckedSchema: schema, columns: columns.map { $0.slice(range) }, rowCount: range.count)
    }

    /// The rows at some positions, in their order; dictionaries are kept. O(columns · rows).
    ///
    /// Stretches of consecutive rows are copied in bulk. Traps when a position does not lie within the rows, and
    /// when repeated rows make more than 2 GiB of text in a column.
    public func gather(_ rows: [Int32]) -> RecordBatch {
        let selection = RowSelection(rows, of: rowCount)
        if let runs = selection.runs, runs.count == 1, let run = runs.first { return slice(run) }
        return RecordBatch(
            uncheckedSchema: schema, columns: columns.map { $0.gather(selection) }, rowCount: rows.count)
    }

    private init(uncheckedSchema schema: Schema, columns: [AnyColumn], rowCount: Int) {
        self.schema = schema
        self.columns = columns
        self.rowCount = rowCount
    }
}

extension AnyColumn {
    /// The values at `range`, sharing their memory; bits are copied. O(1 + range / 64).
    ///
    /// The offsets of text begin where the slice does, not at 0. Traps when `range` does not lie within the column.
    public func slice(_ range: Range<Int>) -> AnyColumn {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice out of bounds")
        let storage: Storage =
            switch storage {
            case .fixedWidth(let values):
                .fixedWidth(Self.slice(values, range, byteWidth: type.byteWidth ?? 1))
            case .bits(let bits):
                .bits(Self.slice(bits, range))
            case .variableLength(let offsets, let bytes):
                .variableLength(
                    offsets: Self.slice(offsets, range.lowerBound..<range.upperBound + 1, byteWidth: 4), bytes: bytes)
            case .dictionary(let indices, let dictionary):
                .dictionary(indices: Self.slice(indices, range, byteWidth: 4), dictionary)
            }
        return AnyColumn(
            uncheckedType: type, count: range.count, validity: validity.map { Self.slice($0, range) },
            storage: storage)
    }

    /// The values at some positions, in their order; a dictionary is kept. O(rows).
    ///
    /// Traps like ``RecordBatch/gather(_:)``.
    public func gather(_ rows: [Int32]) -> AnyColumn {
        gather(RowSelection(rows, of: count))
    }

    fileprivate func gather(_ selection: RowSelection) -> AnyColumn {
        let storage: Storage =
            switch storage {
            case .fixedWidth(let values):
                .fixedWidth(selection.gather(values, byteWidth: type.byteWidth ?? 1))
            case .bits(let bits):
                .bits(selection.gather(bits))
            case .variableLength(let offsets, let bytes):
                selection.gather(offsets: offsets, bytes: bytes)
            case .dictionary(let indices, let dictionary):
                .dictionary(indices: selection.gather(indices, byteWidth: 4), dictionary)
            }
        return AnyColumn(
            uncheckedType: type, count: selection.rows.count, validity: validity.map { selection.gather($0) },
            storage: storage)
    }

    private static func slice(_ values: Buffer, _ range: Range<Int>, byteWidth: Int) -> Buffer {
        values.slice(range.lowerBound * byteWidth..<range.upperBound * byteWidth)
    }

    private static func slice(_ bits: Bitmap, _ range: Range<Int>) -> Bitmap {
        var output = BitmapBuilder()
        output.append(bits, range)
        return output.freeze()
    }
}
