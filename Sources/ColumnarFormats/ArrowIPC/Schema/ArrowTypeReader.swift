// Arrow's Schema.fbs, the tables of `union Type`: https://github.com/apache/arrow/blob/main/format/Schema.fbs

import S3DBCore

/// Reads the type of a field.
struct ArrowTypeReader {
    /// `table Field`.
    let field: FlatBufferTable
    /// The fields within.
    let children: [Field]

    /// The type.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` for a type from the future, ``S3DBError/Code/corruptFile`` for parameters
    ///   that make no sense.
    func type(text: inout ArrowTextBudget) throws(S3DBError) -> DataType {
        let number: UInt8 = try field.integer(ArrowFieldSlot.typeCode, standard: 0)
        guard let code = ArrowTypeCode(rawValue: number) else {
            throw S3DBError(
                number == 0 ? .corruptFile : .unsupported, "a field has a type of number \(number), which is not known",
                at: field.reader.location(field.position))
        }
        guard let table = try field.table(ArrowFieldSlot.type) else { throw corrupt("a field has no type") }
        return switch code {
        case .null: .null
        case .bool: .bool
        case .int: try Self.integer(table)
        case .floatingPoint:
            try choice([.float16, .float32, .float64], try table.integer(0, standard: 0), "a precision")
        case .decimal: try decimal(table)
        case .binary: .binary
        case .utf8: .utf8
        case .largeBinary: .largeBinary
        case .largeUTF8: .largeUTF8
        case .binaryView: .binaryView
        case .utf8View: .utf8View
        case .fixedSizeBinary: .fixedSizeBinary(try size(table, "bytes"))
        case .date: try choice([.date32, .date64], try table.integer(0, standard: 1), "a unit")
        case .time: try time(table)
        case .timestamp: .timestamp(try unit(table, standard: 0), timeZone: try text.text(table, 1))
        case .duration: .duration(try unit(table, standard: 1))
        case .interval:
            .interval(try choice(DataType.IntervalUnit.allCases, try table.integer(0, standard: 0), "a unit"))
        case .list, .largeList, .listView, .largeListView, .fixedSizeList, .map, .structure, .union, .runEndEncoded:
            try nested(code, table)
        }
    }

    private func nested(_ code: ArrowTypeCode, _ table: FlatBufferTable) throws(S3DBError) -> DataType {
        switch code {
        case .list: return .list(try child())
        case .largeList: return .largeList(try child())
        case .listView: return .listView(try child())
        case .largeListView: return .largeListView(try child())
        case .fixedSizeList: return .fixedSizeList(try child(), count: try size(table, "values"))
        case .union: return try union(table)
        case .map:
            let entries = try child()
            guard case .structure(let pair) = entries.type, pair.count == 2 else {
                throw corrupt("a map has no pairs of key and value")
            }
            return .map(entries: entries, keysAreSorted: try table.bool(0))
        case .runEndEncoded:
            guard children.count == 2, [.int16, .int32, .int64].contains(children[0].type) else {
                throw corrupt("runs have no ends and values")
            }
            return .runEndEncoded(ends: children[0], values: children[1])
        default: return .structure(children)
        }
    }

    private func child() throws(S3DBError) -> Field {
        guard children.count == 1 else { throw corrupt("a list has \(children.count) fields within") }
        return children[0]
    }

    /// `table Int`.
    static func integer(_ table: FlatBufferTable) throws(S3DBError) -> DataType {
        let bitWidth: Int32 = try table.integer(0, standard: 0)
        let isSigned = try table.bool(1)
        switch bitWidth {
        case 8: return isSigned ? .int8 : .uint8
        case 16: return isSigned ? .int16 : .uint16
        case 32: return isSigned ? .int32 : .uint32
        case 64: return isSigned ? .int64 : .uint64
        default: throw table.reader.corrupt("an integer has \(bitWidth) bits", at: table.position)
        }
    }

    private func decimal(_ table: FlatBufferTable) throws(S3DBError) -> DataType {
        let precision = Int(try table.integer(0, standard: 0) as Int32)
        let scale = Int(try table.integer(1, standard: 0) as Int32)
        let bitWidth = Int(try table.integer(2, standard: 128) as Int32)
        guard let width = DataType.DecimalWidth(rawValue: bitWidth), (1...width.maximumPrecision).contains(precision)
        else { throw corrupt("a decimal has \(bitWidth) bits for \(precision) digits") }
        return .decimal(width, precision: precision, scale: scale)
    }

    private func time(_ table: FlatBufferTable) throws(S3DBError) -> DataType {
        let type = DataType.time(try unit(table, standard: 1))
        let bitWidth: Int32 = try table.integer(1, standard: 32)
        guard let byteWidth = type.byteWidth, Int(bitWidth) == byteWidth * 8 else {
            throw corrupt("a \(type) has \(bitWidth) bits")
        }
        return type
    }

    private func union(_ table: FlatBufferTable) throws(S3DBError) -> DataType {
        let mode = try choice(DataType.UnionMode.allCases, try table.integer(0, standard: 0), "a mode")
        let ids = try table.integers(1, as: Int32.self) ?? children.indices.map { Int32(truncatingIfNeeded: $0) }
        guard ids.count == children.count, Set(ids).count == ids.count, ids.allSatisfy({ (0...127).contains($0) })
        else { throw corrupt("a union's marks do not fit its members") }
        return .union(mode, zip(ids, children).map { DataType.UnionMember(id: Int8($0), $1) })
    }

    private func size(_ table: FlatBufferTable, _ unit: String) throws(S3DBError) -> Int {
        let size: Int32 = try table.integer(0, standard: 0)
        guard size >= 0 else { throw corrupt("values of \(size) \(unit) each") }
        return Int(size)
    }

    private func unit(_ table: FlatBufferTable, standard: Int16) throws(S3DBError) -> DataType.TimeUnit {
        try choice(DataType.TimeUnit.allCases, try table.integer(0, standard: standard), "a unit")
    }

    /// The choice with a number of an enumeration.
    private func choice<Choice>(_ choices: [Choice], _ number: Int16, _ name: String) throws(S3DBError) -> Choice {
        guard choices.indices.contains(Int(number)) else { throw corrupt("a field has \(name) of number \(number)") }
        return choices[Int(number)]
    }

    private func corrupt(_ problem: String) -> S3DBError {
        field.reader.corrupt(problem, at: field.position)
    }
}
