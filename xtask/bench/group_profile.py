"""Where the time goes: `perf` samples our program, and the functions that take most are named."""

import re
import shutil
import subprocess

from common import run as start
from group_download import Set, made
from group_search import FIELD, radius

N_NAMED = 12


def run(bench):
    if not shutil.which("perf"):
        return bench.skip("profile", "ours", "perf is not installed")
    out = bench.scratch / "found.parquet"
    search = ["search", "tess", FIELD, "--radius", f"{radius(20_000):.4f}deg", "--format", "parquet", "-o", out]
    # The first run fills the archive's memory.
    bench.ours(search)
    sampled(bench, "search of 20,000 products", bench.command(search))
    files = Set(bench, "profile", made(2_000, 100_000))
    files.empty()
    words = ["download", "--from", files.table, "--format", "csv", "-o", bench.scratch / "manifest.csv"]
    sampled(bench, "download of 2,000 files of 100 kB", bench.command(words, files.into))
    sampled(bench, "verify of these files", bench.command(["cache", "verify", "--level", "sha256"], files.into))
    shutil.rmtree(files.place)


def sampled(bench, title, command):
    data = bench.scratch / "perf.data"
    outcome = start(["perf", "record", "-q", "-F", "999", "-o", data, "--", *map(str, command)], bench.scratch, bench.environment(), True)
    report = ["perf", "report", "-q", "-i", data, "--stdio", "--no-children", "--sort", "dso,symbol"]
    lines = subprocess.run(report, capture_output=True, text=True).stdout.splitlines()
    bench.figure(f"{title}: seconds of CPU", f"{outcome.cpu:.2f}")
    for line in [line for line in lines if re.match(r" *[\d.]+%", line)][:N_NAMED]:
        share, place, symbol = line.split(None, 2)
        symbol = symbol.split("  ")[0]
        bench.figure(f"{title}: {share}", f"`{symbol.strip().removeprefix('[.] ').removeprefix('[k] ')}` in {place}")
