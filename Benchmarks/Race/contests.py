"""What is raced: each contest is one piece of work, and who does it."""

import datetime
import hashlib
import os
from dataclasses import dataclass, field

from lake import DATASET, FIRST, ROWS, Lake

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "..", "Peers")
OURS = "backfill"


@dataclass
class Contestant:
    """A program that does the work of a contest."""

    name: str
    command: list
    #: The file or directory that it writes.
    output: str
    #: The files that make it what it is; runs of another state of them do not count.
    parts: list
    environment: dict = field(default_factory=dict)

    def fingerprint(self):
        digest = hashlib.sha256(repr(self.command).encode())
        for path in self.parts:
            with open(path, "rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()


@dataclass
class Contest:
    """One piece of work."""

    key: str
    title: str
    lake: Lake
    days: int
    contestants: list
    repetitions: int
    #: Runs that do not count, of each contestant.
    warmups: int = 0
    #: Whether all outputs must hold equal values.
    is_compared: bool = True


class Setup:
    """Where programs and lakes are."""

    def __init__(self, arguments):
        self.work = arguments.work
        self.python = arguments.python
        self.requirements = arguments.requirements
        self.fast = arguments.fast
        self.default = arguments.default
        self.sample_lake = arguments.sample_lake
        self.store = arguments.store
        self.transfer = arguments.transfer
        self.decode = arguments.decode
        self.is_quick = arguments.quick
        self.lake = Lake(arguments.lake, arguments.days)
        self.month = min(31, arguments.days)
        self.tenfold = Lake(os.path.join(arguments.work, "lake-tenfold"), 2 if arguments.quick else 7, ROWS * 10)
        self.week = Lake(os.path.join(arguments.work, "lake-week"), min(7, arguments.days))
        self.hour = Lake(os.path.join(arguments.work, "lake-hour"), 1, ROWS // 24, hours="12")

    def ours(self, partition, lake=None, days=None, codec="sz", layout="athena", format="parquet", level=None, jobs=2,
             memory=None, options=(), binary=None, name=OURS):
        """A backfill of the first `days` days."""
        lake = lake or self.lake
        output = os.path.join(self.work, "out", "backfill")
        binary = binary or self.fast
        command = [
            binary, "run", "--source", lake.path, "--dest", output, "--dataset", DATASET, "--format", format,
            "--codec", codec, "--layout", layout, "--partition", partition, "--jobs", str(jobs)]
        if level is not None:
            command += ["--level", str(level)]
        if memory is not None:
            command += ["--memory", memory]
        if days is not None and days < lake.days:
            # These choose partitions: a month or year takes all of its days in the lake.
            command += ["--from", str(FIRST), "--to", str(lake.last(days))]
        for option in options:
            command += ["--option", option]
        return Contestant(name, command, output, [binary])

    def idle(self):
        """A backfill that finds nothing to do: the day before the first is chosen."""
        contestant = self.ours("day")
        before = str(FIRST - datetime.timedelta(days=1))
        contestant.command += ["--from", before, "--to", before]
        return contestant

    def peer(self, name, script, files, extra=(), suffix=".parquet", environment=None):
        """A script of Benchmarks/Peers over files."""
        path = os.path.normpath(os.path.join(PEERS, script))
        output = os.path.join(self.work, "out", script.removesuffix(".py") + suffix)
        return Contestant(
            name, [self.python, path, output, *extra, *files], output, [path, self.requirements], environment or {})

    def parquet_peers(self, files):
        """All who write Parquet, each at its best documented settings; two threads, as many as there are cores."""
        return [
            self.peer("DuckDB", "duckdb_parquet.py", files),
            self.peer("Polars", "polars_parquet.py", files, environment={"POLARS_MAX_THREADS": "2"}),
            self.peer("chDB", "chdb_parquet.py", files),
            self.peer("pyarrow, day by day", "pyarrow_streaming_parquet.py", files),
            self.peer("pyarrow, as the old service", "pyarrow_parquet.py", files),
        ]

    def parquet_race(self, key, title, partition, days, repetitions, warmups):
        files = self.lake.files(days)
        return Contest(
            key, title, self.lake, days, [self.ours(partition, days=days), *self.parquet_peers(files)], repetitions,
            warmups)

    def arrow_race(self, key, title, partition, days, level, strings, repetitions, with_duckdb=False):
        files = self.lake.files(days)
        contestants = [
            self.ours(partition, days=days, format="arrow", layout="dataclient", codec="zst", level=level,
                      # The windows of the highest levels do not fit the default budget.
                      memory="2GiB" if level > 19 else None,
                      options=["strings=dictionary"] if strings == "dictionary" else []),
            self.peer("pyarrow, day by day", "pyarrow_streaming_arrow.py", files, [str(level), strings],
                      suffix=".arrow.zst"),
            self.peer("pyarrow, as the old service", "pyarrow_arrow.py", files, [str(level), strings],
                      suffix=".arrow.zst"),
        ]
        if with_duckdb:
            contestants.append(self.peer("DuckDB", "duckdb_arrow.py", files, [str(level)], suffix=".arrow.zst"))
        return Contest(key, title, self.lake, days, contestants, repetitions)

    @staticmethod
    def own(key, title, lake, days, contestants, repetitions, is_compared=False):
        """A contest with nobody else."""
        return Contest(key, title, lake, days, contestants, repetitions, is_compared=is_compared)

    def contests(self):
        """All contests, the short ones first."""
        many, few, once = (3, 2, 1) if self.is_quick else (11, 5, 3)
        month, days = self.month, self.lake.days
        all_contests = [
            self.parquet_race("day-parquet", "One day to Parquet (snappy)", "day", 1, many, 1),
            self.parquet_race("month-parquet", f"{month} days to one Parquet file (snappy)", "month", month, few, 0),
            self.own("rate-hour", "An hour", self.hour, 1, [self.ours("hour", self.hour)], many),
            self.own("start", "Nothing to convert", self.lake, 1, [self.idle()], many),
            self.own("rate-week", f"{self.week.days} days to one Parquet file (snappy)", self.week, self.week.days,
                     [self.ours("month", self.week)], many),
            self.own("size-hour", "The month in files of an hour", self.lake, month, [self.ours("hour", days=month)], few),
            self.own("size-day", "The month in files of a day", self.lake, month, [self.ours("day", days=month)], few),
            self.own("jobs", "The month with one worker and with two", self.lake, month,
                     [self.ours("month", days=month, jobs=jobs, name=f"--jobs {jobs}") for jobs in (1, 2)], few, True),
            self.own("rows-tenfold", "Days of ten times the rows", self.tenfold, self.tenfold.days,
                     [self.ours("month", self.tenfold)], once),
            self.arrow_race("month-arrow-zst3-dictionary", "The month to an Arrow stream, dictionary strings, zstd 3",
                            "month", month, 3, "dictionary", once),
        ]
        if not self.is_quick:
            all_contests += [
                self.own("build", "The month in the default build and with FastInflate", self.lake, month,
                         [self.ours("month", days=month, binary=binary, name=name)
                          for name, binary in (("default", self.default), ("FastInflate", self.fast))], few, True),
                self.arrow_race("month-arrow-zst22", "The month to an Arrow stream, plain strings, zstd 22", "month",
                                month, 22, "plain", 1),
            ]
        if days > 31:
            all_contests += [
                self.parquet_race("year-parquet", f"A year, {days} days, to one Parquet file (snappy)", "year", days, once, 0),
                self.arrow_race("year-arrow-zst1", "The year to an Arrow stream, zstd 1", "year", days, 1, "plain",
                                once, with_duckdb=True),
            ]
        return all_contests

    def floors(self):
        """The floors to measure: key, partition size and days."""
        found = [("floor-month", "month", self.month)]
        return found + ([("floor-year", "year", self.lake.days)] if self.lake.days > 31 else [])
