"""Where the time goes: `perf` samples our program; the functions that take most are named, and all stacks are kept as
`profile-NAME.folded` and drawn as `profile-NAME.svg`."""

import re
import shutil
import subprocess

import flame
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
    sampled(bench, "search", "search of 20,000 products", bench.command(search))
    files = Set(bench, "profile", made(2_000, 100_000))
    files.empty()
    words = ["download", "--from", files.table, "--format", "csv", "-o", bench.scratch / "manifest.csv"]
    sampled(bench, "download", "download of 2,000 files of 100 kB", bench.command(words, files.into))
    sampled(bench, "verify", "verify of 2,000 files of 100 kB", bench.command(["cache", "verify", "--level", "sha256"], files.into))
    files.end()


def sampled(bench, name, title, command):
    data = bench.scratch / "perf.data"
    # The compiler leaves no frame pointers, so the stacks are copied and unwound afterwards.
    record = ["perf", "record", "-q", "-F", "999", "--call-graph", "dwarf,16384", "-o", data, "--"]
    outcome = start([*record, *map(str, command)], bench.scratch, bench.environment(), True)
    script = ["perf", "script", "-i", data, "--no-inline", "-F", "comm,ip,sym"]
    stacks = flame.folded(subprocess.run(script, capture_output=True, text=True, errors="replace").stdout)
    place = bench.scratch / f"profile-{name}"
    place.with_suffix(".folded").write_text("".join(f"{stack} {n}\n" for stack, n in stacks.most_common()))
    place.with_suffix(".svg").write_text(flame.drawn(stacks, title))
    bench.figure(f"{title}: stacks", f"{len(stacks)} different ones in {place}.folded, drawn in {place}.svg")
    report = ["perf", "report", "-q", "-i", data, "--stdio", "--no-children", "-g", "none", "--sort", "dso,symbol"]
    lines = subprocess.run(report, capture_output=True, text=True).stdout.splitlines()
    bench.figure(f"{title}: seconds of CPU", f"{outcome.cpu:.2f}")
    for line in [line for line in lines if re.match(r" *[\d.]+%", line)][:N_NAMED]:
        share, place, symbol = line.split(None, 2)
        symbol = symbol.split("  ")[0]
        bench.figure(f"{title}: {share}", f"`{symbol.strip().removeprefix('[.] ').removeprefix('[k] ')}` in {place}")
