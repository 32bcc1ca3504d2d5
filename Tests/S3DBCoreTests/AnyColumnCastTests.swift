import S3DBCore
import TestSupport
import Testing

/// Columns as other types: the same values, or an error.
@Suite struct AnyColumnCastTests {
    @Test func integersOfAllWidths() throws {
        let values: [Int64?] = [0, nil, 127, -128, 5]
        let wide = AnyColumn(values)
        for type in [DataType.int8, .int16, .int32, .int64] {
            let narrow = try wide.cast(to: type)
            #expect(narrow.type == type && narrow.nullCount == 1)
            #expect(try narrow.cast(to: .int64).values(as: Int64.self) == values)
        }
        let error = #expect(throws: S3DBError.self) { try wide.cast(to: .uint8) }
        #expect(error?.code == .valueMisfit && error?.message.contains("-128") == true)
        #expect(throws: S3DBError.self) { try AnyColumn([Int64(128)]).cast(to: .int8) }
        #expect(throws: S3DBError.self) { try AnyColumn([UInt64.max]).cast(to: .int64) }
        #expect(try AnyColumn([UInt64(9)]).cast(to: .int8).values(as: Int8.self) == [9])
    }

    @Test func floatsAndIntegers() throws {
        #expect(try AnyColumn([Float(1.5), .infinity]).cast(to: .float64).values(as: Double.self) == [1.5, .infinity])
        #expect(try AnyColumn([3.0, -1.0]).cast(to: .int64).values(as: Int64.self) == [3, -1])
        #expect(throws: S3DBError.self) { try AnyColumn([3.5]).cast(to: .int64) }
        #expect(throws: S3DBError.self) { try AnyColumn([Double.nan]).cast(to: .int64) }
        #expect(try AnyColumn([Int64(1) << 53]).cast(to: .float64).values(as: Double.self) == [9007199254740992])
        #expect(throws: S3DBError.self) { try AnyColumn([(Int64(1) << 53) + 1]).cast(to: .float64) }
        #expect(throws: S3DBError.self) { try AnyColumn([0.1]).cast(to: .float32) }
        let nan = try AnyColumn([Float.nan]).cast(to: .float64).values(as: Double.self)
        #expect(nan[0]?.isNaN == true)
    }

    @Test func moments() throws {
        func column(_ type: DataType, _ values: [Int64]) throws -> AnyColumn {
            try AnyColumn(type: type, count: values.count, storage: .fixedWidth(Buffer(copying: values)))
        }
        let seconds: [Int64?] = [86_400, -5]
        for (unit, factor) in [(DataType.TimeUnit.second, 1), (.millisecond, 1000), (.nanosecond, 1_000_000_000)] {
            let moments = try column(.timestamp(unit, timeZone: "UTC"), seconds.map { ($0 ?? 0) * Int64(factor) })
            #expect(try moments.cast(to: .int64).values(as: Int64.self) == seconds)
            #expect(try moments.cast(to: .float64).values(as: Double.self) == [86_400, -5])
        }
        #expect(throws: S3DBError.self) {
            try column(.timestamp(.millisecond, timeZone: nil), [1500]).cast(to: .int64)
        }
        let days = try AnyColumn(type: .date32, count: 1, storage: .fixedWidth(Buffer(copying: [Int32(2)])))
        #expect(try days.cast(to: .int64).values(as: Int64.self) == [172_800])
    }

    @Test func texts() throws {
        let values: [String?] = ["a", nil, "", "a text of more than twelve bytes", "ä"]
        let plain = AnyColumn(values)
        guard case .variableLength(let offsets, let bytes) = plain.storage else { return }
        let ends = offsets.withElements(of: Int32.self) { $0.map { Int64($0) + 3 } }
        let large = try AnyColumn(
            type: .largeUTF8, count: 5, validity: plain.validity,
            storage: .variableLength(offsets: Buffer(copying: ends), bytes: Buffer([1, 2, 3] + Array(bytes))))
        #expect(try large.cast(to: .utf8).values(as: String.self) == values)
        var views = BufferBuilder()
        for (index, value) in values.enumerated() {
            let text = Array((value ?? "").utf8)
            views.append(value: Int32(text.count))
            if text.count <= 12 {
                views.append(contentsOf: text + [UInt8](repeating: 0, count: 12 - text.count))
            } else {
                views.append(contentsOf: text[..<4])
                views.append(value: Int32(0))
                views.append(value: offsets.withElements(of: Int32.self) { $0[index] })
            }
        }
        let viewed = try AnyColumn(
            type: .utf8View, count: 5, validity: plain.validity, storage: .views(views.freeze(), [bytes]))
        #expect(try viewed.cast(to: .utf8).values(as: String.self) == values)
        #expect(try plain.cast(to: .binary).cast(to: .utf8).values(as: String.self) == values)
        let dictionary = AnyColumn(values, as: .dictionary)
        let cast = try dictionary.cast(to: .binary)
        guard case .dictionary = cast.storage else {
            Issue.record("the dictionary is gone")
            return
        }
        #expect(try cast.cast(to: .utf8).values(as: String.self) == values)
        #expect(throws: S3DBError.self) { try AnyColumn([[UInt8(0xFF)]]).cast(to: .utf8) }
        #expect(throws: S3DBError.self) { try plain.cast(to: .int64) }
        #expect(throws: S3DBError.self) { try AnyColumn([1.5]).cast(to: .utf8) }
    }

    @Test func runsAndNothing() throws {
        let ends = AnyColumn([Int32(2), 5])
        let runs = try AnyColumn(
            type: .runEndEncoded(ends: Field("run_ends", .int32, isNullable: false), values: Field("values", .int32)),
            count: 5, storage: .runs(ends: ends, values: AnyColumn([Int32(7), nil])))
        #expect(try runs.cast(to: .int64).values(as: Int64.self) == [7, 7, nil, nil, nil])
        #expect(try AnyColumn.nulls(.null, count: 2).cast(to: .utf8).values(as: String.self) == [nil, nil])
    }
}
