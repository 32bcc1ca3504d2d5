"""Runs a program as a whole and says what the operating system counted of it."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass

AFTER_IMPORTS = re.compile(r"^seconds_after_imports ([0-9.]+)$", re.MULTILINE)


@dataclass
class Run:
    """One run from start to exit. Times in seconds; memory is the most that was resident at once."""

    wall: float
    user: float
    system: float
    peak_rss_bytes: int
    #: What a Python program says of itself, without the loading of its modules; None of others.
    after_imports: float | None = None
    output_bytes: int = 0

    @property
    def cpu(self):
        return self.user + self.system

    def as_json(self):
        return {key: value for key, value in asdict(self).items() if value is not None}


class Failed(Exception):
    """A program that did not exit with 0."""


def run(command, environment=None):
    """Runs `command` and returns its Run and what it printed.

    The child's figures come from wait4. A child begins in its parent's memory, which counts as its own peak: this
    process must stay smaller than any program that it measures, so it loads no large module.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        printed = output.read().decode()
        if process.returncode != 0:
            raise Failed(f"{' '.join(command[:2])} exited with {process.returncode}:\n{errors.read().decode()[-4000:]}")
    found = AFTER_IMPORTS.search(printed)
    return Run(
        wall=wall, user=usage.ru_utime, system=usage.ru_stime, peak_rss_bytes=usage.ru_maxrss * 1024,
        after_imports=float(found.group(1)) if found else None), printed


def size_of(path):
    """The bytes of a file, or of all data files under a directory."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(file) for file in data_files(path))


def data_files(path):
    """The outputs under a directory, sorted: neither copies of METADATA.json nor what the store keeps for itself."""
    if os.path.isfile(path):
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [os.path.join(folder, name) for name in names if name != "METADATA.json"]
    return sorted(found)


def clear(path):
    """Removes an output and makes its folder."""
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        os.remove(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
