import CLibFuzzer
import S3DBCore

/// One thing that takes bytes of strangers.
struct FuzzTarget: Sendable {
    /// What it is called on the command line.
    let name: String
    /// The largest input, in bytes.
    var inputByteLimit = 16 << 10
    /// What may be allocated at once, whatever the input, and for each of its bytes.
    var memory = MemoryBound()
    /// How inputs keep their shape while they are changed.
    var shape = InputShape.any
    /// The dictionary of words that inputs are made of, in `Dictionaries`; nil where there is none.
    var dictionary: String?
    /// Files to begin with.
    let seeds: @Sendable () throws -> [Seed]
    /// The folders of other projects' test data, and how their files' names end, that are seeds too.
    var foreignSeeds: [(folder: String, suffix: String)] = []
    /// Takes an input, and stops the program where something is wrong.
    let run: @Sendable (Buffer) -> Void

    /// All targets.
    static let all: [FuzzTarget] =
        [.csv, .json, .xml, .parquetFooter, .parquetPages, .arrowStream, .arrowFile, .readBack, .rewrite] + codecs

    /// libFuzzer keeps an input for as long as the target runs.
    private static let keeper = Keeper()
    private final class Keeper: Sendable {}

    /// Runs an input, and stops the program where it takes more memory than its bytes justify.
    func check(_ input: UnsafeRawBufferPointer) {
        allocation_watch_begin()
        // libFuzzer's memory ends where the input does, so that who reads beyond is seen.
        run(Buffer(unsafelySharing: input, keptAliveBy: Self.keeper))
        let peak = Int(allocation_watch_peak())
        let allowed = memory.byteCount + memory.factor * input.count
        if peak > allowed {
            fatalError(
                "\(peak) bytes were allocated at once for an input of \(input.count), where \(allowed) are allowed")
        }
    }
}

/// What may be allocated at once.
struct MemoryBound {
    /// Whatever the input.
    var byteCount = 64 << 20
    /// For each byte of the input.
    var factor = 4096

    /// What a frame of Zstandard may ask for as its window, once a decompressor: the library's limit of 128 MiB, and what
    /// is around it.
    static let zstandardWindow = 130 << 20
}

/// A file to begin with.
struct Seed {
    let name: String
    let bytes: Buffer

    init(_ name: String, _ bytes: Buffer) {
        self.name = name
        self.bytes = bytes
    }

    init(_ name: String, _ text: String) {
        self.init(name, Buffer(text.utf8))
    }
}
