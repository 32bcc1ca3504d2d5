import Codecs
import Foundation
import S3DBCore
import TestSupport
import Testing

/// We read what Python's codecs write.
@Suite(.needsPython) struct PythonWritesTests {
    @Test(arguments: DamageTests.compressing) func isRead(_ name: String) throws {
        let codec = try Sample.codec(name)
        let directory = try TemporaryDirectory()
        for (index, content) in Sample.contents.enumerated() { try directory.write(content, to: "\(index)") }
        let made = try Python.run(Self.script, [name, directory.url.path, "\(Sample.contents.count)"])
        for line in made.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            let content = try words[1].split(separator: "+").reduce(into: Data()) { content, index in
                content += try Data(contentsOf: directory.url.appending(path: String(index)))
            }
            let stream = Buffer(try Data(contentsOf: directory.url.appending(path: words[0])))
            #expect(try decompressed(stream, by: codec) == Buffer(content), "\(line)")
        }
        #expect(made.contains("+") == (name != "br"))
    }

    /// Prints the name of each stream, and which contents it has.
    private static let script = #"""
        import sys, io, bz2, gzip, zstandard, lz4.frame, lz4.block, brotli, cramjam, struct
        name, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
        contents = [open(f'{folder}/{i}', 'rb').read() for i in range(count)]
        skippable = b'\x53\x2a\x4d\x18' + struct.pack('<I', 5) + b'hello'
        def named(content):
            out = io.BytesIO()
            with gzip.GzipFile('a name', 'wb', 1, out, 12345) as file:
                file.write(content)
            return out.getvalue()
        def streamed(content):
            c = zstandard.ZstdCompressor(level=19, write_checksum=True).compressobj()
            return c.compress(content) + c.flush()
        writers = {
            'br': [brotli.compress, lambda c: brotli.compress(c, quality=1, lgwin=24)],
            'bz2': [bz2.compress, lambda c: bz2.compress(c, 1)],
            'gz': [gzip.compress, lambda c: gzip.compress(c, 0), named],
            'lz4': [lz4.frame.compress,
                    lambda c: lz4.frame.compress(c, compression_level=9, block_linked=True, content_checksum=True,
                                                 block_checksum=True, block_size=lz4.frame.BLOCKSIZE_MAX64KB),
                    lambda c: skippable + lz4.frame.compress(c) + skippable],
            'zst': [lambda c: zstandard.ZstdCompressor().compress(c), streamed,
                    lambda c: skippable + streamed(c) + skippable],
            'sz': [lambda c: bytes(cramjam.snappy.compress(c)),
                   lambda c: bytes(cramjam.snappy.compress(c)) + b'\xfe\x03\x00\x00\x00\x00\x00\x80\x01\x00\x00x'],
        }[name]
        for w, write in enumerate(writers):
            for index, content in enumerate(contents):
                if name == 'sz' and not content:
                    continue  # cramjam leaves out the identifier where there is no content
                open(f'{folder}/{index}.{w}', 'wb').write(write(content))
                print(f'{index}.{w}', index)
        if name != 'br':
            order = [2, 0, 4, 1, 3]
            open(f'{folder}/all', 'wb').write(b''.join(writers[i % len(writers)](contents[i]) for i in order))
            print('all', '+'.join(map(str, order)))
        """#

    /// A gigabyte of zeros in a megabyte stops where the limits say, with little memory.
    @Test func bombStops() throws {
        let directory = try TemporaryDirectory()
        let script = #"""
            import sys, gzip
            with gzip.open(sys.argv[1], 'wb', 9) as file:
                for _ in range(1024):
                    file.write(bytes(1 << 20))
            """#
        let url = directory.url.appending(path: "bomb.gz")
        try Python.run(script, [url.path])
        let bomb = Buffer(try Data(contentsOf: url))
        #expect(bomb.count < 1 << 21)
        let decompressor = try Gzip().makeDecompressor(limits: InflateLimits())
        var output = BufferBuilder()
        let refusal = code { () throws(S3DBError) in try decompressor.decompressAll(bomb.bytes, into: &output) }
        #expect(refusal == .inflateLimit)
        #expect(output.capacity <= 64 << 20)
    }
}
