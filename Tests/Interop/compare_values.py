"""Compares two trees of converted files by the values in them, as pyarrow reads them.

    compare_values.py A B FORMAT CODEC LAYOUT

Files that were made of other copies of the same days carry other versions of their sources, and so other bytes. Both
trees must have the same files, with the same columns, types and rows in the same order; what is not of the format must
be the same to the byte. Prints the number of files and rows compared; any difference ends it with status 1.
"""

import io
import os
import sys

import pyarrow.ipc
import pyarrow.parquet

from compare_tree import fail, undo


def names(root):
    return sorted(
        os.path.relpath(os.path.join(folder, name), root)
        for folder, folders, files in os.walk(root) if ".s3db-uploads" not in folder for name in files)


def table(data, format, codec, layout):
    if layout == "dataclient":
        data = undo(codec, data)
    if format == "parquet":
        return pyarrow.parquet.ParquetFile(io.BytesIO(data)).read().replace_schema_metadata(None)
    return pyarrow.ipc.open_stream(data).read_all().replace_schema_metadata(None)


def main(a, b, format, codec, layout):
    if names(a) != names(b):
        fail("files differ:", sorted(set(names(a)) ^ set(names(b)))[:5])
    files = rows = 0
    for name in names(a):
        pair = []
        for root in (a, b):
            with open(os.path.join(root, name), "rb") as file:
                pair.append(file.read())
        if name.endswith(".json"):
            if pair[0] != pair[1]:
                fail(name, "differs")
            continue
        first, second = (table(data, format, codec, layout) for data in pair)
        if first.schema != second.schema or not first.equals(second):
            fail(name, "differs\n", first.schema, first.slice(0, 5), "\ninstead of\n", second.schema, second.slice(0, 5))
        files, rows = files + 1, rows + len(first)
    print(files, rows)


main(*sys.argv[1:])
