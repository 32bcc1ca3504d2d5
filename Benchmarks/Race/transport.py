"""Measures clients of S3 against a store that keeps nothing (Benchmarks/Transport/store.c): large objects both ways.

The store is a process of its own on the same machine, so wall time has its share of the cores; processor time is the
client's alone.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import urllib.request

import lake
import measure
from contests import PEERS, Contestant

#: What our client is called in tables.
OURS = "S3Transport"
BUCKET = "bench"
OBJECT_BYTES = 4 << 30
QUICK_OBJECT_BYTES = 1 << 30
CONTESTS = [
    ("transport-get", "get", "A large object from S3, dropped as it comes"),
    ("transport-put", "put", "A large object to S3, in parts"),
]
CONVERSION = "s3-month"


class Store:
    """A running store over a folder."""

    def __init__(self, program, root):
        self.process = subprocess.Popen([program, "0", root], stdout=subprocess.PIPE, text=True)
        self.endpoint = f"http://127.0.0.1:{self.process.stdout.readline().split()[1]}"

    def requests(self):
        """The requests of each kind and the bytes both ways, since the last call."""
        request = urllib.request.Request(f"{self.endpoint}/-/requests", method="DELETE")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def stop(self):
        self.process.terminate()
        self.process.wait()


@contextlib.contextmanager
def running(program, root):
    """A store while it is needed."""
    store = Store(program, root)
    try:
        yield store
    finally:
        store.stop()


def contestants(setup, store, verb, path):
    """Who moves the object."""
    rclone = os.path.join(os.path.dirname(setup.python), "rclone")
    tail = [verb, store.endpoint, BUCKET, "object" if verb == "get" else "written", path]
    boto3, script = (os.path.normpath(os.path.join(PEERS, name)) for name in ("boto3_transfer.py", "rclone_transfer.sh"))
    return [
        Contestant(OURS, [setup.transfer, *tail], path, [setup.transfer]),
        Contestant("boto3", [setup.python, boto3, *tail], path, [boto3, setup.requirements]),
        Contestant("rclone", [script, rclone, *tail], path, [script, setup.requirements]),
    ]


def run(race, key, verb, title):
    """Moves one large object as often as a contest asks, everyone in turn."""
    setup = race.setup
    root = os.path.join(setup.work, "store")
    path = os.path.join(root, BUCKET, "object")
    size = QUICK_OBJECT_BYTES if setup.is_quick else OBJECT_BYTES
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # Zeros without blocks: nobody waits for a disk.
    with open(path, "wb") as file:
        file.truncate(size)
    repetitions = 1 if setup.is_quick else 3
    kept = race.state["contests"].get(key, {}).get("contestants", {})
    entry = {"title": title, "bytes": size, "contestants": {}}
    with running(setup.store, root) as store:
        all_contestants = contestants(setup, store, verb, path)
        for contestant in all_contestants:
            # The port, which differs from run to run, is no part of what a contestant is.
            contestant.command = [part.replace(store.endpoint, "ENDPOINT") for part in contestant.command]
            record = kept.get(contestant.name, {})
            if race.is_again or record.get("fingerprint") != contestant.fingerprint():
                record = {"fingerprint": contestant.fingerprint(), "runs": []}
            entry["contestants"][contestant.name] = record
        if all(len(record["runs"]) >= repetitions for record in entry["contestants"].values()):
            return
        print(f"\n{title}", flush=True)
        lake.warm(path)
        race.state["contests"][key] = entry
        for number in range(repetitions):
            for contestant in all_contestants:
                record = entry["contestants"][contestant.name]
                if number < len(record["runs"]):
                    continue
                store.requests()
                run, _ = measure.run([part.replace("ENDPOINT", store.endpoint) for part in contestant.command])
                requests = store.requests()
                moved = requests["bytes_out" if verb == "get" else "bytes_in"]
                if moved < size:
                    raise SystemExit(f"race: {contestant.name} moved {moved} of {size} bytes")
                record["runs"].append(run.as_json() | {"requests": requests})
                print(f"  {contestant.name:28} {run.wall:9.3f} s  {run.cpu:9.3f} s CPU  "
                      f"{run.peak_rss_bytes / 1e6:8.1f} MB", flush=True)
                race.save()


def run_conversion(race):
    """Converts the month from one such store to another through the library, and counts its requests."""
    setup = race.setup
    title = f"{setup.month} days from S3 to one Parquet file on S3 (snappy)"
    with open(setup.transfer, "rb") as file:
        fingerprint = f"{hashlib.file_digest(file, 'sha256').hexdigest()} {setup.month}"
    known = race.state["contests"].get(CONVERSION)
    repetitions = 1 if setup.is_quick else 5
    if known and known["fingerprint"] == fingerprint and len(known["runs"]) >= repetitions and not race.is_again:
        return
    print(f"\n{title}", flush=True)
    setup.lake.make(setup.sample_lake)
    # A bucket of these days alone, as a month takes all that its lake has.
    bucket = os.path.join(setup.work, "source", BUCKET)
    shutil.rmtree(bucket, ignore_errors=True)
    for path in [setup.lake.metadata(), *setup.lake.files(setup.month)]:
        link = os.path.join(bucket, os.path.relpath(path, setup.lake.path))
        os.makedirs(os.path.dirname(link), exist_ok=True)
        shutil.copy(path, link)
    entry = {"title": title, "fingerprint": fingerprint, "days": setup.month, "runs": [],
             "csv_bytes": setup.lake.csv_bytes(setup.month), "stored_bytes": setup.lake.stored_bytes(setup.month)}
    for _ in range(repetitions):
        # New stores each time: what was written is remembered, and would be found current.
        with running(setup.store, os.path.dirname(bucket)) as source, running(setup.store, setup.work) as destination:
            run, _ = measure.run(
                [setup.transfer, "convert", source.endpoint, BUCKET, destination.endpoint, "written"])
            requests = {"source": source.requests(), "destination": destination.requests()}
        entry["runs"].append(run.as_json() | {"requests": requests})
        print(f"  {OURS:28} {run.wall:9.3f} s  {run.cpu:9.3f} s CPU  {run.peak_rss_bytes / 1e6:8.1f} MB", flush=True)
    race.state["contests"][CONVERSION] = entry
    race.save()
