"""Prints what pyarrow knows of Parquet files as JSON, a line for each file: inspect_metadata.py FILE ..."""

import datetime
import decimal
import json
import math
import sys

import numpy as np
import pyarrow.parquet as pq


def plain(value):
    """A statistic as `inspect` has such values in JSON."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time, decimal.Decimal)):
        return {"other": str(value)}
    return value


def half(value):
    """A number of 16 bits, of which pyarrow gives the bytes."""
    return float(np.frombuffer(value, np.float16)[0])


def statistics(column, is_half):
    found = column.statistics
    if found is None:
        return None
    result = {"nulls": found.null_count if found.has_null_count else None, "has_bounds": found.has_min_max}
    if found.has_min_max:
        try:
            result["bounds"] = [plain(half(bound) if is_half else bound) for bound in (found.min, found.max)]
        except Exception:
            result["bounds"] = None
    return result


def chunk(column, is_half):
    return {
        "name": column.path_in_schema,
        "physical": column.physical_type,
        "bytes": column.total_compressed_size,
        "uncompressed_bytes": column.total_uncompressed_size,
        "values": column.num_values,
        "compression": column.compression,
        "encodings": sorted(column.encodings),
        "dictionary_offset": column.dictionary_page_offset if column.has_dictionary_page else None,
        "data_offset": column.data_page_offset,
        "column_index": column.has_column_index,
        "offset_index": column.has_offset_index,
        "statistics": statistics(column, is_half),
    }


for path in sys.argv[1:]:
    try:
        metadata = pq.ParquetFile(path).metadata
        halves = [metadata.schema.column(c).logical_type.type == "FLOAT16" for c in range(metadata.num_columns)]
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        description = {
            "rows": metadata.num_rows,
            "created_by": metadata.created_by,
            "columns": metadata.num_columns,
            "groups": [
                {"rows": group.num_rows, "chunks": [chunk(group.column(c), halves[c]) for c in range(metadata.num_columns)]}
                for group in groups
            ],
        }
    except Exception as error:
        description = {"error": str(error)}
    print(json.dumps(description))
