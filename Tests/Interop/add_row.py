"""Writes a converted file again with its last row twice, and the metadata that it has.

    add_row.py FILE FORMAT CODEC LAYOUT

Not for Parquet under an outer codec: pyarrow does not write the block of metadata behind the leading magic.
"""

import io
import sys

import brotli
import bz2
import cramjam
import gzip
import lz4.frame
import pyarrow
import pyarrow.ipc
import pyarrow.parquet
import zstandard

CODECS = {
    "none": (bytes, bytes),
    "br": (brotli.decompress, brotli.compress),
    "bz2": (bz2.decompress, bz2.compress),
    "gz": (gzip.decompress, gzip.compress),
    "lz4": (lz4.frame.decompress, lz4.frame.compress),
    "sz": (lambda data: bytes(cramjam.snappy.decompress(data)), lambda data: bytes(cramjam.snappy.compress(data))),
    "zst": (
        lambda data: zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read(),
        lambda data: zstandard.ZstdCompressor().compress(data)),
}

path, format, codec, layout = sys.argv[1:]
undo, redo = CODECS[codec if layout == "dataclient" else "none"]
with open(path, "rb") as file:
    content = undo(file.read())
output = io.BytesIO()
if format == "parquet":
    table = pyarrow.parquet.ParquetFile(io.BytesIO(content)).read()
    table = pyarrow.concat_tables([table, table.slice(len(table) - 1)])
    pyarrow.parquet.write_table(table, output)
    content = output.getvalue()
else:
    table = pyarrow.ipc.open_stream(content).read_all()
    table = pyarrow.concat_tables([table, table.slice(len(table) - 1)])
    with pyarrow.ipc.new_stream(output, table.schema) as stream:
        stream.write_table(table)
    content = output.getvalue()
with open(path, "wb") as file:
    file.write(redo(content))
