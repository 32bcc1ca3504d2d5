"""Races the converter against its peers; Scripts/bench.sh builds everything and calls this.

Contestants of a contest run in turn, A B A B, each as a whole process. What was measured is kept after every run, so
that an interrupted race goes on where it was; runs of a program that has changed since do not count. The outputs of a
contest must hold equal values, or the race fails.
"""

import argparse
import datetime
import hashlib
import json
import os
import platform
import subprocess
import sys

import decode
import floor
import measure
import report
import transport
import update
from contests import OURS, Setup

HERE = os.path.dirname(os.path.abspath(__file__))


class Race:
    """The contests and what is known of them so far."""

    def __init__(self, setup, state_path, is_again):
        self.setup = setup
        self.state_path = state_path
        self.is_again = is_again
        self.state = {"contests": {}}
        if os.path.exists(state_path):
            with open(state_path) as file:
                self.state = json.load(file)

    def save(self):
        temporary = self.state_path + ".new"
        with open(temporary, "w") as file:
            json.dump(self.state, file, indent=1)
        os.replace(temporary, self.state_path)

    def run(self, contest):
        """Does what is left of a contest."""
        entry = self.state["contests"].setdefault(contest.key, {"contestants": {}})
        kept = entry["contestants"]
        entry["contestants"] = {}
        for contestant in contest.contestants:
            record = kept.get(contestant.name, {})
            if self.is_again or record.get("fingerprint") != contestant.fingerprint():
                record = {"fingerprint": contestant.fingerprint(), "runs": []}
            entry["contestants"][contestant.name] = record
        if not all(self.is_done(contest, record) for record in entry["contestants"].values()):
            print(f"\n{contest.title}", flush=True)
            contest.lake.make(self.setup.sample_lake)
            contest.lake.warm(contest.days)
            entry |= {
                "title": contest.title, "days": contest.days, "csv_bytes": contest.lake.csv_bytes(contest.days),
                "stored_bytes": contest.lake.stored_bytes(contest.days)}
            for number in range(-contest.warmups, contest.repetitions):
                for contestant in contest.contestants:
                    self.run_once(contest, contestant, entry["contestants"][contestant.name], number)
        if contest.is_compared:
            compare(contest, entry["contestants"])

    @staticmethod
    def is_done(contest, record):
        return len(record["runs"]) >= contest.repetitions

    def run_once(self, contest, contestant, record, number):
        """Run `number` of a contestant, unless it is known; negative ones warm up."""
        if self.is_done(contest, record) or 0 <= number < len(record["runs"]):
            return
        measure.clear(contestant.output)
        run, _ = measure.run(contestant.command, contestant.environment)
        run.output_bytes = measure.size_of(contestant.output)
        if number >= 0:
            print(f"  {contestant.name:28} {run.wall:9.3f} s  {run.cpu:9.3f} s CPU  "
                  f"{run.peak_rss_bytes / 1e6:8.1f} MB  {run.output_bytes / 1e6:9.2f} MB written", flush=True)
            files = measure.data_files(contestant.output)
            record["files"] = len(files)
            if contest.is_compared and "digest" not in record:
                record["digest"] = json.loads(self.python("digest.py", *files))
            if contestant.name == OURS and files and files[0].endswith(".parquet") and "inspected" not in record:
                record["inspected"] = json.loads(self.python("inspect_parquet.py", "--require", files[0]))
            # Last, so that no run is kept whose output was not looked at.
            record["runs"].append(run.as_json())
            self.save()
        measure.clear(contestant.output)

    def python(self, script, *arguments):
        """What a script of this folder prints; in a process of its own, so that this one stays small."""
        return subprocess.run(
            [self.setup.python, os.path.join(HERE, script), *arguments], check=True, stdout=subprocess.PIPE,
            text=True).stdout


def compare(contest, records):
    """Ends the race where two contestants wrote different values."""
    digests = {name: record["digest"] for name, record in records.items()}
    first_name, first = next(iter(digests.items()))
    for name, digest in digests.items():
        if digest != first:
            sys.exit(f"race: in {contest.key} the values of {name} are not those of {first_name}:\n"
                     f"{json.dumps(digest)}\n{json.dumps(first)}")


def machine():
    """What the figures were measured on."""
    with open("/proc/cpuinfo") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) * 1024
    return {
        "processor": models[0] if models else platform.machine(), "cores": os.cpu_count(), "memory_bytes": memory,
        "system": f"{platform.system()} {platform.release()}", "date": datetime.date.today().isoformat()}


def versions(requirements):
    """The pinned versions of the peers, by name."""
    with open(requirements) as file:
        return dict(line.strip().split("==") for line in file if "==" in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("work", "lake", "python", "requirements", "fast", "default", "sample-lake", "floor", "micro", "store",
                 "transfer", "decode", "docs", "readme", "commit"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()

    setup = Setup(arguments)
    name = "quick" if arguments.quick else "full"
    race = Race(setup, os.path.join(arguments.work, f"{name}-{arguments.days}.json"), arguments.again)
    race.state |= {"machine": machine(), "versions": versions(arguments.requirements), "commit": arguments.commit,
                   "days": arguments.days}
    for contest in setup.contests():
        if arguments.only in contest.key:
            race.run(contest)
    for key, partition, days in setup.floors():
        if arguments.only in key:
            floor.run(race, key, partition, days, arguments.floor)
    for key, format, title in decode.CONTESTS:
        if arguments.only in key:
            decode.run(race, key, format, title)
    for key, verb, title in transport.CONTESTS:
        if arguments.only in key:
            transport.run(race, key, verb, title)
    if arguments.only in update.KEY:
        update.run(race)
    if arguments.only in transport.CONVERSION:
        transport.run_conversion(race)
    if arguments.only in "micro":
        run_micro(race, arguments.micro)
    race.save()
    report.write(race.state, os.path.join(arguments.work, "report"))
    print(report.text(race.state))
    if arguments.publish:
        report.publish(race.state, arguments.docs, arguments.readme)


def run_micro(race, program):
    """The micro-benchmarks and the gates on allocations."""
    with open(program, "rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    if race.state.get("micro", {}).get("fingerprint") == fingerprint and not race.is_again:
        return
    print("\nMicro-benchmarks", flush=True)
    race.setup.lake.make(race.setup.sample_lake)
    command = [program, "--json", "--day", race.setup.lake.files()[0]] + (["--once"] if race.setup.is_quick else [])
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    race.state["micro"] = {"fingerprint": fingerprint, "results": [json.loads(line) for line in printed.splitlines()]}


if __name__ == "__main__":
    main()
