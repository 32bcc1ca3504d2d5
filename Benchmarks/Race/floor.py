"""Measures the floor: the least work that a conversion holds, by a program in C (Benchmarks/Floor/floor.c)."""

import hashlib
import os

import measure

REPETITIONS = 5


def run(race, key, partition, days, program):
    """Measures the floor under the conversion of the lake's first `days` days to Parquet with snappy."""
    setup = race.setup
    with open(program, "rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest() + f" {days}"
    known = race.state["contests"].get(key)
    if known and known["fingerprint"] == fingerprint and not race.is_again:
        return
    print(f"\nThe floor under {days} days", flush=True)
    setup.lake.make(setup.sample_lake)
    # The pages are those of our own file without compression.
    plain = setup.ours(partition, days=days, codec="none")
    measure.clear(plain.output)
    measure.run(plain.command)
    dump = os.path.join(setup.work, "out", "pages")
    race.python("dump_pages.py", dump, *measure.data_files(plain.output))
    measure.clear(plain.output)
    setup.lake.warm(days)
    entry = {"fingerprint": fingerprint, "days": days, "csv_bytes": setup.lake.csv_bytes(days), "runs": []}
    for _ in range(1 if setup.is_quick else REPETITIONS):
        run, printed = measure.run([program, dump, *setup.lake.files(days)])
        lines = dict(line.split(" ", 1) for line in printed.splitlines())
        stages = {name: dict(zip(("bytes", "seconds"), map(float, lines[name].split())))
                  for name in ("inflate", "pass", "snappy")}
        entry["runs"].append({"cpu": float(lines["total"]), "wall": run.wall, "stages": stages})
    os.remove(dump)
    race.state["contests"][key] = entry
    race.save()
