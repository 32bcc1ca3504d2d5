#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Python in this process, by its shared library.
struct PythonLibrary {
    private typealias Initialize = @convention(c) (CInt) -> Void
    private typealias Run = @convention(c) (UnsafePointer<CChar>) -> CInt

    private let execute: Run

    /// Starts Python; nil where the library cannot be loaded.
    init?(path: String) {
        guard let library = dlopen(path, RTLD_NOW | RTLD_GLOBAL), let initialize = dlsym(library, "Py_InitializeEx"),
            let run = dlsym(library, "PyRun_SimpleString")
        else { return nil }
        unsafeBitCast(initialize, to: Initialize.self)(0)
        execute = unsafeBitCast(run, to: Run.self)
    }

    /// Runs a script; false where it raised an error, which is then printed.
    func run(_ script: String) -> Bool { execute(script) == 0 }
}
