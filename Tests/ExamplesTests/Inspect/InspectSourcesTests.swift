import Foundation
import S3DB
import TestSupport
import Testing

/// Where `inspect` takes files from, and what they may be packed in.
@Suite(.needsPython) struct InspectSourcesTests {
    private let directory: TemporaryDirectory
    private let parquet: URL
    private let arrow: URL

    init() throws {
        directory = try TemporaryDirectory()
        parquet = directory.url.appending(path: "table.parquet")
        arrow = directory.url.appending(path: "table.arrow")
        try InspectedTables.writeParquet(to: parquet)
        try InspectedTables.writeArrow(to: arrow)
    }

    /// Packs a file by Python's packages, under a name that tells nothing of it.
    private func pack(_ file: URL, _ expression: String) throws -> URL {
        let packed = directory.url.appending(path: "packed.csv")
        try Python.run(
            """
            import bz2, gzip, sys
            import brotli, cramjam, lz4.frame, zstandard
            data = open(sys.argv[1], "rb").read()
            open(sys.argv[2], "wb").write(bytes(\(expression)))
            """, [file.path, packed.path])
        return packed
    }

    @Test(
        "a file is known by its bytes in each codec, whatever its name",
        arguments: [
            ("gz", "gzip.compress(data)"), ("bz2", "bz2.compress(data)"), ("zst", "zstandard.compress(data)"),
            ("lz4", "lz4.frame.compress(data)"), ("br", "brotli.compress(data, quality=3)"),
            ("sz", "cramjam.snappy.compress(data)"), ("sz", "cramjam.snappy.compress_raw(data)"),
            (nil, "data"),
        ])
    func codecs(name: String?, expression: String) throws {
        let arrowFile = directory.url.appending(path: "table.arrow-file")
        try InspectedTables.writeArrow(to: arrowFile, isStream: false, options: "compression='zstd'")
        for (file, format) in [(parquet, "parquet"), (arrow, "arrow-stream"), (arrowFile, "arrow-file")] {
            let packed = try pack(file, expression)
            let outcome = try InspectTool.run(["--json", packed.path])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let summary = try outcome.json()
            #expect(summary["format"]?.stringValue == format && summary["codec"]?.stringValue == name)
            #expect(summary["rows"] == 5000)
            let size = try Data(contentsOf: file).count
            #expect(summary["content_bytes"]?.intValue == size)
            let packedSize = try Data(contentsOf: packed).count
            #expect(summary["bytes"]?.intValue == packedSize)
            for command in [["cat", "--json"], ["pages", "--json"], ["schema"], ["head"]] {
                let bare = try InspectTool.run(command + [file.path])
                let found = try InspectTool.run(command + [packed.path])
                #expect(bare.status == 0 && found.output == bare.output)
            }
        }
    }

    @Test("Arrow's figures are those of the file: batches, dictionaries, buffers, sizes before compression")
    func arrowFigures() throws {
        for isStream in [true, false] {
            for codec in ["None", "'lz4'", "'zstd'"] {
                let file = directory.url.appending(path: "figures")
                try InspectedTables.writeArrow(to: file, isStream: isStream, options: "compression=\(codec)")
                let summary = try InspectTool.run(["--json", file.path]).json()
                #expect(summary["groups"] == 8 && summary["rows"] == 5000)
                let rows = summary["row_groups"]?.arrayValue?.map { $0["rows"]?.intValue }
                #expect(rows == [700, 700, 700, 700, 700, 700, 700, 100])
                #expect(summary["dictionaries"]?.arrayValue?.map { $0["values"] } == [7])
                let chunks = try InspectTool.run(["chunks", "--json", file.path]).json()["chunks"]?.arrayValue ?? []
                try #require(chunks.count == 8 * 11)
                let printed = try InspectedTables.python(
                    """
                    for start in range(0, 5000, 700):
                        batch = table.slice(start, 700).combine_chunks()
                        for name in table.schema.names:
                            print(batch[name].null_count)
                    """, [])
                let nulls = printed.split(separator: "\n").map { Int($0) }
                #expect(chunks.map { $0["nulls"]?.intValue } == nulls)
                let ids = chunks.filter { $0["column"] == "id" }
                #expect(ids.map { $0["uncompressed_bytes"]?.intValue } == rows?.map { ($0 ?? 0) * 8 }, "\(codec)")
                let compression = codec == "None" ? nil : codec == "'lz4'" ? "LZ4_FRAME" : "ZSTD"
                #expect(ids.allSatisfy { $0["compression"]?.stringValue == compression })
            }
        }
    }

    @Test("standard input and pipes are read, and file URLs")
    func pipes() throws {
        let expected = try InspectTool.run(["cat", "--json", parquet.path]).output
        for line in [
            "cat \"$1\" | \"$inspect\" cat --json -", "\"$inspect\" cat --json <(cat \"$1\")",
            "\"$inspect\" cat --json - < \"$1\"", "\"$inspect\" cat --json \"file://$1\"",
        ] {
            let outcome = try InspectTool.shell(line, [parquet.path])
            #expect(outcome.status == 0 && outcome.output == expected, "\(line): \(outcome.errors)")
        }
        let outcome = try InspectTool.shell("cat \"$1\" | \"$inspect\" diff - \"$2\"", [parquet.path, arrow.path])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        let left = try FileManager.default.contentsOfDirectory(atPath: FileManager.default.temporaryDirectory.path)
        #expect(!left.contains { $0.hasPrefix("inspect-") })
    }

    @Test("a reader that goes ends it quietly, a full device with the reason")
    func closedPipe() throws {
        for command in ["cat --json", "cat --csv"] {
            let gone = try InspectTool.shell(
                "\"$inspect\" \(command) \"$1\" | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}", [parquet.path])
            #expect(gone.output == "0\n" && gone.errors.isEmpty, "\(gone.errors)")
        }
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        let full = try InspectTool.shell("\"$inspect\" cat --csv \"$1\" >/dev/full", [parquet.path])
        #expect(full.status == 1 && full.errors.contains("standard output cannot be written"), "\(full.errors)")
    }

    @Test("damaged files are refused where they are damaged")
    func damage() throws {
        let bytes = try Data(contentsOf: parquet)
        let place = directory.url.appending(path: "damaged")
        try bytes.dropLast(20).write(to: place)
        var outcome = try InspectTool.run([place.path])
        #expect(outcome.status == 1 && outcome.errors.contains("\(place.path)"), "\(outcome.errors)")
        try Data(contentsOf: arrow).dropLast(5000).write(to: place)
        outcome = try InspectTool.run(["cat", "--json", place.path])
        #expect(outcome.status == 1 && outcome.errors.contains("truncated-stream"), "\(outcome.errors)")
        #expect(outcome.errors.contains("byte "), "\(outcome.errors)")
        outcome = try InspectTool.run(["cat", "--json", directory.url.appending(path: "nothing").path])
        #expect(outcome.status == 2 && outcome.errors.contains("not-found"), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        let json = try InspectTool.run(["--json", directory.url.appending(path: "nothing").path])
        #expect(try json.json()["error"]?["code"] == "not-found")
    }

    @Test("an object of a bucket is read as a file is", .needsServers)
    func bucket() async throws {
        let moto = try await StandIn.moto()
        let bucket = try await moto.makeBucket()
        for file in [parquet, arrow] {
            try await moto.boto3(
                "import sys\nclient('s3').upload_file(sys.argv[1], sys.argv[2], 'a b/' + sys.argv[3])",
                [file.path, bucket, file.lastPathComponent])
            let environment = [
                "AWS_ACCESS_KEY_ID": moto.credentials.accessKeyID,
                "AWS_SECRET_ACCESS_KEY": moto.credentials.secretAccessKey, "AWS_REGION": moto.region,
            ]
            let url = "s3://\(bucket)/a b/\(file.lastPathComponent)"
            for command in [["cat", "--json"], ["chunks", "--json"], ["pages", "--json"], ["head"]] {
                let here = try InspectTool.run(command + [file.path])
                let there = try InspectTool.run(
                    command + ["--endpoint-url", "\(moto.endpoint)", url], environment: environment)
                #expect(there.status == 0, "\(there.errors)")
                #expect(there.output.replacing(url, with: file.path) == here.output)
            }
            let diff = try InspectTool.run(
                ["diff", file.path, url, "--endpoint-url", "\(moto.endpoint)"], environment: environment)
            #expect(diff.status == 0, "\(diff.output)\(diff.errors)")
        }
    }
}
