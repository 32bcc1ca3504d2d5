"""Compares a tree of converted files with the S3DB days that they were made from.

    compare_tree.py SOURCE DEST FORMAT CODEC LAYOUT SIZE [DATASET ...]

The sources are read by pyarrow with the types that METADATA.json declares. Every output must hold exactly the rows
of its partition, in the order of the source days and of the rows within each, as Parquet read by pyarrow, DuckDB
and Polars, or as Arrow read by pyarrow and Polars; what stands around the file as outer codec is undone with the
codec's Python package. There must be an output for every partition that has rows, and no other file.
Prints the number of files and rows compared; any difference ends it with status 1.
"""

import bz2
import calendar
import datetime
import glob
import gzip
import io
import json
import os
import sys

import brotli
import cramjam
import duckdb
import lz4.frame
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import zstandard

NULLS = ["", "NA", "N/A", "n/a", "NULL", "null", "NaN", "nan", "-NaN", "-nan", "#N/A", "#NA", "#N/A N/A", "<NA>",
         "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN"]
TYPES = {"int": pa.int64(), "datetime": pa.int64(), "float": pa.float64(), "timedelta": pa.float64(),
         "bool": pa.bool_(), "str": pa.string(), "list": pa.string(), "tuple": pa.string()}
UTC = datetime.timezone.utc


def fail(*words):
    print(*words, file=sys.stderr)
    sys.exit(1)


def read_days(source, dataset):
    """The dataset's days as tables of one schema, and the undeclared columns of each, by the day's first second."""
    with open(os.path.join(source, dataset, "METADATA.json")) as file:
        declared = json.load(file)["type_map"]
    paths = sorted(glob.glob(os.path.join(source, dataset, "year=*", "*.csv.gz")))
    headers = {}
    for path in paths:
        with gzip.open(path, "rt", newline="") as file:
            headers[path] = file.readline().rstrip("\r\n").split(",")
    extra = sorted({name for names in headers.values() for name in names} - set(declared))
    types = {name: TYPES[declared.get(name, "str")] for name in list(declared) + extra}
    if "target_bounds" in types:
        types["target_bounds"] = pa.int8()
    schema = pa.schema(list(types.items()))
    days, extras = {}, {}
    for path in paths:
        convert = pyarrow.csv.ConvertOptions(column_types=types, null_values=NULLS, strings_can_be_null=False)
        parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
        with gzip.open(path) as file:
            table = pyarrow.csv.read_csv(file, convert_options=convert, parse_options=parse)
        columns = []
        for field in schema:
            if field.name not in table.column_names:
                columns.append(pa.nulls(len(table), field.type))
                continue
            column = table[field.name]
            if declared.get(field.name) in ("list", "tuple"):
                column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
            columns.append(column.cast(field.type))
        start = int(os.path.basename(path).split(".")[0])
        days[start] = pa.table(columns, schema=schema).combine_chunks()
        extras[start] = set(headers[path]) - set(declared)
    return set(declared), days, extras


def start_of(size, seconds):
    moment = datetime.datetime.fromtimestamp(seconds, UTC)
    if size == "month":
        moment = moment.replace(day=1)
    if size == "year":
        moment = moment.replace(month=1, day=1)
    return calendar.timegm(moment.timetuple())


def expected_partitions(declared, days, extras, size):
    """The rows of each partition, by its first second, with the columns that METADATA.json or one of its days has."""
    parts, columns = {}, {}
    for start in sorted(days):
        table = days[start]
        if size != "hour":
            parts.setdefault(start_of(size, start), []).append(table)
            columns.setdefault(start_of(size, start), set(declared)).update(extras[start])
            continue
        hours = pc.floor(pc.divide(pc.subtract(table["target_start"], start), 3600))
        for hour in range(24):
            rows = table.filter(pc.equal(hours, hour))
            if len(rows):
                parts[start + hour * 3600] = [rows]
                columns[start + hour * 3600] = declared | extras[start]
    return {start: pa.concat_tables(tables).combine_chunks().select(
                [name for name in tables[0].column_names if name in columns[start]])
            for start, tables in parts.items()}


def key_of(dataset, start, size, layout, suffix):
    moment = datetime.datetime.fromtimestamp(start, UTC)
    if layout == "dataclient":
        return f"{dataset}/year={moment.year:04}/{start}.{suffix}"
    value = moment.strftime("%Y-%m-%d %H:%M:%S" if size == "hour" else "%Y-%m-%d")
    return f"{dataset}/{size}_partition={value}/{start}.{suffix}"


def undo(codec, data):
    """What an outer codec holds, all frames of it."""
    if codec == "none":
        return data
    if codec == "gz":
        return gzip.decompress(data)
    if codec == "bz2":
        return bz2.decompress(data)
    if codec == "lz4":
        return lz4.frame.decompress(data)
    if codec == "br":
        return brotli.decompress(data)
    if codec == "sz":
        return bytes(cramjam.snappy.decompress(data))
    return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read()


def plain(table, schema):
    """A table under the schema's types, without dictionaries, views and chunks."""
    if table.column_names != schema.names:
        fail("columns", table.column_names, "instead of", schema.names)
    return pa.table([table[field.name].cast(field.type) for field in schema], schema=schema).combine_chunks()


def readings(data, format, codec, schema):
    """The same bytes as each reader sees them.

    Arrow columns are nullable where they hold nulls.
    """
    if format == "parquet":
        file = pyarrow.parquet.ParquetFile(io.BytesIO(data), page_checksum_verification=True)
        yield "pyarrow", plain(file.read(), schema)
        yield "polars", plain(polars.read_parquet(io.BytesIO(data)).to_arrow(), schema)
        path = os.path.join(SCRATCH, "file.parquet")
        with open(path, "wb") as file:
            file.write(data)
        yield "duckdb", plain(duckdb.read_parquet(path).to_arrow_table(), schema)
    else:
        stream = pa.ipc.open_stream(data)
        table = stream.read_all()
        table.validate(full=True)
        for field in table.schema:
            has_nulls = table[field.name].null_count > 0
            if field.nullable != has_nulls:
                fail("nullability of", field)
        yield "pyarrow", plain(table, schema)
        yield "polars", plain(polars.read_ipc_stream(io.BytesIO(data)).to_arrow(), schema)


def compare_dataset(source, dest, format, codec, layout, size, dataset):
    declared, days, extras = read_days(source, dataset)
    suffix = format if layout == "athena" or codec == "none" else f"{format}.{codec}"
    expected = {key_of(dataset, start, size, layout, suffix): table
                for start, table in expected_partitions(declared, days, extras, size).items()}
    found = {os.path.relpath(os.path.join(folder, name), dest)
             for folder, _, names in os.walk(os.path.join(dest, dataset)) for name in names}
    if layout == "dataclient":
        metadata = f"{dataset}/METADATA.json"
        if metadata not in found:
            fail("no copy of", metadata)
        with open(os.path.join(source, metadata), "rb") as a, open(os.path.join(dest, metadata), "rb") as b:
            if a.read() != b.read():
                fail("another", metadata)
        found.discard(metadata)
    if found != set(expected):
        fail("files differ: missing", sorted(set(expected) - found)[:5], "unexpected", sorted(found - set(expected))[:5])
    for key, table in expected.items():
        with open(os.path.join(dest, key), "rb") as file:
            data = file.read()
        if layout == "dataclient":
            data = undo(codec, data)
        for reader, got in readings(data, format, codec, table.schema):
            if not got.equals(table):
                for name in table.column_names:
                    if not got[name].equals(table[name]):
                        fail(key, "differs in", name, "as", reader, "reads it\n", got[name].slice(0, 20), "\ninstead of\n",
                             table[name].slice(0, 20))
                fail(key, "differs as", reader, "reads it: rows", len(got), "instead of", len(table))
    return len(expected), sum(len(table) for table in expected.values())


if __name__ == "__main__":
    import tempfile
    with tempfile.TemporaryDirectory() as SCRATCH:
        source, dest, format, codec, layout, size, *datasets = sys.argv[1:]
        files = rows = 0
        for dataset in datasets:
            more = compare_dataset(source, dest, format, codec, layout, size, dataset)
            files, rows = files + more[0], rows + more[1]
        print(files, rows)
