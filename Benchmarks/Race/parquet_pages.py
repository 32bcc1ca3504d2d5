"""Finds the pages of a Parquet file from its raw bytes.

Page headers are Thrift in the compact protocol (https://thrift.apache.org, "Thrift Compact protocol"); their fields
are those of PageHeader in parquet.thrift. Written for this file alone: it knows the types that page headers have.
"""

from dataclasses import dataclass

import pyarrow.parquet as pq

# Field numbers of PageHeader.
TYPE, UNCOMPRESSED_BYTES, COMPRESSED_BYTES, CRC = 1, 2, 3, 4
BOOLEAN_TRUE, BOOLEAN_FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)


class Compact:
    """Reads values of the compact protocol one after the other."""

    def __init__(self, data, position=0):
        self.data = data
        self.position = position

    def byte(self):
        self.position += 1
        return self.data[self.position - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def integer(self):
        zigzag = self.varint()
        return zigzag >> 1 ^ -(zigzag & 1)

    def value(self, kind):
        if kind in (BOOLEAN_TRUE, BOOLEAN_FALSE):
            return kind == BOOLEAN_TRUE
        if kind == BYTE:
            return self.byte()
        if kind in (I16, I32, I64):
            return self.integer()
        if kind == BINARY:
            length = self.varint()
            start = self.position
            self.position += length
            return bytes(self.data[start:self.position])
        if kind == STRUCT:
            return self.struct()
        raise ValueError(f"a page header has no values of kind {kind}")

    def struct(self):
        fields, number = {}, 0
        while True:
            head = self.byte()
            if head == 0:
                return fields
            number = number + (head >> 4) if head >> 4 else self.integer()
            fields[number] = self.value(head & 0x0F)


@dataclass
class Page:
    """One page: where its body stands in the file, and what its header says."""

    column: str
    type: int
    offset: int
    byte_count: int
    uncompressed_byte_count: int
    crc: int | None


def pages(path):
    """Yields all pages of a file, column chunk by column chunk."""
    metadata = pq.read_metadata(path)
    with open(path, "rb") as file:
        for group in range(metadata.num_row_groups):
            for index in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(index)
                start = chunk.data_page_offset
                if chunk.has_dictionary_page:
                    start = min(start, chunk.dictionary_page_offset)
                file.seek(start)
                data = file.read(chunk.total_compressed_size)
                reader = Compact(data)
                while reader.position < len(data):
                    header = reader.struct()
                    body = reader.position
                    yield Page(
                        chunk.path_in_schema, header[TYPE], start + body, header[COMPRESSED_BYTES],
                        header[UNCOMPRESSED_BYTES], header.get(CRC))
                    reader.position = body + header[COMPRESSED_BYTES]
