"""pyarrow: reads all record batches of a file on one thread, keeping dictionaries of text as they are in the file.

    pyarrow_decode.py parquet|arrow FILE

An Arrow file is a stream inside zstd. Prints the rows and the sum of `target_start`.
"""

import sys
import time

import pyarrow as pa
import pyarrow.compute
import pyarrow.ipc
import pyarrow.parquet

started = time.perf_counter()
format, path = sys.argv[1:]

pa.set_cpu_count(1)
pa.set_io_thread_count(1)
if format == "parquet":
    file = pa.parquet.ParquetFile(path, read_dictionary=["node_name", "tag"], pre_buffer=False)
    batches = file.iter_batches(batch_size=65536, use_threads=False)
else:
    batches = pa.ipc.open_stream(pa.CompressedInputStream(path, "zstd"))
rows = starts = 0
for batch in batches:
    rows += batch.num_rows
    starts += pa.compute.sum(batch["target_start"]).as_py()
print(f"rows {rows}\nstarts {starts}")
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
