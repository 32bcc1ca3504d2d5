"""Draws a race as SVG: bars of time and of memory, beside each other."""

import html
import statistics

from contests import OURS

WIDTH, ROW, TOP, LABELS, GAP = 900, 30, 66, 250, 30
STYLE = """
  text { font: 13px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .head { fill: #57606a }
  .ours { font-weight: 600 }
  .bar { fill: #b6c2cf }
  .bar.ours { fill: #d9652b }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .head { fill: #9198a1 } .bar { fill: #4b5563 } .bar.ours { fill: #e9743a }
  }
"""


def race(entry, versions):
    """A chart of a contest, the fastest first."""
    import report  # here, as report draws charts

    records = entry["contestants"]
    names = sorted(records, key=lambda name: report.median(records[name], "wall"))
    walls = [report.median(records[name], "wall") for name in names]
    peaks = [statistics.median(run["peak_rss_bytes"] for run in records[name]["runs"]) / 1e6 for name in names]
    bar_width = (WIDTH - LABELS - 2 * GAP) / 2 - 60
    parts = [
        f'<text class="title" x="0" y="18">{html.escape(entry["title"])}</text>',
        f'<text class="head" x="{LABELS}" y="48">seconds, start to exit</text>',
        f'<text class="head" x="{LABELS + bar_width + 60 + GAP}" y="48">MB of memory at the peak</text>']
    for index, name in enumerate(names):
        y = TOP + index * ROW
        kind = " ours" if name == OURS else ""
        parts.append(f'<text class="{kind.strip()}" x="0" y="{y + 14}">{html.escape(report.labelled(name, versions))}</text>')
        for x, value, most, shown in (
            (LABELS, walls[index], max(walls), report.seconds(walls[index])),
            (LABELS + bar_width + 60 + GAP, peaks[index], max(peaks), report.number(peaks[index], 0)),
        ):
            length = max(1.0, bar_width * value / most)
            parts.append(f'<rect class="bar{kind}" x="{x:.1f}" y="{y}" width="{length:.1f}" height="{ROW - 12}" rx="2"/>')
            parts.append(f'<text class="{kind.strip()}" x="{x + length + 6:.1f}" y="{y + 14}">{shown}</text>')
    height = TOP + len(names) * ROW
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
            f'role="img" aria-label="{html.escape(entry["title"])}">\n<style>{STYLE}</style>\n{body}\n</svg>\n')
