"""pyarrow as the Python service used it: read each day whole, concatenate, write one table.

    pyarrow_parquet.py OUTPUT DAY.csv.gz ...
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
table = pa.concat_tables(pa.csv.read_csv(day, convert_options=convert) for day in days)
pa.parquet.write_table(table, output, compression="snappy")
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
