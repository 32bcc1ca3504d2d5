import CArrow
import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Columns that cross the C Data Interface, within Swift.
@Suite("Arrow C Data Interface") struct ArrowCTests {
    static let types = RandomColumn.flatTypes + RandomColumn.nestedTypes

    /// Exports a batch and imports it again.
    private func passed(_ batch: RecordBatch) throws -> RecordBatch {
        var (array, schema) = (ArrowArray(), ArrowSchema())
        batch.export(to: &array, schema: &schema)
        let back = try RecordBatch(importing: &array, schema: &schema)
        #expect(array.release == nil && schema.release == nil)
        return back
    }

    @Test("every type, plain and by dictionary, also sliced", arguments: types)
    func everyType(type: DataType) throws {
        var random = SeededGenerator.fresh()
        let column = try RandomColumn.make(type, count: 70, &random).slice(3..<68)
        let values = try RandomColumn.make(type, count: 10, hasNulls: false, &random)
        let indices = (0..<65).map { _ in Int32(random.next() % 10) }
        var columns = [column]
        var fields = [Field("plain", type, metadata: [MetadataEntry("k", "ü"), MetadataEntry("", "")])]
        if type != .null {
            columns.append(
                try AnyColumn(
                    type: type, count: 65, validity: Bitmap(indices.map { $0 != 3 }),
                    storage: .dictionary(indices: Buffer(copying: indices), ColumnDictionary(values: values))))
            fields.append(Field("dictionary", type, dictionary: DictionaryEncoding(isOrdered: true)))
        }
        let batch = try RecordBatch(schema: try Schema(fields), columns: columns, rowCount: 65)
        let back = try passed(batch)
        #expect(back.schema == batch.schema)
        for (a, b) in zip(batch.columns, back.columns) {
            #expect(ColumnText.values(of: a) == ColumnText.values(of: b), "\(random)")
        }
    }

    @Test("no rows, no columns")
    func empty() throws {
        #expect(try passed(try RecordBatch(schema: try Schema([]), columns: [], rowCount: 3)).rowCount == 3)
        let schema = try Schema(Self.types.enumerated().map { Field("\($0)", $1) })
        let columns = Self.types.map { AnyColumn.nulls($0, count: 0) }
        #expect(
            try passed(try RecordBatch(schema: schema, columns: columns, rowCount: 0)).columns.count == columns.count)
    }

    private final class Keeper: Sendable {}

    @Test("memory is shared, and kept until it is released")
    func ownership() throws {
        let bytes = UnsafeMutablePointer<Int64>.allocate(capacity: 4)
        bytes.initialize(repeating: 7, count: 4)
        defer { bytes.deallocate() }
        var keeper: Keeper? = Keeper()
        weak let kept = keeper
        var shared = Buffer(
            unsafelySharing: UnsafeRawBufferPointer(start: bytes, count: 32), keptAliveBy: try #require(keeper))
        var batch: RecordBatch? = try RecordBatch(
            schema: try Schema([Field("a", .int64)]),
            columns: [
                try AnyColumn(
                    type: .int64, count: 4,
                    storage: .fixedWidth(shared))
            ], rowCount: 4)
        (keeper, shared) = (nil, Buffer())
        var (array, schema) = (ArrowArray(), ArrowSchema())
        batch?.export(to: &array, schema: &schema)
        batch = nil
        #expect(kept != nil)
        var back: RecordBatch? = try RecordBatch(importing: &array, schema: &schema)
        var column: AnyColumn? = back?.columns[0].slice(1..<3)
        back = nil
        bytes[1] = 8
        #expect(try column?.values(as: Int64.self) == [8, 7])
        #expect(kept != nil)
        column = nil
        #expect(kept == nil)
    }

    @Test("what is released cannot be imported")
    func released() throws {
        let batch = try RecordBatch(schema: try Schema([Field("a", .bool)]), columns: [AnyColumn([true])], rowCount: 1)
        var (array, schema) = (ArrowArray(), ArrowSchema())
        #expect(throws: S3DBError.self) { try RecordBatch(importing: &array, schema: &schema) }
        batch.export(to: &array, schema: &schema)
        array.release?(&array)
        #expect(throws: S3DBError.self) { try RecordBatch(importing: &array, schema: &schema) }
        #expect(schema.release == nil)
    }

    @Test("values that contradict their type are refused")
    func damaged() throws {
        let offsets = Buffer(copying: [0, 2, 1] as [Int32])
        let text = Buffer(Array("añ".utf8))
        for (values, code) in [
            ([offsets, text], S3DBError.Code.corruptFile),
            ([Buffer(copying: [0, 2, 3] as [Int32]), text], .invalidUTF8),
        ] {
            let good = try RecordBatch(
                schema: try Schema([Field("a", .utf8)]), columns: [AnyColumn(["b", "c"])], rowCount: 2)
            var (array, schema) = (ArrowArray(), ArrowSchema())
            good.export(to: &array, schema: &schema)
            for (index, buffer) in values.enumerated() {
                array.children?[0]?.pointee.buffers?[index + 1] = buffer.unsafeStart
            }
            let error = withExtendedLifetime(values) {
                #expect(throws: S3DBError.self) { try RecordBatch(importing: &array, schema: &schema) }
            }
            #expect(error?.code == code)
            #expect(array.release == nil && schema.release == nil)
        }
    }

    @Test(
        "formats that are not known are refused", arguments: ["", "x", "d:", "d:99,0", "w:-1", "+ud:1,1", "+l", "ts"])
    func formats(format: String) throws {
        let batch = try RecordBatch(
            schema: try Schema([Field("a", .int8)]), columns: [AnyColumn([1 as Int8])], rowCount: 1)
        var (array, schema) = (ArrowArray(), ArrowSchema())
        batch.export(to: &array, schema: &schema)
        let text = format.utf8CString
        let error = text.withUnsafeBufferPointer { text in
            schema.children?[0]?.pointee.format = text.baseAddress
            return #expect(throws: S3DBError.self) { try RecordBatch(importing: &array, schema: &schema) }
        }
        #expect(error?.code == .unsupported)
    }
}
