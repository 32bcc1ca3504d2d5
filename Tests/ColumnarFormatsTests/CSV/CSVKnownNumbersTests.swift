import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// Short numbers whose texts return, beside others that take their places in the table of known texts.
@Suite struct CSVKnownNumbersTests {
    @Test(arguments: [DataType.int8, .int32, .int64, .uint16, .float32, .float64])
    func textsThatReturn(type: DataType) throws {
        var generator = SeededGenerator.fresh()
        let range = type == .int8 ? 0...127 : 0...60_000
        var text = "a\n"
        var recent = ["0"]
        for _ in 0..<20_000 {
            if Int.random(in: 0..<3, using: &generator) > 0 {
                text += "\(recent[Int.random(in: 0..<recent.count, using: &generator)])\n"
                continue
            }
            let number = "\(Int.random(in: range, using: &generator))"
            let spelling = ["\(number)", "0\(number)", "\(number).0", "\(number)e0"].randomElement(using: &generator)
            recent.append(spelling ?? number)
            text += "\(recent[recent.count - 1])\n"
        }
        let fields = [Field("a", type)]
        let bytes = Array(text.utf8)
        #expect(try read(bytes, fields) == ReferenceCSV().read(bytes, fields), "seed \(generator.seed)")
    }

    /// A text that a known one begins with, and one that goes on with zero bytes, are others.
    @Test(arguments: ["1\0", "1\0\0\0\0\0\0", "\0", "1\u{7}", "1234567\u{7}"]) func textsThatAreNoNumbers(text: String)
        throws
    {
        let bytes = Array("a\n1\n1234567\n\(text)\n1\n".utf8)
        let fields = [Field("a", .int64)]
        #expect(try read(bytes, fields) == ReferenceCSV().read(bytes, fields))
    }
}
