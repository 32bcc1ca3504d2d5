@testable import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// What standing files say of themselves is not believed when they are updated.
@Suite struct ParquetStandingDamageTests {
    /// Sizes before compression stand in the footer alone: nothing in the file contradicts them but their sum.
    @Test func sizesWhoseSumOverflowsAreRefused() throws {
        let batch = try RecordBatch([
            NamedColumn("a", [1, 2, 3]), NamedColumn("b", [4, 5, 6]), NamedColumn("c", [7, 8, 9]),
        ])
        let target = SinkTarget(schema: batch.schema)
        var section = try ParquetFixture.section([batch], target: target)
        let marks = [1, 3, 5].map { 1 << 61 + $0 }
        for column in 0..<3 { section.layout.rowGroups[0].columns[column].contentByteCount = marks[column] }
        let assembler = try Parquet().makeAssembler(target)
        try assembler.place(section)
        let ends = try assembler.seal([])
        let extent = SectionExtent(
            content: ends.prologue.count..<ends.prologue.count + section.contentByteCount, rowCount: 3)

        func layouts(_ epilogue: [UInt8]) throws -> Int {
            let epilogue = Buffer(epilogue)
            return try Parquet().layouts(of: [extent], inEpilogue: epilogue.bytes, of: target).count
        }
        #expect(try layouts(Array(ends.epilogue)) == 1)
        var changed = Array(ends.epilogue)
        for mark in marks {
            // As long as the other, as a Thrift integer.
            let place = try #require(Self.position(of: Self.integer(mark), in: changed))
            changed.replaceSubrange(place..<place + 9, with: Self.integer(1 << 62 - 1))
        }
        let error = #expect(throws: S3DBError.self) { try layouts(changed) }
        #expect(error?.code == .corruptFile)
    }

    /// An integer in Thrift's compact protocol.
    private static func integer(_ value: Int) -> [UInt8] {
        var bits = UInt64(bitPattern: Int64(value << 1 ^ value >> 63))
        var bytes: [UInt8] = []
        while bits > 0x7F {
            bytes.append(UInt8(bits & 0x7F) | 0x80)
            bits >>= 7
        }
        return bytes + [UInt8(bits)]
    }

    private static func position(of part: [UInt8], in bytes: [UInt8]) -> Int? {
        bytes.indices.dropLast(part.count - 1).first { bytes[$0..<$0 + part.count].elementsEqual(part) }
    }
}
