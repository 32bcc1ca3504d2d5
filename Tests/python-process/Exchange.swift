import CArrow
import ColumnarFormats
import Foundation
import S3DBCore

/// Ends the process.
func fail(_ problem: String) -> Never {
    FileHandle.standardError.write(Data("python-process: \(problem)\n".utf8))
    exit(1)
}

/// Two structures at addresses that Swift and Python know.
struct Exchange {
    private let python: PythonLibrary
    private let array = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
    private let schema = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)

    init(python: PythonLibrary) {
        self.python = python
    }

    /// Exports a batch, lets Python look at it and export it again, and imports that.
    func passed(_ batch: RecordBatch, _ number: Int) throws -> RecordBatch {
        batch.export(to: array, schema: schema, metadata: [("number", "\(number)")])
        let addresses = "\(UInt(bitPattern: array)), \(UInt(bitPattern: schema))"
        guard python.run("check(\(number), \(addresses))\ngive(\(addresses))") else { fail("table \(number)") }
        return try RecordBatch(importing: array, schema: schema)
    }
}
