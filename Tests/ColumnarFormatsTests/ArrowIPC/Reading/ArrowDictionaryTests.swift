import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Dictionaries as pyarrow writes them, and metadata of messages.
@Suite("Dictionaries of Arrow streams and files", .needsPython) struct ArrowDictionaryTests {
    /// Runs a script that writes `path`, and reads that.
    private func written(_ script: String) throws -> Buffer {
        let directory = try TemporaryDirectory()
        let url = directory.url.appending(path: "a.arrow")
        try Python.run("import sys, pyarrow as pa\npath = sys.argv[1]\n" + script, [url.path])
        return Buffer(try Data(contentsOf: url))
    }

    private func texts(_ batches: [RecordBatch]) throws -> [[String?]] {
        try batches.map { Array(try Column<String?>($0.columns[0])) }
    }

    private static let growing = """
        kind = pa.dictionary(pa.int8(), pa.utf8())
        options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
        with pa.ipc.CONTAINER(path, pa.schema([("a", kind)]), options=options) as out:
            for values in (["x", "y"], ["x", "y", "z"], ["x", "y", "z", "w"]):
                array = pa.DictionaryArray.from_arrays(pa.array([len(values) - 1, None, 0], pa.int8()), values)
                out.write_batch(pa.RecordBatch.from_arrays([array], ["a"]))
        """

    @Test("deltas extend a dictionary, and share its lineage")
    func deltas() throws {
        let bytes = try written(Self.growing.replacingOccurrences(of: "CONTAINER", with: "new_stream"))
        let batches = try ArrowReader(bytes).batches()
        #expect(try texts(batches) == [["y", nil, "x"], ["z", nil, "x"], ["w", nil, "x"]])
        let dictionaries = batches.compactMap { (batch) -> ColumnDictionary? in
            if case .dictionary(_, let dictionary) = batch.columns[0].storage { dictionary } else { nil }
        }
        try #require(dictionaries.count == 3)
        #expect(dictionaries.map(\.values.count) == [2, 3, 4])
        #expect(dictionaries.allSatisfy { $0.lineage === dictionaries[0].lineage })
        #expect(batches[0].schema.fields[0].dictionary == DictionaryEncoding(indexType: .int8))
    }

    @Test("files have deltas, too")
    func fileDeltas() throws {
        let bytes = try written(Self.growing.replacingOccurrences(of: "CONTAINER", with: "new_file"))
        let file = try ArrowFile(bytes)
        #expect(file.batchCount == 3)
        #expect(Array(try Column<String?>(try file.batch(2).columns[0])) == ["w", nil, "x"])
        #expect(Array(try Column<String?>(try file.batch(0).columns[0])) == ["y", nil, "x"])
    }

    @Test("a stream may replace dictionaries, also those of a list's elements")
    func replacement() throws {
        let bytes = try written(
            """
            kind = pa.dictionary(pa.uint16(), pa.utf8())
            with pa.ipc.new_stream(path, pa.schema([("a", kind), ("b", pa.list_(kind))])) as out:
                for values in (["x", "y"], ["p", "q", "r"], ["x", "y"]):
                    array = pa.DictionaryArray.from_arrays(pa.array([1, 0, None], pa.uint16()), values)
                    lists = pa.ListArray.from_arrays(pa.array([0, 2, 2, 3], pa.int32()), array)
                    out.write_batch(pa.RecordBatch.from_arrays([array, lists], ["a", "b"]))
            """)
        let batches = try ArrowReader(bytes).batches()
        #expect(try texts(batches) == [["y", "x", nil], ["q", "p", nil], ["y", "x", nil]])
        let lists = batches.map { ColumnText.values(of: $0.columns[1]) }
        let (first, second) = (["[\"y\", \"x\"]", "[]", "[null]"], ["[\"q\", \"p\"]", "[]", "[null]"])
        #expect(lists == [first, second, first])
    }

    @Test("nulls among a dictionary's values are nulls of the column")
    func nullValues() throws {
        let bytes = try written(
            """
            values = pa.array([None, "x", None, "y"])
            array = pa.DictionaryArray.from_arrays(pa.array([3, 0, None, 1, 2], pa.int32()), values)
            with pa.ipc.new_stream(path, pa.schema([("a", array.type)])) as out:
                out.write_batch(pa.RecordBatch.from_arrays([array], ["a"]))
            """)
        #expect(try texts(try ArrowReader(bytes).batches()) == [["y", nil, nil, "x", nil]])
    }

    @Test("custom metadata of batches and of the footer")
    func metadata() throws {
        let script = """
            schema = pa.schema([("a", pa.int8())], {"schema": "s"})
            with pa.ipc.CONTAINER(path, schema METADATA) as out:
                for number in range(3):
                    out.write_batch(pa.record_batch([pa.array([number], pa.int8())], schema=schema), {"number": str(number)})
            """
        let stream = try written(
            script.replacingOccurrences(of: "CONTAINER", with: "new_stream").replacingOccurrences(
                of: "METADATA", with: ""))
        let decoder = ArrowStreamDecoder()
        var numbers: [String] = []
        _ = try decoder.decode(stream.bytes, isLast: true) { _ in numbers += decoder.batchMetadata.map(\.value) }
        #expect(numbers == ["0", "1", "2"])
        #expect(decoder.metadata.map(\.key) == ["schema"])
        let file = try ArrowFile(
            try written(
                script.replacingOccurrences(of: "CONTAINER", with: "new_file")
                    .replacingOccurrences(of: "METADATA", with: ", metadata={b\"footer\": b\"f\"}")))
        _ = try file.batch(1)
        #expect(file.batchMetadata.map(\.value) == ["1"])
        #expect(file.footerMetadata.map(\.key) == ["footer"])
        #expect(file.metadata.map(\.key) == ["schema"])
    }

    @Test("a file is read in the ranges that are needed")
    func ranges() throws {
        let bytes = try written(
            """
            with pa.ipc.new_file(path, pa.schema([("a", pa.int64())])) as out:
                for number in range(5):
                    out.write_batch(pa.record_batch([pa.array([number] * 1000, pa.int64())], ["a"]))
            """)
        var readByteCount = 0
        let file = try ArrowFile(byteCount: bytes.count) { (range) throws(S3DBError) in
            readByteCount += range.count
            return bytes.slice(range)
        }
        #expect(file.batchCount == 5)
        #expect(readByteCount < 2000)
        #expect(try Column<Int64>(try file.batch(3).columns[0])[999] == 3)
        #expect(readByteCount < 12_000)
        let failing = #expect(throws: S3DBError.self) {
            try ArrowFile(byteCount: bytes.count) { (_) throws(S3DBError) in Buffer() }
        }
        #expect(failing?.code == .ioFailure)
    }
}
