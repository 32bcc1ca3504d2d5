"""Polars: a lazy scan of the days, with declared types, streamed to one Parquet file.

    polars_parquet.py OUTPUT DAY.csv.gz ...
"""

import sys
import time

import polars as pl

started = time.perf_counter()
output, days = sys.argv[1], sys.argv[2:]

schema = {
    "release_date": pl.Int64, "target_start": pl.Int64, "target_end": pl.Int64, "target_bounds": pl.Int8,
    "node_name": pl.String, "tag": pl.String, "lmp": pl.Float64, "mlc": pl.Float64, "mcc": pl.Float64,
}
pl.scan_csv(days, schema=schema).sink_parquet(output, compression="snappy")
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
