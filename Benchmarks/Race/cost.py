"""What a conversion costs, and how that grows with the bucket: computed from measured unit costs alone."""

import statistics

import transport
from contests import OURS

TERABYTE = 1e12


def unit_costs(state):
    """What the largest measured race to Parquet cost for each byte; None where there is none."""
    for key in ("year-parquet", "month-parquet"):
        entry = state["contests"].get(key)
        if entry and entry["contestants"].get(OURS, {}).get("runs"):
            runs = entry["contestants"][OURS]["runs"]
            return {
                "title": entry["title"],
                "csv_bytes": entry["csv_bytes"], "stored_bytes": entry["stored_bytes"], "days": entry["days"],
                "wall": statistics.median(run["wall"] for run in runs),
                "cpu": statistics.median(run["user"] + run["system"] for run in runs),
                "output_bytes": runs[0]["output_bytes"]}
    return None


def requests(state):
    """Requests to the source for each day and to the destination for each written byte; None where none were counted."""
    entry = state["contests"].get(transport.CONVERSION)
    if entry is None:
        return None
    counted = entry["runs"][0]["requests"]
    total = {side: sum(count for kind, count in counted[side].items() if not kind.startswith("bytes"))
             for side in ("source", "destination")}
    return total["source"] / entry["days"], total["destination"] / counted["destination"]["bytes_in"]


def section(state, table):
    """Costs of a terabyte and of 100 TB of CSV, over one worker and several."""
    unit = unit_costs(state)
    if unit is None:
        return ""
    per_csv_byte = {name: unit[name] / unit["csv_bytes"] for name in ("wall", "cpu", "output_bytes", "stored_bytes", "days")}
    cores = state["machine"]["cores"]
    counted = requests(state)
    rows = []
    for terabytes in (1, 10, 100):
        csv_bytes = terabytes * TERABYTE
        hours = csv_bytes * per_csv_byte["wall"] / 3600
        days, written = csv_bytes * per_csv_byte["days"], csv_bytes * per_csv_byte["output_bytes"]
        asked = [f"{days * counted[0]:,.0f}", f"{written * counted[1]:,.0f}"] if counted else []
        rows.append([
            f"{terabytes} TB of CSV", f"{csv_bytes * per_csv_byte['stored_bytes'] / 1e9:,.0f}", f"{written / 1e9:,.0f}",
            f"{days:,.0f}", *asked, f"{csv_bytes * per_csv_byte['cpu'] / 3600:,.1f}",
            *(f"{hours / workers:,.2f}" for workers in (1, 8, 64))])
    head = ["", "GB read", "GB written", "source objects",
            *(["requests to the source", "to the destination"] if counted else []), "CPU hours", "hours, 1 worker", "8", "64"]
    return (f"#### What more costs\n\nComputed from \"{unit['title']}\": a worker is one such machine of {cores} cores. Jobs "
            "share nothing, so hours divide by workers as long as there are more partitions than workers; what a network "
            f"adds is not in them.\n\n{table(head, rows)}\n")
