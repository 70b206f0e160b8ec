"""How seconds, requests and memory grow with the products of a sector, and with the workers that download it: prints tables, puts them into
docs/guide/many-stars.md between `<!-- growth -->` and `<!-- end -->`, and draws docs/guide/growth.svg.

    growth.py PROGRAM FOLDER MOST [--no-docs]
"""

import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from cluster import Archive, say

DOCS = Path(__file__).parent.parent.parent / "docs/guide"
# The field of stars that the sandbox makes has this many products a star.
PER_STAR = 5
# Files that are really downloaded, at most: each has 30 kB.
MOST_FILES = 10_000
# Of the part with workers: files, milliseconds before each answer, workers.
FILES, LATENCY, WORKERS = 2_000, 40, (1, 2, 4, 8, 16, 32, 64)
PICTURE = "![Seconds, requests and memory against products, and seconds against workers](growth.svg)"
SECTOR = ["tess", "--sector", "1"]


class Place:
    """A folder without any kept answer, and the environment of the program there."""

    def __init__(self, program, folder, archive):
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "manifests").mkdir(parents=True)
        self.program, self.folder, self.archive = program, folder, archive
        self.environment = {**archive.environment, "HOME": str(folder), "PATH": os.environ["PATH"]}
        self.environment["LKSEARCH_CACHE_DIR"] = str(folder / "store")

    def start(self, *words):
        return subprocess.Popen([self.program, "--quiet", *words], cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL)

    def run(self, *words):
        """Seconds, requests that the archive got, and the most memory in MB."""
        self.archive.clear()
        begun = time.monotonic()
        process = self.start(*words)
        peak = ended(process, words)
        seconds = time.monotonic() - begun
        log = self.archive.control("GET", "log")
        return seconds, len(log["requests"]) + log["forgotten"], peak


def ended(process, words):
    """The most memory in MB of a process that ends well."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"`lksearch {' '.join(words)}` ended with {process.returncode}")
    return usage.ru_maxrss * 1024 / 1e6


def of_products(program, folder, most):
    """Rows of (step, products, seconds, requests, MB)."""
    rows = []
    for n in [10**power for power in range(1, 7) if 10**power <= most]:
        archive = Archive(program, folder.parent, ["--bulk", str(n // PER_STAR + 1)])
        try:
            place = Place(program, folder, archive)
            limit = ["--limit", str(n)]
            steps = [
                ("list", ["search", *SECTOR, *limit, "-o", "found.parquet"]),
                ("plan", ["plan", *SECTOR, *limit, "-o", "plan.parquet"]),
                ("cut into 64 shards", ["shard", "plan.parquet", "--of", "64", "-o", "shards"]),
            ]
            if n <= MOST_FILES:
                reports = ["--kind", "dvreports", "--limit", str(n)]
                place.run("search", *SECTOR, *reports, "-o", "reports.parquet")
                steps.append(("download", ["download", "--from", "reports.parquet", "-o", "manifests/all.parquet"]))
            for name, words in steps:
                rows.append((name, n, *place.run(*words)))
                say(f"  {name}, {n:,} products: " + "{:.2f} s, {} requests, {:.0f} MB".format(*rows[-1][2:]))
        finally:
            archive.stop()
    return rows


def of_workers(program, folder):
    """Rows of (workers, seconds, questions, at once to the cloud, MB of the largest)."""
    rows = []
    archive = Archive(program, folder.parent, ["--bulk", str(FILES), "--latency", str(LATENCY)])
    try:
        place = Place(program, folder, archive)
        place.run("plan", *SECTOR, "--kind", "dvreports", "--limit", str(FILES), "-o", "plan.parquet")
        for count in WORKERS:
            for name in ("shards", "store", "manifests"):
                shutil.rmtree(folder / name, ignore_errors=True)
            (folder / "manifests").mkdir()
            place.run("shard", "plan.parquet", "--of", str(count), "-o", "shards")
            archive.clear()
            begun = time.monotonic()
            words = [["download", "--from", f"shards/shard-{n:04}.parquet", "-o", f"manifests/{n}.parquet"] for n in range(count)]
            running = [(place.start(*each), each) for each in words]
            peak = max(ended(process, each) for process, each in running)
            seconds = time.monotonic() - begun
            whole, most, questions = archive.seen()
            if len(whole) != FILES:
                raise SystemExit(f"{count} workers brought {len(whole)} of {FILES} files")
            rows.append((count, seconds, questions, most["cloud"], peak))
            say(f"  {count} workers: {seconds:.2f} s, {questions} questions, at once {most['cloud']}, {peak:.0f} MB at most")
    finally:
        archive.stop()
    return rows


def tables(products, workers):
    steps = list(dict.fromkeys(step for step, *_ in products))
    cell = lambda n, step: next(("{:.2f} s, {:,}, {:.0f} MB".format(*row[2:]) for row in products if row[:2] == (step, n)), "–")
    sizes = sorted({n for _, n, *_ in products})
    lines = ["| products | " + " | ".join(steps) + " |", "|---|" + "---|" * len(steps)]
    lines += [f"| {n:,} | " + " | ".join(cell(n, step) for step in steps) + " |" for n in sizes]
    lines += ["", "| workers | seconds | questions | at once to the cloud, of 64 | memory of the largest |", "|---|---|---|---|---|"]
    lines += [f"| {count} | {seconds:.2f} | {questions} | {most} | {peak:.0f} MB |" for count, seconds, questions, most, peak in workers]
    return "\n".join(lines)


COLOURS = ["#3465a4", "#cc7000", "#4e9a06", "#a40000"]
WIDTH, HEIGHT, LEFT, GAP, TOP = 250, 200, 60, 90, 40


def panel(number, title, across, lines):
    """Lines of (x, y) on logarithmic scales, which end at powers of ten."""
    points = [(x, max(y, 1e-3)) for line in lines.values() for x, y in line]
    ends = [(math.floor(math.log10(min(axis)) + 1e-9), max(math.ceil(math.log10(max(axis)) - 1e-9), math.floor(math.log10(min(axis))) + 1)) for axis in zip(*points)]
    left = LEFT + number * (WIDTH + GAP)
    place = lambda axis, value: (math.log10(max(value, 1e-3)) - ends[axis][0]) / (ends[axis][1] - ends[axis][0])
    x = lambda value: f"{left + WIDTH * place(0, value):.1f}"
    y = lambda value: f"{TOP + HEIGHT * (1 - place(1, value)):.1f}"
    out = [f'<text x="{left + WIDTH / 2}" y="20" text-anchor="middle" font-weight="bold">{title}</text>']
    for power in range(ends[0][0], ends[0][1] + 1):
        out.append(f'<line x1="{x(10**power)}" y1="{TOP}" x2="{x(10**power)}" y2="{TOP + HEIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{x(10**power)}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{10**power:,}</text>')
    for power in range(ends[1][0], ends[1][1] + 1):
        out.append(f'<line x1="{left}" y1="{y(10**power)}" x2="{left + WIDTH}" y2="{y(10**power)}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 6}" y="{float(y(10**power)) + 4:.1f}" text-anchor="end">{10**power:,g}</text>')
    out.append(f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 34}" text-anchor="middle">{across}</text>')
    for colour, (name, line) in zip(COLOURS, lines.items()):
        if not line:
            continue
        path = " ".join(f"{x(a)},{y(b)}" for a, b in line)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"><title>{name}</title></polyline>')
        out += [f'<circle cx="{x(a)}" cy="{y(b)}" r="3" fill="{colour}"/>' for a, b in line]
    return out


def picture(products, workers):
    steps = list(dict.fromkeys(step for step, *_ in products))
    of = lambda place: {step: [(row[1], row[place]) for row in products if row[0] == step and row[place] > 0] for step in steps}
    panels = [
        ("seconds", "products", of(2)),
        ("requests", "products", of(3)),
        ("memory in MB", "products", of(4)),
        (f"seconds for {FILES:,} files", "workers", {"download": [(row[0], row[1]) for row in workers]}),
    ]
    width = LEFT + len(panels) * (WIDTH + GAP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {TOP + HEIGHT + 70}" font-family="sans-serif" font-size="12">']
    out.append('<rect width="100%" height="100%" fill="white"/>')
    for number, (title, across, lines) in enumerate(panels):
        out += panel(number, title, across, lines)
    for number, (colour, step) in enumerate(zip(COLOURS, steps)):
        out.append(f'<text x="{LEFT + 200 * number}" y="{TOP + HEIGHT + 60}" fill="{colour}">{step}</text>')
    return "\n".join([*out, "</svg>", ""])


def main():
    program, folder, most = sys.argv[1], Path(sys.argv[2]).resolve(), int(sys.argv[3])
    (folder / "work").mkdir(parents=True, exist_ok=True)
    products = of_products(program, folder / "work", most)
    workers = of_workers(program, folder / "work")
    shutil.rmtree(folder / "work")
    shown = tables(products, workers)
    (folder / "growth.json").write_text(json.dumps({"products": products, "workers": workers}))
    (folder / "growth.svg").write_text(picture(products, workers))
    say("\n" + shown)
    if "--no-docs" in sys.argv:
        return
    page = DOCS / "many-stars.md"
    text, count = re.subn(r"<!-- growth -->.*?<!-- end -->", lambda _: f"<!-- growth -->\n\n{shown}\n\n{PICTURE}\n\n<!-- end -->", page.read_text(), flags=re.S)
    if count != 1:
        raise SystemExit(f"{page} has no place for the tables")
    page.write_text(text)
    shutil.copy(folder / "growth.svg", DOCS / "growth.svg")


if __name__ == "__main__":
    main()
