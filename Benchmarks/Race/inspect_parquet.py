"""Says what a Parquet file carries beside its values, as pyarrow and the raw bytes have it.

    inspect_parquet.py [--require] FILE

Prints JSON: pages with and without a CRC (each checked against the page's bytes), column chunks with statistics,
column index and offset index, sorting columns, the provenance. With --require it exits with 1 where a file of this
project lacks what every file has by default: a CRC in each page, statistics and page index of each column chunk, and
the provenance.
"""

import json
import sys
import zlib

import pyarrow.parquet as pq

import parquet_pages


def inspect(path):
    """What the file carries."""
    metadata = pq.read_metadata(path)
    chunks = [
        metadata.row_group(group).column(index)
        for group in range(metadata.num_row_groups) for index in range(metadata.num_columns)
    ]
    counted = {"pages": 0, "pages_with_crc": 0, "pages_with_wrong_crc": 0}
    with open(path, "rb") as file:
        for page in parquet_pages.pages(path):
            counted["pages"] += 1
            if page.crc is None:
                continue
            counted["pages_with_crc"] += 1
            file.seek(page.offset)
            if zlib.crc32(file.read(page.byte_count)) != page.crc & 0xFFFF_FFFF:
                counted["pages_with_wrong_crc"] += 1
    provenance = (metadata.metadata or {}).get(b"s3db.provenance")
    return {
        "created_by": metadata.created_by,
        "rows": metadata.num_rows,
        "row_groups": metadata.num_row_groups,
        "columns": metadata.num_columns,
        "codecs": sorted({chunk.compression for chunk in chunks}),
        "encodings": sorted({encoding for chunk in chunks for encoding in chunk.encodings}),
        **counted,
        "column_chunks": len(chunks),
        "chunks_with_statistics": sum(chunk.is_stats_set and chunk.statistics.has_min_max for chunk in chunks),
        "chunks_with_column_index": sum(chunk.has_column_index for chunk in chunks),
        "chunks_with_offset_index": sum(chunk.has_offset_index for chunk in chunks),
        "provenance_bytes": len(provenance) if provenance else 0,
        "provenance_sections": len(json.loads(provenance).get("sections", [])) if provenance else 0,
    }


def lacks(found):
    """What a file of this project must have and this one has not."""
    chunks = found["column_chunks"]
    wanted = {
        "a CRC in each page": found["pages_with_crc"] == found["pages"] > 0,
        "right CRCs": found["pages_with_wrong_crc"] == 0,
        "statistics of each column chunk": found["chunks_with_statistics"] == chunks,
        "a column index of each column chunk": found["chunks_with_column_index"] == chunks,
        "an offset index of each column chunk": found["chunks_with_offset_index"] == chunks,
        "the provenance of its sections": found["provenance_sections"] > 0,
    }
    return [what for what, is_there in wanted.items() if not is_there]


if __name__ == "__main__":
    arguments = sys.argv[1:]
    is_required = "--require" in arguments
    result = inspect([argument for argument in arguments if argument != "--require"][0])
    print(json.dumps(result, indent=1))
    if is_required and lacks(result):
        sys.exit("inspect_parquet: the file lacks " + ", ".join(lacks(result)))
