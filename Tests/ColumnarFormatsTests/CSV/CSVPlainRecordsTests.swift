import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// The fast engine for plain records, and its handing over to the one that reads any record and back.
@Suite struct CSVPlainRecordsTests {
    /// What is seldom among plain records.
    private enum Oddity: CaseIterable {
        case quoted, quoteWithin, longField, emptyLine, otherLineEnd, emptyFields
        case strayCarriageReturn, fieldLess, fieldMore

        /// Whether it makes a stream invalid.
        var isFault: Bool { [.strayCarriageReturn, .fieldLess, .fieldMore].contains(self) }
    }

    private func field(_ generator: inout SeededGenerator) -> String {
        ["1", "-23.45", "some text", "é", "1577836800", ""].randomElement(using: &generator) ?? ""
    }

    /// A record with its line end.
    private func record(
        _ columnCount: Int, lineEnd: String, _ oddity: Oddity?, _ generator: inout SeededGenerator
    ) -> String {
        var fields = (0..<columnCount).map { _ in field(&generator) }
        let place = Int.random(in: 0..<columnCount, using: &generator)
        var lineEnd = lineEnd
        switch oddity {
        case .quoted: fields[place] = "\"a,\"\"b\"\"\n\""
        case .quoteWithin: fields[place] = "a\"b"
        case .longField:
            fields[place] = String(repeating: "x", count: Int.random(in: 4000...5000, using: &generator))
        case .emptyLine: lineEnd += lineEnd
        case .otherLineEnd: lineEnd = lineEnd == "\n" ? "\r\n" : "\n"
        case .emptyFields: fields = fields.map { _ in "" }
        case .strayCarriageReturn: fields[place] += "\r"
        case .fieldLess: fields.removeLast()
        case .fieldMore: fields.append("1")
        case nil: break
        }
        return fields.joined(separator: ",") + lineEnd
    }

    private func stream(_ columnCount: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        let lineEnd = Bool.random(using: &generator) ? "\n" : "\r\n"
        var text = ["a", "b", "c", "d"].prefix(columnCount).joined(separator: ",") + lineEnd
        let rarity = [4, 40, 400].randomElement(using: &generator) ?? 4
        for _ in 0..<Int.random(in: 0...400, using: &generator) {
            var oddity: Oddity?
            if Int.random(in: 0..<rarity, using: &generator) == 0 {
                oddity = Oddity.allCases.randomElement(using: &generator)
            }
            if oddity?.isFault == true && Int.random(in: 0..<20, using: &generator) > 0 { oddity = nil }
            text += record(columnCount, lineEnd: lineEnd, oddity, &generator)
        }
        if Bool.random(using: &generator) { text = String(text.dropLast()) }
        return Array(text.utf8)
    }

    @Test func agreesWithTheReference() throws {
        var generator = SeededGenerator.fresh()
        for _ in 0..<(Requirement.isFull ? 2000 : 60) {
            let columnCount = Int.random(in: 1...4, using: &generator)
            let bytes = stream(columnCount, &generator)
            let fields = ["a", "b", "c", "d"].prefix(columnCount).map { Field($0, .utf8) }
            // Below 4,096 bytes of field the fast engine stays out.
            let limits = RecordLimits(
                batchRowCount: Int.random(in: 1...300, using: &generator),
                fieldByteCount: [4095, 4096, 4500, 100_000].randomElement(using: &generator) ?? 4096)
            let expected = ReferenceCSV(limits: limits).read(bytes, fields)
            let whole = try read(bytes, fields, limits: limits)
            #expect(whole == expected, "seed \(generator.seed): \(bytes.count) bytes under \(limits)")
            let size = Int.random(in: 60...6000, using: &generator)
            let pieces = try read(bytes, fields, limits: limits) { Int.random(in: 1...size, using: &generator) }
            #expect(pieces == expected, "seed \(generator.seed): in pieces of up to \(size) under \(limits)")
        }
    }

    /// Positions round the end of a stretch and of a block, where the last byte decides whether a return is stray.
    @Test(arguments: ["\n", "\r\n"]) func recordsOfEveryLength(lineEnd: String) throws {
        for length in 1...140 {
            let row = String(repeating: "y", count: length) + ",2" + lineEnd
            let bytes = Array(("a,b" + lineEnd + String(repeating: row, count: 8500 / row.utf8.count + 2)).utf8)
            let fields = [Field("a", .utf8), Field("b", .int64)]
            #expect(try read(bytes, fields) == ReferenceCSV().read(bytes, fields), "\(length)")
        }
    }
}
