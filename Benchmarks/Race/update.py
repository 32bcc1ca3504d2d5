"""Measures what a changed day costs: updating the file that it belongs to, against making that file anew.

Both runs take the same sources to the same file, byte for byte, or the race fails.
"""

import hashlib
import json
import os
import shutil
import subprocess

import measure
from lake import DATASET

KEY = "update"
#: What is measured: its name in tables, and what it is told to do with a file that stands.
WAYS = [("one day updated", "if-stale"), ("made anew", "always")]


def partition(days):
    return "year" if days > 31 else "month"


def lake_of_links(setup, root):
    """The days under other names, so that one can change without touching the lake."""
    shutil.rmtree(root, ignore_errors=True)
    for path in [setup.lake.metadata(), *setup.lake.files()]:
        link = os.path.join(root, os.path.relpath(path, setup.lake.path))
        os.makedirs(os.path.dirname(link), exist_ok=True)
        os.symlink(os.path.abspath(path), link)


def changed_days(setup, root, day):
    """Two objects of a day that hold other rows than each other and than the lake's."""
    found = []
    for seed in ("2", "3"):
        lake = os.path.join(root, seed)
        if not os.path.isdir(lake):
            subprocess.run(
                [setup.sample_lake, lake, "--from", str(day), "--to", str(day), "--rows", str(setup.lake.rows),
                 "--seed", seed, "--dataset", DATASET], check=True, stdout=subprocess.DEVNULL)
        found += [os.path.join(folder, name) for folder, _, names in os.walk(lake)
                  for name in names if name.endswith(".csv.gz")]
    return found


def replace(path, content):
    """Puts a copy of a file in the place of another in one step, as whoever delivers a day does."""
    shutil.copyfile(content, path + ".new")
    os.replace(path + ".new", path)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run(race):
    """Changes a day in the middle again and again, and measures each way of making the file current."""
    setup = race.setup
    days = setup.lake.days
    with open(setup.fast, "rb") as file:
        fingerprint = f"{hashlib.file_digest(file, 'sha256').hexdigest()} {days}"
    repetitions = 1 if setup.is_quick else 5
    known = race.state["contests"].get(KEY)
    if known and known["fingerprint"] == fingerprint and known["repetitions"] >= repetitions and not race.is_again:
        return
    title = f"A changed day in a file of {days} days (Parquet, snappy)"
    print(f"\n{title}", flush=True)
    setup.lake.make(setup.sample_lake)
    setup.lake.warm()
    root = os.path.join(setup.work, "update")
    source, output = os.path.join(root, "lake"), os.path.join(root, "out")
    lake_of_links(setup, source)
    measure.clear(output)
    command = [
        setup.fast, "run", "--json", "--source", source, "--dest", output, "--dataset", DATASET, "--format", "parquet",
        "--codec", "sz", "--layout", "athena", "--partition", partition(days), "--jobs", "2"]
    measure.run(command)
    [file] = measure.data_files(output)
    middle = days // 2
    day = os.path.join(source, os.path.relpath(setup.lake.files()[middle], setup.lake.path))
    contents = changed_days(setup, os.path.join(setup.work, "update-days"), setup.lake.last(middle + 1))
    entry = {"title": title, "fingerprint": fingerprint, "days": days, "repetitions": repetitions,
             "bytes": os.path.getsize(file), "contestants": {name: {"runs": []} for name, _ in WAYS}}
    for number in range(repetitions):
        replace(day, contents[number % len(contents)])
        digests = set()
        # The update first: making the file anew does not need it to be stale.
        for name, policy in WAYS:
            measured, printed = measure.run([*command, "--overwrite", policy])
            result = json.loads(printed.splitlines()[0])
            kept = days - 1 if policy == "if-stale" else 0
            if result["outcome"] != "written" or result["kept_sections"] != kept:
                raise SystemExit(f"race: {name}: {printed}")
            digests.add(digest(file))
            measured.output_bytes = os.path.getsize(file)
            entry["contestants"][name]["runs"].append(measured.as_json() | {"cost": result["cost"]})
            print(f"  {name:28} {measured.wall:9.3f} s  {measured.cpu:9.3f} s CPU  {result['cost']}", flush=True)
        if len(digests) != 1:
            raise SystemExit(f"race: the updated file is not the one that is made anew: {digests}")
    shutil.rmtree(root)
    race.state["contests"][KEY] = entry
    race.save()
