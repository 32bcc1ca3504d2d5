"""Writes a tree of converted files again as another program would, by pyarrow, and changes it in ways that are named.

    other_tree.py FROM TO FORMAT CODEC LAYOUT [CHANGE ...]

Columns stand in the reverse order. Packed Parquet files become bare ones whose pages are compressed, and `.arrow.sz` a
single block of snappy, though their names stay. Changes are made to one file each, in the order of their names:
missing, extra, type, column, row, value.
"""

import io
import os
import sys

import bz2
import brotli
import cramjam
import gzip
import lz4.frame
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import zstandard

UNDO = {
    "none": bytes, "br": brotli.decompress, "bz2": bz2.decompress, "gz": gzip.decompress,
    "lz4": lz4.frame.decompress, "sz": lambda data: bytes(cramjam.snappy.decompress(data)),
    "zst": lambda data: zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read(),
}
REDO = {
    "none": bytes, "br": brotli.compress, "bz2": bz2.compress, "gz": gzip.compress, "lz4": lz4.frame.compress,
    "sz": lambda data: bytes(cramjam.snappy.compress_raw(data)), "zst": zstandard.ZstdCompressor().compress,
}

source, target, format, codec, layout, *changes = sys.argv[1:]


def read(data):
    if layout == "dataclient":
        data = UNDO[codec](data)
    if format == "parquet":
        return pyarrow.parquet.ParquetFile(io.BytesIO(data)).read()
    return pyarrow.ipc.open_stream(data).read_all()


def write(table):
    output = io.BytesIO()
    if format == "parquet":
        pyarrow.parquet.write_table(table, output, compression="zstd")
        return output.getvalue()
    with pyarrow.ipc.new_stream(output, table.schema) as stream:
        stream.write_table(table, max_chunksize=1000)
    return REDO[codec](output.getvalue()) if layout == "dataclient" else output.getvalue()


def changed(table, change):
    if change == "type":
        index = table.schema.get_field_index("count")
        return table.set_column(index, "count", table["count"].cast(pa.int32()))
    if change == "column":
        return table.drop_columns(["node"])
    if change == "row":
        return table.slice(0, len(table) - 1)
    if change == "value":
        index = table.schema.get_field_index("lmp")
        values = table["lmp"].to_pylist()
        values[len(values) // 2] += 0.5
        return table.set_column(index, "lmp", pa.array(values, pa.float64()))
    return table


names = sorted(
    os.path.relpath(os.path.join(folder, name), source) for folder, _, files in os.walk(source)
    if ".s3db-uploads" not in folder for name in files if not name.endswith(".json"))
plan = dict(zip(names, changes))
for name in names:
    if plan.get(name) == "missing":
        continue
    with open(os.path.join(source, name), "rb") as file:
        table = read(file.read()).replace_schema_metadata(None)
    table = changed(table.select(table.column_names[::-1]), plan.get(name))
    path = os.path.join(target, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(write(table))
    if plan.get(name) == "extra":
        os.remove(os.path.join(source, name))
