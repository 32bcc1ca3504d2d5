import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport

/// Writing of whole Parquet files in tests.
enum ParquetFixture {
    typealias Section = EncodedSection<ParquetSectionLayout>

    static func section(
        _ batches: [RecordBatch], _ sink: Parquet = Parquet(), target: SinkTarget
    ) throws -> Section {
        let encoder = try sink.makeEncoder(target)
        for batch in batches { try encoder.append(batch) }
        return try encoder.finish()
    }

    static func file(
        _ sections: [Section], target: SinkTarget, metadata: KeyValueMetadata = []
    ) throws -> [UInt8] {
        let assembler = try Parquet().makeAssembler(target)
        for section in sections { try assembler.place(section) }
        let ends = try assembler.seal(metadata)
        return Array(ends.prologue) + sections.flatMap { Array($0.content) } + Array(ends.epilogue)
    }

    /// A file of one section.
    static func file(
        _ batches: [RecordBatch], _ sink: Parquet = Parquet(), codec: (any Codec)? = nil,
        metadata: KeyValueMetadata = []
    ) throws -> [UInt8] {
        let target = SinkTarget(schema: batches[0].schema, innerCodec: codec)
        return try file([section(batches, sink, target: target)], target: target, metadata: metadata)
    }

    /// A file of one section, of any number of batches.
    static func written(
        _ batches: [RecordBatch], _ schema: Schema, _ sink: Parquet = Parquet(), codec: (any Codec)? = nil
    ) throws -> [UInt8] {
        let target = SinkTarget(schema: schema, innerCodec: codec)
        return try file([section(batches, sink, target: target)], target: target)
    }

    static func options(_ change: (inout ParquetOptions) -> Void) -> Parquet {
        var options = ParquetOptions()
        change(&options)
        return Parquet(options)
    }

    /// Writes a file where Python finds it, and runs a script that has its path as `path` and pyarrow as `pa`, `pq`.
    @discardableResult
    static func inspect(_ file: [UInt8], _ script: String) throws -> String {
        let directory = try TemporaryDirectory()
        let path = try directory.write(file, to: "file.parquet").path
        let imports = "import sys, math, pyarrow as pa, pyarrow.parquet as pq\npath = sys.argv[1]\n"
        return try Python.run(imports + script, [path])
    }
}
