"""pyarrow: each day read and written on as record batches of one Arrow stream, compressed with zstd as a whole.

    pyarrow_streaming_arrow.py OUTPUT LEVEL plain|dictionary DAY.csv.gz ...
"""

import sys
import time

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import zstandard

started = time.perf_counter()
output, level, strings, days = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]

text = pa.string() if strings == "plain" else pa.dictionary(pa.int32(), pa.string())
types = {
    "release_date": pa.int64(), "target_start": pa.int64(), "target_end": pa.int64(), "target_bounds": pa.int8(),
    "node_name": text, "tag": text, "lmp": pa.float64(), "mlc": pa.float64(), "mcc": pa.float64(),
}
convert = pa.csv.ConvertOptions(column_types=types)
with open(output, "wb") as file:
    with zstandard.ZstdCompressor(level=level, threads=2).stream_writer(file) as stream:
        with pa.ipc.new_stream(stream, pa.schema(list(types.items()))) as writer:
            for day in days:
                table = pa.csv.read_csv(day, convert_options=convert)
                # One dictionary a day: a stream repeats it with each record batch that has another.
                writer.write_table(table.unify_dictionaries() if strings == "dictionary" else table)
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
