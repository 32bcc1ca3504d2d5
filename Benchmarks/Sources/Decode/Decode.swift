import Codecs
import ColumnarFormats
import Foundation
import S3DBCore

/// Reads all batches of a file on one thread and measures nothing itself: what the operating system counts of it is
/// measured outside.
///
///     Decode parquet|arrow FILE
///
/// An Arrow file is a stream inside zstd. Prints the rows and the sum of `target_start`, by which runs are compared.
@main
struct Decode {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2, ["parquet", "arrow"].contains(arguments[0]) else {
            fail("usage: Decode parquet|arrow FILE", 2)
        }
        do {
            let path = URL(filePath: arguments[1])
            var tally = Tally()
            if arguments[0] == "parquet" {
                try await readParquet(path, &tally)
            } else {
                try readArrow(path, &tally)
            }
            print("rows \(tally.rowCount)\nstarts \(tally.starts)")
        } catch {
            fail("Decode: \(error)", 1)
        }
    }

    private static func fail(_ message: String, _ status: Int32) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(status)
    }

    /// Row groups are read as they are needed.
    private static func readParquet(_ path: URL, _ tally: inout Tally) async throws {
        let store = try DirectoryStore(root: path.deletingLastPathComponent().path)
        let file = try await StoredObject(ObjectKey(path.lastPathComponent), in: store)
        var registry = Registry()
        try registry.registerCodecs()
        var options = ParquetReadOptions()
        options.parallelism = 1
        let reader = try await ParquetReader(file, codecs: registry.codecs, options: options)
        for try await batch in reader.batches { try tally.add(batch) }
    }

    private static func readArrow(_ path: URL, _ tally: inout Tally) throws {
        let file = try FileHandle(forReadingFrom: path)
        let decompressor = try Zstandard().makeDecompressor(limits: InflateLimits(ratio: .max))
        let decoder = ArrowStreamDecoder()
        var content = BufferBuilder()
        while let block = try file.read(upToCount: readByteCount), !block.isEmpty {
            let stored = Buffer(block)
            var used = 0
            var isFull = true
            while isFull || used < stored.count {
                // As far as the end of a message: nothing behind it has to be kept.
                let room = max(decoder.wantedByteCount - content.count, leastByteCount)
                let before = content.count
                content.reserve(room)
                used += try decompressor.decompress(
                    stored.bytes.extracting(droppingFirst: used), into: &content, limit: room)
                isFull = content.count - before == room
                if isFull { try decode(&content, by: decoder, isLast: false, &tally) }
            }
        }
        try decompressor.finish()
        try decode(&content, by: decoder, isLast: true, &tally)
    }

    /// Decodes what is complete, and leaves the rest.
    private static func decode(
        _ content: inout BufferBuilder, by decoder: ArrowStreamDecoder, isLast: Bool, _ tally: inout Tally
    ) throws(S3DBError) {
        let bytes = content.freeze()
        let used = try decoder.decode(bytes, isLast: isLast) { (batch) throws(S3DBError) in try tally.add(batch) }
        let rest = bytes.slice(used..<bytes.count)
        content.reserve(max(decoder.wantedByteCount, rest.count))
        content.append(rest.bytes)
    }

    private static let readByteCount = 512 << 10
    private static let leastByteCount = 4 << 10
}

/// What is printed of the batches.
private struct Tally {
    var rowCount = 0
    var starts: Int64 = 0

    mutating func add(_ batch: RecordBatch) throws(S3DBError) {
        rowCount += batch.rowCount
        let column: Column<Int64> = try batch["target_start"]
        for start in column { starts &+= start }
    }
}
