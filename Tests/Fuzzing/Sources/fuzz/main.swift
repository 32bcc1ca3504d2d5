// Fuzzes what takes bytes of strangers.
//
//   fuzz targets             the names of the targets
//   fuzz seeds DIR           writes the seeds of all targets into DIR/TARGET
//   S3DB_FUZZ=TARGET fuzz …  runs a target; … is libFuzzer's command line
//
// The target stands in the environment, as libFuzzer starts the program again with the same arguments.

import CLibFuzzer
import Foundation

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("fuzz: \(message)\n".utf8))
    exit(2)
}

/// The target that is run.
nonisolated(unsafe) var current: FuzzTarget?

func run(_ name: String) -> Never {
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        fail("there is no target \(name); `fuzz targets` lists them")
    }
    current = target
    allocation_watch_install()
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(
        LLVMFuzzerRunDriver(&count, &arguments) { data, count in
            current?.check(UnsafeRawBufferPointer(start: data, count: count))
            return 0
        })
}

if let name = ProcessInfo.processInfo.environment["S3DB_FUZZ"] { run(name) }
switch CommandLine.arguments.dropFirst().first {
case "targets":
    for target in FuzzTarget.all {
        let dictionary = target.dictionary.map { " \($0)" } ?? ""
        print("\(target.name) \(target.inputByteLimit)\(dictionary)")
    }
case "seeds":
    guard CommandLine.arguments.count == 3 else { fail("seeds go into one directory") }
    do {
        try SeedFolder(CommandLine.arguments[2]).writeAll()
    } catch {
        fail("\(error)")
    }
default: fail("`fuzz targets`, `fuzz seeds DIR`, or a target in S3DB_FUZZ")
}
