#!/usr/bin/env python3
"""Feeds the service CSV through a socket, reads Parquet from it at the same time, and checks the result.

    drive.py SERVICE [--bytes N] [--resident-limit MIB] [--keep FILE]

The request is chunked and as long as asked for (1 GB). The response must be a Parquet file with the rows that were
sent (by pyarrow, where it can be imported), and the service's memory must stay flat: its peak, as Linux counts it,
below the limit (200 MiB). Only the standard library drives. Exits with 1 where something does not hold.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROWS_OF_A_BLOCK = 20_000
HEADER = b"sequence,node,price,volume,remark\r\n"
SCHEMA = "sequence:int64,node:utf8,price:float64,volume:int64,remark:utf8"
REMARKS = [f'"settled in run {n}, after {n * 7 % 50} corrections, by rule {n * 31 % 97} of the market"' for n in range(997)]


def volume(sequence: int) -> int:
    return sequence * 7919 % 1_000_003


def block(number: int) -> bytes:
    """The rows of one block; prices are quarters, so that their sum is exact."""
    first = number * ROWS_OF_A_BLOCK
    return "".join([
        f"{n},NODE_{n * 31 % 5000},{(n * 13 % 400_000) / 4},{n * 7919 % 1_000_003},{REMARKS[n % len(REMARKS)]}\r\n"
        for n in range(first, first + ROWS_OF_A_BLOCK)
    ]).encode()


class Failure(Exception):
    pass


class Service:
    """The service, on a port of its own choosing."""

    def __init__(self, path: str):
        self.process = subprocess.Popen([path, "--port", "0"], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"listening on ([\d.]+):(\d+)", line)
        if not found:
            raise Failure(f"the service does not say where it listens: {line!r}")
        self.address = found[1], int(found[2])

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=120)

    def peak_mib(self) -> float | None:
        """The most memory that was resident; None where the system does not tell."""
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) / 1024
        except OSError:
            return None

    def stop(self) -> int:
        self.process.terminate()
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure("the service does not stop when told to")


def request_head(target: str) -> bytes:
    return (
        f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    ).encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def read_head(stream) -> tuple[int, dict]:
    status = int(stream.readline().split()[1])
    headers = {}
    while (line := stream.readline().strip()):
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return status, headers


def read_chunks(stream):
    """The pieces of a chunked body; raises Failure where it stops before its end."""
    while True:
        line = stream.readline()
        if not line.strip():
            raise Failure("the response stops before its end")
        left = int(line.split(b";")[0], 16)
        if left == 0:
            stream.readline()
            return
        while left > 0:
            data = stream.read(min(left, 1 << 16))
            if not data:
                raise Failure("the response stops before its end")
            left -= len(data)
            yield data
        stream.readline()


class Sender(threading.Thread):
    """Sends the request's body while the response is read."""

    def __init__(self, connection: socket.socket, byte_count: int):
        super().__init__(daemon=True)
        self.connection, self.byte_count = connection, byte_count
        self.blocks = self.sent = 0
        self.is_done = False
        self.error = None

    def run(self):
        try:
            self.send(HEADER)
            while self.sent < self.byte_count:
                data = block(self.blocks)
                self.blocks += 1
                self.send(data)
            self.is_done = True
            self.connection.sendall(b"0\r\n\r\n")
        except OSError as error:
            self.error = error

    def send(self, data: bytes):
        self.connection.sendall(chunk(data))
        self.sent += len(data)


class Pulse(threading.Thread):
    """Asks for the service's health again and again, and notes the longest answer."""

    def __init__(self, service: Service):
        super().__init__(daemon=True)
        self.service, self.is_wanted = service, True
        self.longest, self.count = 0.0, 0

    def run(self):
        while self.is_wanted:
            began = time.monotonic()
            with self.service.connect() as connection:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                with connection.makefile("rb") as stream:
                    if read_head(stream)[0] != 200:
                        raise Failure("the service is not healthy")
            self.longest = max(self.longest, time.monotonic() - began)
            self.count += 1
            time.sleep(0.1)


def convert(service: Service, byte_count: int, path: str) -> int:
    """Converts so many bytes of CSV into a file; gives the rows sent."""
    pulse = Pulse(service)
    pulse.start()
    began = time.monotonic()
    with service.connect() as connection, open(path, "wb") as file, connection.makefile("rb") as stream:
        connection.sendall(request_head(f"/parquet?schema={SCHEMA}&codec=zst&level=3"))
        sender = Sender(connection, byte_count)
        sender.start()
        status, _ = read_head(stream)
        if status != 200:
            raise Failure(f"status {status}: {b''.join(read_chunks(stream))!r}")
        received = early = 0
        for data in read_chunks(stream):
            file.write(data)
            received += len(data)
            if not sender.is_done:
                early = received
        sender.join(timeout=10)
    pulse.is_wanted = False
    pulse.join(timeout=10)
    if sender.error or not sender.is_done:
        raise Failure(f"the request was not taken whole: {sender.error}")
    seconds = time.monotonic() - began
    print(
        f"{sender.sent / 1e6:.0f} MB of CSV became {received / 1e6:.1f} MB of Parquet in {seconds:.1f} s "
        f"({sender.sent / 1e6 / seconds:.0f} MB/s)")
    print(f"{early / 1e6:.1f} MB of it arrived while the request was still being sent")
    print(f"{pulse.count} questions for its health were answered meanwhile, in {pulse.longest * 1000:.0f} ms at most")
    if early == 0:
        raise Failure("nothing of the response came before the request's end")
    return sender.blocks * ROWS_OF_A_BLOCK


def check(path: str, rows: int) -> None:
    """Reads the file by pyarrow, a row group at a time."""
    try:
        import pyarrow.compute as pc
        import pyarrow.parquet as pq
    except ImportError:
        if "python" in os.environ.get("S3DB_REQUIRE", "").split(","):
            raise Failure("there is no pyarrow to check the file with") from None
        print("NOT CHECKED by pyarrow: run with S3DB_PYTHON, an interpreter that has it")
        return
    file = pq.ParquetFile(path, page_checksum_verification=True)
    names = [field.partition(":")[0] for field in SCHEMA.split(",")]
    if file.schema_arrow.names != names:
        raise Failure(f"the columns are {file.schema_arrow.names}")
    found = {"rows": 0, "sequence": 0, "volume": 0, "price": 0.0, "remark": 0}
    for group in range(file.num_row_groups):
        table = file.read_row_group(group)
        if found["rows"] != table["sequence"][0].as_py():
            raise Failure(f"row group {group} begins with row {table['sequence'][0]} instead of {found['rows']}")
        found["rows"] += table.num_rows
        for name in ("sequence", "volume", "price"):
            found[name] += pc.sum(table[name]).as_py()
        found["remark"] += pc.sum(pc.utf8_length(table["remark"])).as_py()
    quarters = sum(n * 13 % 400_000 for n in range(rows))
    expected = {
        "rows": rows, "sequence": rows * (rows - 1) // 2, "volume": sum(volume(n) for n in range(rows)),
        "price": quarters / 4, "remark": sum(len(REMARKS[n % len(REMARKS)]) - 2 for n in range(rows)),
    }
    if found != expected:
        raise Failure(f"the file has {found} where {expected} was sent")
    print(f"pyarrow reads {rows} rows in {file.num_row_groups} row groups, with the sums that were sent")


def check_failures(service: Service) -> None:
    """What is wrong before the response began is a status; what is wrong later cuts the response off."""
    cases = [
        ("/parquet?schema=sequence:int65", b"sequence\r\n1\r\n", 400),
        (f"/parquet?schema={SCHEMA}&codec=nothing", HEADER, 400),
        (f"/parquet?schema={SCHEMA}", HEADER + b"1,NODE,not a price,1,\r\n", None),
    ]
    for target, body, expected in cases:
        with service.connect() as connection, connection.makefile("rb") as stream:
            connection.sendall(request_head(target) + chunk(body) + b"0\r\n\r\n")
            try:
                status, headers = read_head(stream)
                if status == expected:
                    continue
                for _ in read_chunks(stream):
                    pass
            except (Failure, IndexError, ConnectionError):
                if expected is None:
                    continue
                raise
            raise Failure(f"{target}: status {status} where {expected or 'a cut response'} was expected")
    print("bad requests are refused, and a bad value cuts the response off")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("service")
    parser.add_argument("--bytes", type=int, default=1_000_000_000)
    parser.add_argument("--resident-limit", type=int, default=200, metavar="MIB")
    parser.add_argument("--keep", metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path = options.keep or os.path.join(directory, "result.parquet")
        service = Service(options.service)
        try:
            check_failures(service)
            rows = convert(service, options.bytes, path)
            peak = service.peak_mib()
        finally:
            status = service.stop()
        if status != 0:
            raise Failure(f"the service ended with status {status}")
        check(path, rows)
        if peak is None:
            print("NOT CHECKED: this system does not tell the peak of resident memory")
        else:
            print(f"the service had {peak:.0f} MiB of memory at most")
            if peak > options.resident_limit:
                raise Failure(f"that is more than {options.resident_limit} MiB")


try:
    main()
except Failure as failure:
    sys.exit(f"drive: {failure}")
