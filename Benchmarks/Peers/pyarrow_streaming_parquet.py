"""pyarrow in the memory of one day: each day read whole and written as a row group of its own.

    pyarrow_streaming_parquet.py OUTPUT DAY.csv.gz ...
"""

import sys
import time

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

started = time.perf_counter()
output, days = sys.argv[1], sys.argv[2:]

types = {
    "release_date": pa.int64(), "target_start": pa.int64(), "target_end": pa.int64(), "target_bounds": pa.int8(),
    "node_name": pa.string(), "tag": pa.string(), "lmp": pa.float64(), "mlc": pa.float64(), "mcc": pa.float64(),
}
convert = pa.csv.ConvertOptions(column_types=types)
with pa.parquet.ParquetWriter(output, pa.schema(list(types.items())), compression="snappy") as writer:
    for day in days:
        writer.write_table(pa.csv.read_csv(day, convert_options=convert))
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
