"""What a conversion costs, and how that grows with the bucket: computed from measured unit costs alone."""

import statistics

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


def section(state, table):
    """Costs of a terabyte and of 100 TB of CSV, over one worker and several."""
    unit = unit_costs(state)
    if unit is None:
        return ""
    per_csv_byte = {name: unit[name] / unit["csv_bytes"] for name in ("wall", "cpu", "output_bytes", "stored_bytes", "days")}
    cores = state["machine"]["cores"]
    rows = []
    for terabytes in (1, 10, 100):
        csv_bytes = terabytes * TERABYTE
        hours = csv_bytes * per_csv_byte["wall"] / 3600
        rows.append([
            f"{terabytes} TB of CSV", f"{csv_bytes * per_csv_byte['stored_bytes'] / 1e9:,.0f}",
            f"{csv_bytes * per_csv_byte['output_bytes'] / 1e9:,.0f}", f"{csv_bytes * per_csv_byte['days']:,.0f}",
            f"{csv_bytes * per_csv_byte['cpu'] / 3600:,.1f}", *(f"{hours / workers:,.2f}" for workers in (1, 8, 64))])
    head = ["", "GB read", "GB written", "source objects", "CPU hours", "hours, 1 worker", "8", "64"]
    return (f"#### What more costs\n\nComputed from \"{unit['title']}\": a worker is one such machine of {cores} cores. Jobs "
            "share nothing, so hours divide by workers as long as there are more partitions than workers; what the network "
            f"adds is not in them.\n\n{table(head, rows)}\n")
