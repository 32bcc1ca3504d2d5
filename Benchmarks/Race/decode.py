"""Measures reading: all batches of a month's file, on one core, against pyarrow."""

import os
import re

import measure
from contests import PEERS, Contestant

#: What our program is called in tables.
OURS = "ColumnarFormats"
#: Of each contest its key, the format as the programs call it, and what it is.
CONTESTS = [
    ("decode-parquet", "parquet", "Reading {} days of Parquet (snappy) on one core"),
    ("decode-arrow", "arrow", "Reading {} days of an Arrow stream (zstd 3) on one core"),
]
FOUND = re.compile(r"^(rows|starts) (-?\d+)$", re.MULTILINE)


def made(setup, format):
    """The command that makes the file, and the folder that it is made in."""
    contestant = setup.ours(
        "month", days=setup.month, format=format, codec="sz" if format == "parquet" else "zst",
        layout="athena" if format == "parquet" else "dataclient", level=None if format == "parquet" else 3)
    return contestant.command, contestant.output


def contestants(setup, format, path):
    """Who reads the file: each bound to one core."""
    script = os.path.normpath(os.path.join(PEERS, "pyarrow_decode.py"))
    bound = ["taskset", "--cpu-list", "0"]
    return [
        Contestant(OURS, [*bound, setup.decode, format, path], "", [setup.decode, setup.fast]),
        Contestant("pyarrow", [*bound, setup.python, script, format, path], "", [script, setup.requirements]),
    ]


def run(race, key, format, title):
    """Makes the file and reads it as often as a contest asks, everyone in turn."""
    setup = race.setup
    command, output = made(setup, format)
    repetitions = 2 if setup.is_quick else 11
    kept = race.state["contests"].get(key, {}).get("contestants", {})
    path = os.path.join(setup.work, "out", f"decode.{format}")
    entry = {"title": title.format(setup.month), "contestants": {}}
    for contestant in contestants(setup, format, path):
        record = kept.get(contestant.name, {})
        if race.is_again or record.get("fingerprint") != contestant.fingerprint():
            record = {"fingerprint": contestant.fingerprint(), "runs": []}
        entry["contestants"][contestant.name] = record
    entry["bytes"] = race.state["contests"].get(key, {}).get("bytes")
    race.state["contests"][key] = entry
    if all(len(record["runs"]) >= repetitions for record in entry["contestants"].values()):
        return
    print(f"\n{entry['title']}", flush=True)
    setup.lake.make(setup.sample_lake)
    measure.clear(output)
    measure.run(command)
    [file] = measure.data_files(output)
    os.replace(file, path)
    entry["bytes"] = os.path.getsize(path)
    answers = set()
    for number in range(repetitions):
        for contestant in contestants(setup, format, path):
            record = entry["contestants"][contestant.name]
            if number < len(record["runs"]):
                continue
            run, printed = measure.run(contestant.command)
            answers.add(tuple(FOUND.findall(printed)))
            if len(answers) != 1:
                raise SystemExit(f"race: in {key} the answers of {contestant.name} are others: {answers}")
            record["runs"].append(run.as_json())
            print(f"  {contestant.name:28} {run.wall:9.3f} s  {run.cpu:9.3f} s CPU  "
                  f"{run.peak_rss_bytes / 1e6:8.1f} MB", flush=True)
            race.save()
    os.remove(path)
    measure.clear(output)
