"""The invented days that are raced over, made once by sample-lake and the same everywhere."""

import calendar
import datetime
import os
import struct
import subprocess

DATASET = "miso/realtime_price"
FIRST = datetime.date(2020, 1, 1)
ROWS = 162_000


def warm(path):
    """Reads a file, so that every contestant finds it in the page cache."""
    with open(path, "rb") as file:
        while file.read(1 << 20):
            pass


class Lake:
    """A directory of days from FIRST on."""

    def __init__(self, path, days, rows=ROWS, hours="all"):
        self.path = path
        self.days = days
        self.rows = rows
        self.hours = hours

    def make(self, sample_lake):
        """Makes what is missing of the lake, and checks that every day is there."""
        if not all(os.path.exists(file) for file in self.files()):
            last = FIRST + datetime.timedelta(days=self.days - 1)
            subprocess.run(
                [sample_lake, self.path, "--from", str(FIRST), "--to", str(last), "--rows", str(self.rows),
                 "--hours", self.hours, "--seed", "1", "--dataset", DATASET], check=True)
        missing = [file for file in self.files() if not os.path.exists(file)]
        if missing:
            raise SystemExit(f"race: {self.path} lacks {missing[0]}")

    def files(self, days=None):
        """The first `days` days, or all."""
        found = []
        for number in range(self.days if days is None else days):
            day = FIRST + datetime.timedelta(days=number)
            seconds = calendar.timegm(day.timetuple())
            found.append(f"{self.path}/{DATASET}/year={day.year}/{seconds}.csv.gz")
        return found

    def metadata(self):
        """What describes the days."""
        return f"{self.path}/{DATASET}/METADATA.json"

    def last(self, days=None):
        """The last of the first `days` days."""
        return FIRST + datetime.timedelta(days=(self.days if days is None else days) - 1)

    def stored_bytes(self, days=None):
        return sum(os.path.getsize(file) for file in self.files(days))

    def csv_bytes(self, days=None):
        """The bytes after inflation, from the last four of each file: sample-lake writes one member of less than 4 GiB."""
        total = 0
        for path in self.files(days):
            with open(path, "rb") as file:
                file.seek(-4, os.SEEK_END)
                total += struct.unpack("<I", file.read(4))[0]
        return total

    def warm(self, days=None):
        """Reads the days, so that every contestant finds them in the page cache."""
        for path in self.files(days):
            warm(path)
