"""chDB (ClickHouse in the process): the days, with declared types, into one Parquet file.

    chdb_parquet.py OUTPUT DAY.csv.gz ...
"""

import os
import sys
import time

import chdb

started = time.perf_counter()
output, days = sys.argv[1], sys.argv[2:]

# One pattern that names exactly these files.
folder = os.path.commonpath([os.path.dirname(day) for day in days])
pattern = f"{folder}/{{{','.join(os.path.relpath(day, folder) for day in days)}}}"
structure = (
    "release_date Int64, target_start Int64, target_end Int64, target_bounds Int8, "
    "node_name String, tag String, lmp Float64, mlc Float64, mcc Float64"
)
chdb.query(
    f"""
    SELECT * FROM file('{pattern}', CSVWithNames, '{structure}') INTO OUTFILE '{output}' FORMAT Parquet
    SETTINGS max_threads = 2, output_format_parquet_compression_method = 'snappy', input_format_parallel_parsing = 1
    """
)
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
