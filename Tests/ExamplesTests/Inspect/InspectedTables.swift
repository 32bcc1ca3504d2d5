import Foundation
import S3DB
import TestSupport

/// Files that pyarrow writes for `inspect` to look into.
enum InspectedTables {
    /// Values of flat types with nulls, and all that is awkward in text.
    private static let table = """
        import datetime, decimal, math, sys
        import pyarrow as pa, pyarrow.ipc, pyarrow.parquet as pq

        count = 5000
        words = ["", None, "plain", "a,b", 'say "no"', "two\\nlines", "carriage\\rreturn", "NULL", " padded ", "äöü€"]
        numbers = [0.0, -0.0, None, math.nan, math.inf, -math.inf, 1e300, 5e-324, 0.1, -2.5]
        def column(values, type=None):
            return pa.array([values[i % len(values)] for i in range(count)], type)
        table = pa.table({
            "id": pa.array(range(count), pa.int64()),
            "word": column(words, pa.string()),
            "code": pa.array([f"node {i % 7}" for i in range(count)]).dictionary_encode(),
            "value": column(numbers, pa.float64()),
            "small": column([1, None, -128, 127], pa.int8()),
            "flag": column([True, False, None], pa.bool_()),
            "big": column([2**64 - 1, 0, None], pa.uint64()),
            "price": column([decimal.Decimal("12.50"), decimal.Decimal("-0.01"), None], pa.decimal128(10, 2)),
            "day": column([datetime.date(2020, 2, 29), datetime.date(1969, 12, 31), None], pa.date32()),
            "at": column([datetime.datetime(2020, 1, 1, 20, 0, 0, 123456), None], pa.timestamp("us", "UTC")),
            "raw": column([b"", b"\\x00\\xff", None], pa.binary()),
        })
        """

    /// Runs a script behind the one that makes `table`, with the paths of some files as its arguments.
    @discardableResult
    static func python(_ script: String, _ files: [URL]) throws -> String {
        try Python.run(table + "\n" + script, files.map(\.path))
    }

    /// Writes the table as Parquet.
    static func writeParquet(to file: URL, _ options: String = "row_group_size=2000, write_page_index=True") throws {
        try python("pq.write_table(table, sys.argv[1], \(options))", [file])
    }

    /// Writes the table as an Arrow stream or file.
    static func writeArrow(to file: URL, isStream: Bool = true, options: String = "") throws {
        try python(
            """
            options = pa.ipc.IpcWriteOptions(\(options))
            make = pa.ipc.new_\(isStream ? "stream" : "file")
            with make(sys.argv[1], table.schema, options=options) as writer:
                writer.write_table(table, max_chunksize=700)
            """, [file])
    }
}
