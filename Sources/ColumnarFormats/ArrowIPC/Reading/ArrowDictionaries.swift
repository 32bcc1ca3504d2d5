// Arrow Columnar Format, "Dictionary Messages":
// https://arrow.apache.org/docs/format/Columnar.html#dictionary-messages

import S3DBCore

/// The dictionaries of a stream or file, by their numbers, as they stand between two messages.
struct ArrowDictionaries {
    /// A dictionary without nulls, as columns have them.
    struct Values {
        /// The values that are not null.
        let dictionary: ColumnDictionary
        /// For each position in files the position in `dictionary`, or -1 for a null; nil where they are the same.
        let positions: [Int32]?
        /// How many values files have.
        let count: Int
    }

    /// Whether a dictionary may come again.
    let allowsReplacement: Bool
    private var entries: [Int64: Entry] = [:]

    /// One dictionary: the parts that it came in, which are joined when somebody asks.
    private struct Entry {
        var parts: [AnyColumn]
        var lineage = ColumnDictionary.Lineage()
        var values: Values?
    }

    init(allowsReplacement: Bool) {
        self.allowsReplacement = allowsReplacement
    }

    /// Takes the values of a dictionary message.
    mutating func add(_ id: Int64, _ values: AnyColumn, isDelta: Bool) throws(S3DBError) {
        guard entries[id] != nil else {
            // A delta to nothing is a dictionary.
            entries[id] = Entry(parts: [values])
            return
        }
        if isDelta {
            entries[id]?.parts.append(values)
            entries[id]?.values = nil
        } else if allowsReplacement {
            entries[id] = Entry(parts: [values])
        } else {
            throw S3DBError(
                .unsupported, "dictionary \(id) is replaced, which the IPC file format does not allow",
                remedy: "Write the file as a stream")
        }
    }

    /// The values of a dictionary; nil where it has not come yet.
    mutating func values(_ id: Int64) throws(S3DBError) -> Values? {
        guard let entry = entries[id] else { return nil }
        if let values = entry.values { return values }
        let all = try AnyColumn.concatenated(entry.parts)
        guard all.count <= Int(Int32.max) else {
            throw S3DBError(.limitExceeded, "dictionary \(id) has \(all.count) values, where 2^31 - 1 are allowed")
        }
        let values = Values(all, entry.lineage)
        entries[id]?.parts = [all]
        entries[id]?.values = values
        return values
    }
}

extension ArrowDictionaries.Values {
    /// The values of a column, nulls left out.
    init(_ all: AnyColumn, _ lineage: ColumnDictionary.Lineage = ColumnDictionary.Lineage()) {
        count = all.count
        guard let validity = all.validity else {
            dictionary = ColumnDictionary(values: all, lineage: lineage)
            positions = nil
            return
        }
        var rows: [Int32] = []
        var positions = [Int32](repeating: -1, count: all.count)
        for row in 0..<all.count where validity[row] {
            positions[row] = Int32(rows.count)
            rows.append(Int32(row))
        }
        dictionary = ColumnDictionary(values: all.gather(rows), lineage: lineage)
        self.positions = positions
    }
}

/// Positions in a dictionary, from files into memory.
enum ArrowIndices {
    /// Turns `count` integers of a type into 32-bit positions, 0 at nulls.
    ///
    /// - Returns: The positions, and which are null where the dictionary's own nulls add to `validity`; nil for a position
    ///   beyond the dictionary.
    static func positions(
        _ indices: Buffer, of type: DataType, validity: Bitmap?, in values: ArrowDictionaries.Values
    ) -> (Buffer, Bitmap?)? {
        switch type {
        case .int8: positions(indices, Int8.self, validity, values)
        case .int16: positions(indices, Int16.self, validity, values)
        case .int32: positions(indices, Int32.self, validity, values)
        case .int64: positions(indices, Int64.self, validity, values)
        case .uint8: positions(indices, UInt8.self, validity, values)
        case .uint16: positions(indices, UInt16.self, validity, values)
        case .uint32: positions(indices, UInt32.self, validity, values)
        case .uint64: positions(indices, UInt64.self, validity, values)
        default: nil
        }
    }

    private static func positions<Index: FixedWidthInteger & BitwiseCopyable>(
        _ indices: Buffer, _ type: Index.Type, _ validity: Bitmap?, _ values: ArrowDictionaries.Values
    ) -> (Buffer, Bitmap?)? {
        var output = BufferBuilder(capacity: indices.count / MemoryLayout<Index>.size * 4)
        var isValid = BitmapBuilder()
        let isInRange = indices.withElements(of: Index.self) { indices in
            for (row, index) in indices.enumerated() {
                if let validity, !validity[row] {
                    output.append(value: Int32(0))
                    if values.positions != nil { isValid.append(false) }
                    continue
                }
                guard let position = Int(exactly: index), position >= 0, position < values.count else { return false }
                guard let positions = values.positions else {
                    output.append(value: Int32(truncatingIfNeeded: position))
                    continue
                }
                output.append(value: max(0, positions[position]))
                isValid.append(positions[position] >= 0)
            }
            return true
        }
        guard isInRange else { return nil }
        return (output.freeze(), values.positions == nil ? validity : isValid.freeze())
    }
}
