"""DuckDB: COPY of the days, with declared types, to one Parquet file.

    duckdb_parquet.py OUTPUT DAY.csv.gz ...

As DuckDB's performance guide advises for files larger than memory, it need not keep the order of the rows.
"""

import sys
import time

import duckdb

started = time.perf_counter()
output, days = sys.argv[1], sys.argv[2:]

connection = duckdb.connect()
connection.execute("SET threads = 2")
connection.execute("SET preserve_insertion_order = false")
connection.execute(
    f"""
    COPY (
        SELECT * FROM read_csv($days, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
            columns = {{
                'release_date': 'BIGINT', 'target_start': 'BIGINT', 'target_end': 'BIGINT', 'target_bounds': 'TINYINT',
                'node_name': 'VARCHAR', 'tag': 'VARCHAR', 'lmp': 'DOUBLE', 'mlc': 'DOUBLE', 'mcc': 'DOUBLE'
            }})
    ) TO '{output}' (FORMAT parquet, COMPRESSION snappy)
    """,
    {"days": days},
)
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
