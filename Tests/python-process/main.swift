// Hands batches to pyarrow of the same process by the C Data Interface, and takes them back.
//
//     python-process LIBPYTHON SCRIPT DIRECTORY COUNT
//
// SCRIPT defines `check(number, array, schema)`, which imports what stands at two addresses, and
// `give(array, schema)`, which exports it again. Each table is read from DIRECTORY/n.arrow; what came back is written to
// DIRECTORY/n.back.

import ColumnarFormats
import Foundation
import S3DBCore

let arguments = CommandLine.arguments
guard arguments.count == 5, let count = Int(arguments[4]) else { fail("four arguments are needed") }
guard let python = PythonLibrary(path: arguments[1]) else { fail("\(arguments[1]) cannot be loaded") }
guard python.run(try String(contentsOfFile: arguments[2], encoding: .utf8)) else { fail("the script fails") }

let exchange = Exchange(python: python)
for number in 0..<count {
    let folder = URL(filePath: arguments[3])
    let reader = try ArrowReader(Buffer(try Data(contentsOf: folder.appending(path: "\(number).arrow"))))
    guard let batch = try reader.next() else { fail("table \(number) has no batch") }
    let back = try exchange.passed(batch, number)
    var file = try FileWriter(ArrowStream(), schema: back.schema)
    try file.append(back)
    try file.finish()
    try Data(file.takeBytes()).write(to: folder.appending(path: "\(number).back"))
}
// Python's own end is left out: its idle threads now and then abort the process.
guard python.run("finish()") else { fail("the script's end") }
print("passed \(count)")
fflush(nil)
_exit(0)
