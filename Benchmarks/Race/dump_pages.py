"""Writes what the page codec of Parquet files is given, for a program that only compresses it.

    dump_pages.py OUTPUT FILE.parquet ...

The files must be uncompressed. OUTPUT holds page after page: its length in bytes as a little-endian 32-bit number,
then its body.
"""

import struct
import sys

import parquet_pages


def main(output, files):
    with open(output, "wb") as dump:
        for path in files:
            with open(path, "rb") as file:
                for page in parquet_pages.pages(path):
                    if page.byte_count != page.uncompressed_byte_count:
                        sys.exit(f"dump_pages: {path} has compressed pages")
                    file.seek(page.offset)
                    dump.write(struct.pack("<I", page.byte_count))
                    dump.write(file.read(page.byte_count))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
