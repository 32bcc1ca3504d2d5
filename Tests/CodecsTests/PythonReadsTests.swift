import Codecs
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Python's codecs read what ours write.
@Suite(.needsPython) struct PythonReadsTests {
    @Test(arguments: DamageTests.compressing) func reads(_ name: String) throws {
        let codec = try Sample.codec(name)
        let directory = try TemporaryDirectory()
        for (index, content) in Sample.contents.enumerated() {
            try directory.write(content, to: "\(index)")
            for form in Form.allCases {
                try directory.write(try form.stream(of: content, by: codec), to: "\(index).\(form.rawValue)")
            }
        }
        // Prints each reader's call, form and content for which it gave less than all.
        let short = try Python.run(Self.script, [name, directory.url.path, "\(Sample.contents.count)"])
        let expected: [String: String] = [
            // Stop silently after the first of several frames, which contents 2 and 4 have in pieces.
            "zst": "ZstdDecompressor.decompress pieces 2 4\ndecompressobj pieces 2 4\n",
            "bz2": "BZ2Decompressor.decompress pieces 2 4\n",
        ]
        #expect(short == expected[name, default: ""])
    }

    /// Content 3, noise, is one piece; 2 and 4 are several.
    private static let script = #"""
        import sys, io, bz2, gzip, zlib, zstandard, lz4.frame, brotli, cramjam, pyarrow as pa
        name, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
        def stream(arrow):
            return lambda s, n: pa.CompressedInputStream(pa.BufferReader(s), arrow).read()
        def arrow(codec):
            return lambda s, n: pa.Codec(codec).decompress(s, decompressed_size=n).to_pybytes() if n else b''
        def bybyte(make):
            def read(s, n):
                d = make()
                return b''.join(d.decompress(s[i:i + 997]) for i in range(0, len(s), 997))
            return read
        readers = {
            'br': {'brotli.decompress': lambda s, n: brotli.decompress(s),
                   'cramjam': lambda s, n: bytes(cramjam.brotli.decompress(s)),
                   'pa.Codec': arrow('brotli'), 'stream': stream('brotli')},
            'bz2': {'bz2.decompress': lambda s, n: bz2.decompress(s),
                    'BZ2Decompressor.decompress': lambda s, n: bz2.BZ2Decompressor().decompress(s),
                    'BZ2File': lambda s, n: bz2.BZ2File(io.BytesIO(s)).read(), 'stream': stream('bz2')},
            'gz': {'gzip.decompress': lambda s, n: gzip.decompress(s),
                   'zlib.decompress': lambda s, n: zlib.decompress(s, 31),
                   'GzipFile': lambda s, n: gzip.GzipFile(fileobj=io.BytesIO(s)).read(),
                   'chunked': bybyte(lambda: zlib.decompressobj(31)),
                   'pa.Codec': arrow('gzip'), 'stream': stream('gzip')},
            'lz4': {'lz4.frame.decompress': lambda s, n: lz4.frame.decompress(s),
                    'chunked': bybyte(lz4.frame.LZ4FrameDecompressor),
                    'open': lambda s, n: lz4.frame.open(io.BytesIO(s)).read(),
                    'pa.Codec': arrow('lz4'), 'stream': stream('lz4')},
            'zst': {'ZstdDecompressor.decompress': lambda s, n: zstandard.ZstdDecompressor().decompress(s) if n else b'',
                    'decompressobj': lambda s, n: zstandard.ZstdDecompressor().decompressobj().decompress(s),
                    'stream_reader': lambda s, n: zstandard.ZstdDecompressor().stream_reader(
                        io.BytesIO(s), read_across_frames=True).read(),
                    'cramjam': lambda s, n: bytes(cramjam.zstd.decompress(s)),
                    'pa.Codec': arrow('zstd'), 'stream': stream('zstd')},
            'sz': {'cramjam': lambda s, n: bytes(cramjam.snappy.decompress(s))},
        }[name]
        for label, read in readers.items():
            for form in ('whole', 'streaming', 'pieces'):
                short = []
                for index in range(count):
                    want = open(f'{folder}/{index}', 'rb').read()
                    stored = open(f'{folder}/{index}.{form}', 'rb').read()
                    if label == 'ZstdDecompressor.decompress' and form == 'streaming':
                        # Frames without content size: python wants the bound.
                        got = zstandard.ZstdDecompressor().decompress(stored, max_output_size=max(len(want), 1))
                    else:
                        got = read(stored, len(want))
                    if got != want:
                        assert want.startswith(got), (label, form, index)
                        short.append(str(index))
                if short:
                    print(label, form, *short)
        """#

    @Test func passesOverFillers() throws {
        let codec = Zstandard()
        let compressor = try codec.makeCompressor(level: nil)
        let directory = try TemporaryDirectory()
        let content = Sample.text(300_000)
        var stream = BufferBuilder()
        for part in [content.slice(0..<1000), content.slice(1000..<200_000), content.slice(200_000..<300_000)] {
            _ = try compressor.piece(part.bytes, into: &stream)
            let filler = try #require(codec.filler(byteCount: part.count))
            stream.append(filler.bytes)
        }
        try directory.write(content, to: "content")
        try directory.write(stream.freeze(), to: "stream.zst")
        let script = #"""
            import sys, cramjam, zstandard, pyarrow as pa
            folder = sys.argv[1]
            want, path = open(f'{folder}/content', 'rb').read(), f'{folder}/stream.zst'
            stored = open(path, 'rb').read()
            assert pa.CompressedInputStream(path, 'zstd').read() == want
            assert zstandard.ZstdDecompressor().stream_reader(open(path, 'rb'), read_across_frames=True).read() == want
            assert zstandard.ZstdDecompressor().decompressobj(read_across_frames=True).decompress(stored) == want
            assert zstandard.open(path).read() == want
            assert bytes(cramjam.zstd.decompress(stored)) == want
            """#
        try Python.run(script, [directory.url.path])
    }

    @Test(arguments: ["br", "gz", "lz4", "sz", "zst"]) func readsBlocks(_ name: String) throws {
        let compressor = try Sample.codec(name).makeCompressor(level: nil)
        let directory = try TemporaryDirectory()
        for (index, content) in Sample.contents.enumerated() {
            var block = BufferBuilder()
            try compressor.compressBlock(content.bytes, into: &block)
            try directory.write(content, to: "\(index)")
            try directory.write(block.freeze(), to: "\(index).block")
        }
        let script = #"""
            import sys, pyarrow as pa
            codec, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
            for index in range(count):
                want = open(f'{folder}/{index}', 'rb').read()
                block = open(f'{folder}/{index}.block', 'rb').read()
                if want:
                    assert pa.Codec(codec).decompress(block, decompressed_size=len(want)).to_pybytes() == want, index
            """#
        let arrow = ["br": "brotli", "gz": "gzip", "lz4": "lz4_raw", "sz": "snappy", "zst": "zstd"]
        try Python.run(script, [arrow[name] ?? name, directory.url.path, "\(Sample.contents.count)"])
    }
}
