"""pyarrow as the Python service used it: read each day whole, concatenate, write one Arrow stream, compress it whole.

    pyarrow_arrow.py OUTPUT LEVEL plain|dictionary DAY.csv.gz ...
"""

import sys
import time

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc

started = time.perf_counter()
output, level, strings, days = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]

text = pa.string() if strings == "plain" else pa.dictionary(pa.int32(), pa.string())
types = {
    "release_date": pa.int64(), "target_start": pa.int64(), "target_end": pa.int64(), "target_bounds": pa.int8(),
    "node_name": text, "tag": text, "lmp": pa.float64(), "mlc": pa.float64(), "mcc": pa.float64(),
}
convert = pa.csv.ConvertOptions(column_types=types)
table = pa.concat_tables(pa.csv.read_csv(day, convert_options=convert) for day in days)
content = pa.BufferOutputStream()
with pa.ipc.new_stream(content, table.schema) as writer:
    writer.write_table(table.unify_dictionaries() if strings == "dictionary" else table)
del table
with open(output, "wb") as file:
    file.write(pa.Codec("zstd", compression_level=level).compress(content.getvalue()))
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
