#!/usr/bin/env python3
"""Puts the figures of a run into docs/measured.md, between its `<!-- figures: GROUP -->` and `<!-- end -->` marks, the verdicts
between `<!-- targets -->` and `<!-- end -->`, draws docs/measured.svg, if the groups with peers were run, and docs/growth.svg, and keeps docs/profile-*.svg.

    page.py SCRATCH        SCRATCH is the directory that `cargo xtask bench --scratch` was given, or `target/bench`
"""

import html
import json
import math
import pathlib
import re
import shutil
import sys

import targets
from common import HEAD, line

DOCS = pathlib.Path(__file__).parent.parent.parent / "docs"

# Pixels of the picture: a line of text, the place of names, the width of a factor of ten.
LINE, NAMES, DECADE = 18, 470, 110


def table(rows):
    figures = [row for row in rows if "text" in row]
    timed = [row for row in rows if "seconds" in row]
    skipped = [row for row in rows if "skipped" in row]
    parts = []
    if timed:
        parts.append("\n".join([HEAD, *map(line, timed)]))
    if figures and all(row["title"] == "table" for row in figures):
        parts.append("\n".join(["```text", *[row["text"] for row in figures], "```"]))
    elif figures:
        parts.append("\n".join(["| what | figure |", "|---|---|", *[f"| {row['title']} | {row['text']} |" for row in figures]]))
    parts += [f"SKIPPED: {row['title']}, {row['tool']}: {row['skipped']}." for row in skipped]
    return "\n\n".join(parts)


def picture(rows):
    """How many times as long as ours each peer takes, on a logarithmic scale."""
    bars = [row for row in rows if row.get("ratio") and not row["tool"].startswith(("ours", "limit: ", "lksearch config", "lksearch --"))]
    height = LINE * (len(bars) + 2)
    zero, top = NAMES + DECADE, 3
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{zero + DECADE * top + 70}" height="{height}" font-family="sans-serif" font-size="12">']
    out.append('<rect width="100%" height="100%" fill="white"/>')
    for power in range(-1, top + 1):
        x = zero + DECADE * power
        out.append(f'<line x1="{x}" y1="{LINE}" x2="{x}" y2="{height}" stroke="{"black" if power == 0 else "#ddd"}"/>')
        out.append(f'<text x="{x}" y="13" text-anchor="middle">{10**power:g} ×</text>')
    for index, row in enumerate(bars):
        y = LINE * (index + 1) + 4
        x = zero + DECADE * max(-1, min(top, math.log10(row["ratio"])))
        colour = "#3465a4" if row["ratio"] >= 1 else "#cc7000"
        name = html.escape(f"{row['title']}: {row['tool']}")
        out.append(f'<text x="{NAMES - 8}" y="{y + 10}" text-anchor="end" font-size="{12 if len(name) < 75 else 10}">{name}</text>')
        out.append(f'<rect x="{min(x, zero):.1f}" y="{y}" width="{abs(x - zero):.1f}" height="{LINE - 6}" fill="{colour}"/>')
        ratio = f"{row['ratio']:.2f}" if row["ratio"] < 10 else f"{row['ratio']:.0f}"
        out.append(f'<text x="{max(x, zero) + 4:.1f}" y="{y + 10}">{ratio}</text>')
    return "\n".join([*out, "</svg>", ""])


# Of the picture of growth: its plot, and room beside it for scales and names.
WIDTH, HEIGHT, LEFT, RIGHT = 560, 400, 60, 170
COLOURS = ["#3465a4", "#cc7000", "#4e9a06", "#a40000", "#75507b", "#555753", "#c4a000", "#06989a", "#ce5c00"]


def growth(rows):
    """Seconds against the number of products, both on logarithmic scales, one line for each kind of work and latency."""
    lines = {}
    for row in rows:
        if row.get("growth"):
            name, n = row["growth"]
            lines.setdefault(name, []).append((n, row["seconds"]))
    x = lambda n: LEFT + (math.log10(n) - 1) / 3 * WIDTH
    y = lambda seconds: 20 + (2 - math.log10(seconds)) / 4.5 * HEIGHT
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" height="{HEIGHT + 60}" font-family="sans-serif" font-size="12">']
    out.append('<rect width="100%" height="100%" fill="white"/>')
    for power in range(1, 5):
        out.append(f'<line x1="{x(10**power)}" y1="20" x2="{x(10**power)}" y2="{HEIGHT + 20}" stroke="#ddd"/>')
        out.append(f'<text x="{x(10**power)}" y="{HEIGHT + 36}" text-anchor="middle">{10**power:,}</text>')
    for power in range(-2, 3):
        out.append(f'<line x1="{LEFT}" y1="{y(10**power):.1f}" x2="{LEFT + WIDTH}" y2="{y(10**power):.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y(10**power) + 4:.1f}" text-anchor="end">{10**power:g} s</text>')
    out.append(f'<text x="{LEFT + WIDTH / 2}" y="{HEIGHT + 54}" text-anchor="middle">products</text>')
    for index, (name, points) in enumerate(lines.items()):
        colour, points = COLOURS[index % len(COLOURS)], sorted(points)
        path = " ".join(f"{x(n):.1f},{y(seconds):.1f}" for n, seconds in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x(n):.1f}" cy="{y(seconds):.1f}" r="3" fill="{colour}"/>' for n, seconds in points]
        out.append(f'<text x="{LEFT + WIDTH + 12}" y="{40 + 20 * index}" fill="{colour}">{html.escape(name)}</text>')
    return "\n".join([*out, "</svg>", ""])


def judged(table, page):
    """The table of targets; those of groups that were not run this time keep the line that the page has."""
    kept = {line.split(" | ")[0]: line for line in page.splitlines() if line.startswith("| ")}
    lines = table.splitlines()
    return "\n".join(kept.get(line.split(" | ")[0], line) if line.endswith("not in this run |") else line for line in lines)


def main():
    scratch = pathlib.Path(sys.argv[1])
    page = DOCS / "measured.md"
    text = page.read_text()
    every, groups = [], set()
    for group in re.findall(r"<!-- figures: (\w+) -->", text):
        path = scratch / f"{group}.json"
        if not path.exists():
            continue
        found = json.loads(path.read_text())
        if found["quick"]:
            sys.exit(f"{path} is of a --quick run")
        every += found["rows"]
        groups.add(group)
        said = f"{found['seconds']:.0f} s at commit {found['commit']}, load average {found['load'][0]:.1f} at the start and {found['load'][1]:.1f} at the end."
        shown = table(found["rows"]) + ("\n\n![Seconds against products](growth.svg)" if group == "scale" else "")
        block = f"<!-- figures: {group} -->\n\n{said}\n\n{shown}\n\n<!-- end -->"
        text = re.sub(rf"<!-- figures: {group} -->.*?<!-- end -->", lambda _: block, text, flags=re.S)
    block = f"<!-- targets -->\n\n{judged(targets.table(every), text)}\n\n<!-- end -->"
    text = re.sub(r"<!-- targets -->.*?<!-- end -->", lambda _: block, text, flags=re.S)
    page.write_text(text)
    # The picture of peers has the rows with a peer, that of growth the others.
    if {"search", "download", "fits"} <= groups:
        (DOCS / "measured.svg").write_text(picture(every))
    if any(row.get("growth") for row in every):
        (DOCS / "growth.svg").write_text(growth(every))
    # What `cargo xtask profile` drew, unless it is too large to be kept with the source.
    for drawn in scratch.glob("profile-*.svg"):
        if drawn.stat().st_size < 150_000:
            shutil.copy(drawn, DOCS)


if __name__ == "__main__":
    main()
