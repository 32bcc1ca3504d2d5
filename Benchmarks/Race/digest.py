"""Digests the values of output files, whoever wrote them and in whatever order their rows stand.

    digest.py FILE ...

DuckDB reads Parquet (`.parquet`), pyarrow Arrow streams under zstd (`.arrow.zst`). Prints JSON: the rows; for each
column its type, nulls and the sum of its values' hashes; and the sum of the rows' hashes, which differs as soon as
two values have changed places between rows. Equal digests are equal tables, but for a collision of 64-bit hashes.
"""

import json
import sys

import duckdb
import pyarrow as pa
import pyarrow.ipc

# Hashes depend on types: all outputs are hashed as what METADATA.json declares.
TYPES = {
    "release_date": "BIGINT", "target_start": "BIGINT", "target_end": "BIGINT", "target_bounds": "TINYINT",
    "node_name": "VARCHAR", "tag": "VARCHAR", "lmp": "DOUBLE", "mlc": "DOUBLE", "mcc": "DOUBLE",
}


def digest(relation, connection):
    """Digests the table that `relation` names in SQL."""
    described = connection.sql(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    found = {row[0]: row[1] for row in described if not row[0].endswith("_partition")}
    cast = ", ".join(f"CAST({name} AS {type}) AS {name}" for name, type in TYPES.items())
    sums = ", ".join(f"count({name}), sum(hash({name}))::VARCHAR" for name in TYPES)
    values = connection.sql(
        f"SELECT count(*), sum(hash({', '.join(TYPES)}))::VARCHAR, {sums} FROM (SELECT {cast} FROM {relation})"
    ).fetchall()[0]
    columns = {}
    for index, name in enumerate(TYPES):
        type = "VARCHAR" if found[name].startswith("ENUM") else found[name]
        columns[name] = {"type": type, "nulls": values[0] - values[2 + 2 * index], "hashes": values[3 + 2 * index]}
    return {"rows": values[0], "row_hashes": values[1], "columns": columns}


def main(files):
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    if all(file.endswith(".parquet") for file in files):
        connection.execute("SET memory_limit = '4GB'")
        names = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        result = digest(f"read_parquet([{names}], hive_partitioning = false)", connection)
    elif len(files) == 1 and files[0].endswith(".arrow.zst"):
        # Described once and read once, so from a table; a stream can be read only once.
        stream = pa.ipc.open_stream(pa.CompressedInputStream(files[0], "zstd"))
        connection.register("stream", stream)
        connection.execute("CREATE TEMP TABLE content AS SELECT * FROM stream")
        result = digest("content", connection)
    else:
        sys.exit(f"digest: neither Parquet files nor one Arrow stream under zstd: {files}")
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
