"""Compares files of JSON Lines under rlx with the days of CSV that they were made from.

    compare.py LAKE RESULTS DATASET FILES ROWS

Neither the package under test nor its Swift decoder takes part: rlx is unpacked here, and pyarrow reads the CSV.
"""

import collections
import datetime
import json
import math
import pathlib
import sys

import pyarrow as pa
import pyarrow.csv


def unpack(stream: bytes) -> bytes:
    """The content of an rlx stream, by the description of the format."""
    assert stream[:4] == b"RLX1", stream[:4]
    position, content = 4, bytearray()
    while stream[position] == 1:
        length = int.from_bytes(stream[position + 1 : position + 5], "little")
        packed = stream[position + 9 :][: int.from_bytes(stream[position + 5 : position + 9], "little")]
        plain = bytes(byte ^ (index + 0x5A & 0xFF) for index, byte in enumerate(packed))
        start, at = len(content), 0
        while at < len(plain):
            control = plain[at]
            if control >= 0x80:
                content += plain[at + 1 : at + 2] * (control - 0x80 + 3)
                at += 2
            else:
                content += plain[at + 1 : at + 2 + control]
                at += 2 + control
        assert len(content) - start == length
        position += 9 + len(packed)
    assert stream[position] == 0 and len(stream) == position + 13
    checksum = 0
    for byte in content:
        checksum = (checksum * 0x01000193 + byte + 1) & 0xFFFFFFFF
    assert checksum == int.from_bytes(stream[position + 1 : position + 5], "little"), "checksum"
    assert len(content) == int.from_bytes(stream[position + 5 : position + 13], "little"), "length"
    return bytes(content)


TYPES = {"str": pa.string(), "list": pa.string(), "tuple": pa.string(), "int": pa.int64(), "datetime": pa.int64(),
         "float": pa.float64(), "timedelta": pa.float64(), "bool": pa.bool_()}


def expected_rows(lake: pathlib.Path, dataset: str) -> dict:
    """The rows of each month, in the order of the days, as pyarrow reads them."""
    declared = json.loads((lake / dataset / "METADATA.json").read_bytes())["type_map"]
    types = {name: TYPES[type_] for name, type_ in declared.items()}
    if "target_bounds" in types:
        types["target_bounds"] = pa.int8()
    months = collections.defaultdict(list)
    extra = collections.defaultdict(set)
    for path in sorted((lake / dataset).glob("year=*/*.csv.gz"), key=lambda path: int(path.name.split(".")[0])):
        day = datetime.datetime.fromtimestamp(int(path.name.split(".")[0]), datetime.timezone.utc)
        month = int(day.replace(day=1).timestamp())
        table = pa.csv.read_csv(
            path, convert_options=pa.csv.ConvertOptions(column_types=types, strings_can_be_null=False))
        months[month] += table.to_pylist()
        extra[month] |= set(table.column_names) - set(declared)
    for month, rows in months.items():
        names = [*declared, *sorted(extra[month])]
        rows[:] = [{name: row.get(name) for name in names} for row in rows]
        # An empty field of text is an empty text, but an empty list is none.
        for name in [name for name, type_ in declared.items() if type_ in ("list", "tuple")]:
            for row in rows:
                row[name] = row[name] or None
    return months


def plain(row: dict) -> list:
    """Names and values in their order; JSON lacks NaN and infinities."""
    return [
        (name, str(value) if isinstance(value, float) and not math.isfinite(value) else value)
        for name, value in row.items()
    ]


def main(lake: str, results: str, dataset: str, files: str, rows: str) -> None:
    months = expected_rows(pathlib.Path(lake), dataset)
    paths = sorted((pathlib.Path(results) / dataset).glob("year=*/*.jsonl.rlx"))
    assert len(paths) == len(months) == int(files), (paths, list(months))
    count = 0
    for path in paths:
        head, *lines = unpack(path.read_bytes()).decode().splitlines()
        assert json.loads(json.loads(head)["s3db.provenance"])["sections"], head
        found = [plain(json.loads(line)) for line in lines]
        expected = [plain(row) for row in months[int(path.name.split(".")[0])]]
        assert len(found) == len(expected), (path, len(found), len(expected))
        for index, (one, other) in enumerate(zip(found, expected)):
            assert repr(one) == repr(other), f"{path}, row {index}: {one} where pyarrow reads {other}"
        count += len(found)
    assert count == int(rows), count
    print(f"{count} rows in {len(paths)} files are as pyarrow reads them")


main(*sys.argv[1:])
