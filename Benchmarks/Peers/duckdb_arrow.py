"""DuckDB reads the days, with declared types; pyarrow writes its record batches as one Arrow stream under zstd.

    duckdb_arrow.py OUTPUT LEVEL DAY.csv.gz ...
"""

import sys
import time

import duckdb
import pyarrow as pa
import pyarrow.ipc
import zstandard

started = time.perf_counter()
output, level, days = sys.argv[1], int(sys.argv[2]), sys.argv[3:]

connection = duckdb.connect()
connection.execute("SET threads = 2")
connection.execute("SET preserve_insertion_order = false")
reader = connection.sql(
    """
    SELECT * FROM read_csv($days, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
        columns = {
            'release_date': 'BIGINT', 'target_start': 'BIGINT', 'target_end': 'BIGINT', 'target_bounds': 'TINYINT',
            'node_name': 'VARCHAR', 'tag': 'VARCHAR', 'lmp': 'DOUBLE', 'mlc': 'DOUBLE', 'mcc': 'DOUBLE'
        })
    """,
    params={"days": days},
).to_arrow_reader(65_536)
with open(output, "wb") as file:
    with zstandard.ZstdCompressor(level=level, threads=2).stream_writer(file) as stream:
        with pa.ipc.new_stream(stream, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
