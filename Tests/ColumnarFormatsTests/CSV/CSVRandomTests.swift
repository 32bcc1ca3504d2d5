import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// The real parser against the reference on random streams, in random pieces and batches.
@Suite struct CSVRandomTests {
    private static let pieces = [
        "a", "b", "é", ",", ",", ",", "\"", "\"\"", "\n", "\n", "\r\n", "\r", "1", "-2", "3.0", "4.5", "1e3", "nan",
        "NA", "",
        "true", "0", " ", "\t", "12345678901234567890", "0.1234567890123456789", "inf", "some longer text than sixteen",
    ]

    private static let types: [DataType] = [.utf8, .utf8, .int64, .float64, .bool, .int8, .uint64, .float32, .binary]

    /// A stream of any bytes the grammar knows, most often not valid.
    private func noise(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = Bool.random(using: &generator) ? Array("a,b,c\n".utf8) : []
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
            bytes += Self.pieces.randomElement(using: &generator).map { Array($0.utf8) } ?? []
            if Int.random(in: 0..<50, using: &generator) == 0 {
                bytes.append(UInt8.random(in: 0...255, using: &generator))
            }
        }
        return bytes
    }

    /// A stream that is valid but for, now and then, a value.
    private func records(_ fields: [Field], _ generator: inout SeededGenerator) -> [UInt8] {
        var text = fields.map(\.name).joined(separator: ",") + "\n"
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            let values = fields.map { field in value(field.type, &generator) }
            text += values.joined(separator: ",")
            text += ["\n", "\r\n", "\n\n"].randomElement(using: &generator) ?? "\n"
        }
        if Bool.random(using: &generator) { text = String(text.dropLast()) }
        return Array(text.utf8)
    }

    private func value(_ type: DataType, _ generator: inout SeededGenerator) -> String {
        let text: String
        switch Int.random(in: 0..<100, using: &generator) {
        case 0: text = "misfit"
        case 1...10: text = CSVDialect.s3dbNullTokens.randomElement(using: &generator) ?? ""
        default:
            text =
                switch type {
                case .utf8, .binary:
                    ["a", "bb", "", "x,y", "q\"q", "line\nline", "some longer text than sixteen", "é"].randomElement(
                        using: &generator) ?? ""
                case .bool: ["true", "FALSE", "1", "0"].randomElement(using: &generator) ?? ""
                case .float32, .float64:
                    [
                        "\(Double.random(in: -100...100, using: &generator))",
                        "\(Int.random(in: -9...9, using: &generator))",
                        "\(Float(bitPattern: .random(in: 0...UInt32.max, using: &generator)))",
                        "\(Double(bitPattern: .random(in: 0...UInt64.max, using: &generator)))",
                        "\(UInt64.random(in: 0...UInt64.max, using: &generator))e\(Int.random(in: -30...30, using: &generator))",
                        "20.47", "0.0",
                    ].randomElement(using: &generator) ?? ""
                default: ["1", "17", "-3", "0", "3.0", "1e1", "100"].randomElement(using: &generator) ?? ""
                }
        }
        let mustQuote = text.contains { ",\"\r\n".contains($0) }
        guard mustQuote || Int.random(in: 0..<4, using: &generator) == 0 else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private func compare(_ bytes: [UInt8], _ fields: [Field], _ generator: inout SeededGenerator) throws {
        let limits = RecordLimits(
            batchRowCount: Int.random(in: 1...20, using: &generator),
            fieldByteCount: [5, 20, 1000].randomElement(using: &generator) ?? 5, columnCount: 5)
        let reference = ReferenceCSV(emptyIsNull: ["b"], limits: limits)
        let expected = reference.read(bytes, fields)
        let text = S3DBError.quoted(String(decoding: bytes, as: UTF8.self))
        let whole = try read(bytes, fields, emptyIsNull: ["b"], limits: limits)
        #expect(whole == expected, "seed \(generator.seed): \(text) under \(limits)")
        let size = Int.random(in: 1...12, using: &generator)
        let pieces = try read(bytes, fields, emptyIsNull: ["b"], limits: limits) {
            Int.random(in: 1...size, using: &generator)
        }
        #expect(pieces == expected, "seed \(generator.seed): \(text) in pieces of up to \(size) under \(limits)")
    }

    private func fields(_ generator: inout SeededGenerator) -> [Field] {
        ["a", "b", "c", "d"].shuffled(using: &generator).prefix(Int.random(in: 1...4, using: &generator)).map {
            let isNullable = Int.random(in: 0..<10, using: &generator) > 0
            return Field($0, Self.types.randomElement(using: &generator) ?? .utf8, isNullable: isNullable)
        }
    }

    @Test func agreesOnNoise() throws {
        var generator = SeededGenerator.fresh()
        for _ in 0..<(Requirement.isFull ? 100_000 : 2000) {
            let fields = fields(&generator)
            try compare(noise(&generator), fields, &generator)
        }
    }

    @Test func agreesOnRecords() throws {
        var generator = SeededGenerator.fresh()
        for _ in 0..<(Requirement.isFull ? 20_000 : 500) {
            let fields = fields(&generator)
            try compare(records(fields, &generator), fields, &generator)
        }
    }

    @Test func anyBytesAreReadOrRefused() throws {
        var generator = SeededGenerator.fresh()
        let fields = [Field("a", .utf8), Field("b", .float64), Field("c", .int64), Field("d", .bool)]
        for _ in 0..<500 {
            var bytes = Array("a,b,c,d\n".utf8)
            for _ in 0..<Int.random(in: 0...300, using: &generator) {
                bytes.append(UInt8.random(in: 0...255, using: &generator))
            }
            _ = try read(bytes, fields, chunk: { 17 })
            _ = try read(Array(bytes.dropFirst(8)), fields)
        }
    }
}
