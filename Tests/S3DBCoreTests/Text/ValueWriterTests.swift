import S3DBCore
import Testing

@Suite struct ValueWriterTests {
    private func json(_ column: AnyColumn) -> [String] {
        let writer = ValueWriter(column)
        return (0..<column.count).map { writer.json($0).serialized() }
    }

    private func fixed<Value: BitwiseCopyable>(_ type: DataType, _ values: [Value], count: Int? = nil) throws
        -> AnyColumn
    {
        try AnyColumn(type: type, count: count ?? values.count, storage: .fixedWidth(Buffer(copying: values)))
    }

    @Test("integers have all their digits")
    func integers() throws {
        #expect(json(AnyColumn([Int64.min, -1, 0, Int64.max])) == ["\(Int64.min)", "-1", "0", "\(Int64.max)"])
        #expect(json(AnyColumn([UInt64.max, 10])) == ["\(UInt64.max)", "10"])
        #expect(json(AnyColumn([Int8.min, 127])) == ["-128", "127"])
    }

    @Test("floats have the shortest text, and three that JSON lacks are strings")
    func floats() throws {
        let values = [0.1, -0.0, 1e22, .leastNonzeroMagnitude, .nan, .infinity, -.infinity]
        #expect(
            json(AnyColumn(values))
                == ["0.1", "-0.0", "1e+22", "5e-324", "\"NaN\"", "\"Infinity\"", "\"-Infinity\""])
        let writer = ValueWriter(AnyColumn(values), notANumber: "NAN")
        #expect(writer.text(4) == "NAN" && writer.text(6) == "-Infinity")
        #expect(json(AnyColumn([Float(0.1)])) == ["0.1"])
    }

    @Test("decimals have a point where their scale says, whatever their width")
    func decimals() throws {
        func column(_ width: DataType.DecimalWidth, scale: Int, _ words: [UInt64]) throws -> AnyColumn {
            let count = words.count * 64 / width.rawValue
            return try fixed(.decimal(width, precision: width.maximumPrecision, scale: scale), words, count: count)
        }
        #expect(json(try column(.bits64, scale: 2, [1250, UInt64(bitPattern: -1)])) == ["\"12.50\"", "\"-0.01\""])
        #expect(json(try column(.bits64, scale: -3, [7, 0])) == ["\"7000\"", "\"0\""])
        #expect(json(try column(.bits64, scale: 0, [1_000_000_000_000_000_000])) == ["\"1000000000000000000\""])
        #expect(
            json(try column(.bits128, scale: 0, [0, 1 << 63]))
                == ["\"-170141183460469231731687303715884105728\""])
        #expect(
            json(try column(.bits256, scale: 76, [.max, .max, .max, .max >> 1]))
                == ["\"5.7896044618658097711785492504343953926634992332820282019728792003956564819967\""])
        #expect(
            json(try column(.bits256, scale: 0, [0, 0, 0, 1 << 63]))
                == ["\"-57896044618658097711785492504343953926634992332820282019728792003956564819968\""])
    }

    @Test("dates and moments are those of the calendar in any year")
    func moments() throws {
        let days: [Int32] = [0, -1, 18_321, -719_529, 2_932_897, .min]
        #expect(
            json(try fixed(.date32, days))
                == ["1970-01-01", "1969-12-31", "2020-02-29", "-0001-12-31", "+10000-01-01", "-5877641-06-23"]
                .map { "\"\($0)\"" })
        let nanoseconds = try fixed(.timestamp(.nanosecond, timeZone: nil), [Int64.min, -1])
        #expect(
            json(nanoseconds) == ["\"1677-09-21T00:12:43.145224192\"", "\"1969-12-31T23:59:59.999999999\""])
        let seconds = try fixed(.timestamp(.second, timeZone: "Europe/Paris"), [Int64(0), .max])
        #expect(json(seconds)[0] == "\"1970-01-01T00:00:00Z\"" && json(seconds)[1].hasPrefix("\"+292277026596-12-04"))
        #expect(json(try fixed(.date64, [Int64(86_400_000), 1])) == ["\"1970-01-02\"", "\"1970-01-01T00:00:00.001\""])
        #expect(json(try fixed(.time(.millisecond), [Int32(1), -1])) == ["\"00:00:00.001\"", "\"-1\""])
        #expect(json(try fixed(.duration(.millisecond), [Int64(-90_500), .min]))[0] == "\"PT-90.500S\"")
        #expect(json(try fixed(.interval(.yearMonth), [Int32(-14)])) == ["\"P-14M\""])
        #expect(json(try fixed(.interval(.dayTime), [Int32(3), -500], count: 1)) == ["\"P3DT-0.500S\""])
    }

    @Test("text is escaped, bytes are hexadecimal, nulls are nulls")
    func texts() throws {
        let column = AnyColumn(["a\"\\\n\u{1}é", nil, ""] as [String?])
        #expect(json(column) == ["\"a\\\"\\\\\\n\\u0001é\"", "null", "\"\""])
        let writer = ValueWriter(column)
        #expect(writer.text(0) == "a\"\\\n\u{1}é" && writer.text(1) == nil && writer.text(2) == "")
        #expect(json(try fixed(.fixedSizeBinary(2), [UInt8(0), 255], count: 1)) == ["\"00ff\""])
    }
}
