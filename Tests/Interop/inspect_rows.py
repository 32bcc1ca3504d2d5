"""Compares rows that `inspect cat --json` printed with what pyarrow reads: inspect_rows.py FILE ROWS [FILE ROWS ...].

Prints what differs, nothing where all is the same; says so of files that pyarrow does not read.
"""

import json
import math
import sys

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

ANY_NAME = object()
DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}


def day(number):
    """A day since 1970; years of more than four digits have a sign."""
    text = str(np.datetime64(number, "D"))
    return text if text.startswith("-") or len(text) == 10 else "+" + text


def clock(value, unit):
    digits = DIGITS[unit]
    seconds, fraction = divmod(value, 10**digits)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return text + (f".{fraction:0{digits}}" if digits else "")


def seconds(value, unit):
    digits = DIGITS[unit]
    whole, fraction = divmod(abs(value), 10**digits)
    return ("-" if value < 0 else "") + str(whole) + (f".{fraction:0{digits}}" if digits else "")


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return ("float", repr(value))


def scalar(value):
    """A value of pyarrow as `inspect` prints it."""
    kind = value.type
    if isinstance(value, pa.ExtensionScalar):
        return scalar(value.value)
    if isinstance(value, pa.DictionaryScalar):
        return None if not value.is_valid else scalar(value.value)
    if isinstance(value, pa.RunEndEncodedScalar):
        return scalar(value.value)
    if isinstance(value, pa.UnionScalar):
        return scalar(value.value) if value.value is not None else None
    if not value.is_valid:
        return None
    if pa.types.is_floating(kind):
        return number(float(value.as_py()))
    if pa.types.is_decimal(kind):
        plain = value.as_py()
        return f"{plain:.{max(0, kind.scale)}f}"
    if pa.types.is_date32(kind):
        return day(value.value)
    if pa.types.is_date64(kind):
        whole, rest = divmod(value.value, 86_400_000)
        return day(whole) if rest == 0 else day(whole) + "T" + clock(rest, "ms")
    if pa.types.is_timestamp(kind):
        per_day = 86_400 * 10 ** DIGITS[kind.unit]
        whole, rest = divmod(value.value, per_day)
        return day(whole) + "T" + clock(rest, kind.unit) + ("Z" if kind.tz else "")
    if pa.types.is_time(kind):
        inside = 0 <= value.value < 86_400 * 10 ** DIGITS[kind.unit]
        return clock(value.value, kind.unit) if inside else str(value.value)
    if pa.types.is_duration(kind):
        return f"PT{seconds(value.value, kind.unit)}S"
    if pa.types.is_interval(kind):
        months, days, nanoseconds = value.as_py()
        return f"P{months}M{days}DT{seconds(nanoseconds, 'ns')}S"
    if isinstance(value, (pa.BinaryScalar, pa.LargeBinaryScalar, pa.FixedSizeBinaryScalar, pa.BinaryViewScalar)):
        if not isinstance(value, (pa.StringScalar, pa.LargeStringScalar, pa.StringViewScalar)):
            return value.as_buffer().to_pybytes().hex() if hasattr(value, "as_buffer") else value.as_py().hex()
    if isinstance(value, pa.StructScalar):
        return [(kind.field(index).name, scalar(value[index])) for index in range(kind.num_fields)]
    if isinstance(value, pa.MapScalar):
        entries = value.values
        # pyarrow calls keys and values so, whatever the file does.
        return [[(ANY_NAME, scalar(entry[0])), (ANY_NAME, scalar(entry[1]))] for entry in entries or []]
    if isinstance(value, pa.ListScalar) or hasattr(value, "values"):
        return [scalar(element) for element in value.values] if value.values is not None else []
    return value.as_py()


def parsed(line):
    """A row as it was printed, with floats told from integers and objects as pairs."""

    def pairs(members):
        return [(name, value) for name, value in members]

    return json.loads(line, object_pairs_hook=pairs, parse_float=lambda text: ("float", repr(float(text))))


def narrowed(expected, found):
    """Whether a printed value is the one that is expected; floats of 16 and 32 bits have shorter texts."""
    if isinstance(expected, tuple) and len(expected) == 2 and expected[0] == "float":
        if not (isinstance(found, tuple) and found[0] == "float"):
            return False
        a, b = float(expected[1]), float(found[1])
        if math.copysign(1, a) != math.copysign(1, b):
            return False
        return a == b or abs(a - b) <= abs(a) * 1e-3
    if isinstance(expected, list):
        return isinstance(found, list) and len(expected) == len(found) and all(map(narrowed, expected, found))
    if isinstance(expected, tuple):
        return isinstance(found, tuple) and expected[0] in (found[0], ANY_NAME) and narrowed(expected[1], found[1])
    return type(expected) is type(found) and expected == found


def table(path):
    with open(path, "rb") as file:
        head = file.read(6)
    if head[:4] == b"PAR1":
        return pq.ParquetFile(path, arrow_extensions_enabled=False).read()
    if head == b"ARROW1":
        return pa.ipc.open_file(path).read_all()
    return pa.ipc.open_stream(path).read_all()


def compare(path, rows_path):
    try:
        expected = table(path)
        # There are types that pyarrow reads and has no Python class for.
        columns = [pa.concat_arrays(column.chunks) if column.num_chunks > 1 else column for column in expected.columns]
        for column in columns:
            if len(column):
                scalar(column[0])
    except Exception as error:
        print(f"unread {path}: {error}"[:200].replace("\n", " "))
        return
    with open(rows_path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    if len(lines) != expected.num_rows:
        print(f"{path}: {len(lines)} rows, pyarrow has {expected.num_rows}")
        return
    limit = 400
    for row, line in enumerate(lines[:limit]):
        found = parsed(line)
        wanted = [(name, scalar(column[row])) for name, column in zip(expected.schema.names, columns)]
        if not narrowed(wanted, found):
            for want, got in zip(wanted, found):
                if not narrowed(want, got):
                    print(f"{path}: row {row}: {got!r}, pyarrow has {want!r}"[:400])
                    return
            print(f"{path}: row {row} has other columns")
            return


for index in range(1, len(sys.argv), 2):
    compare(sys.argv[index], sys.argv[index + 1])
