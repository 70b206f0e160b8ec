"""The benchmarks inside our crates, as divan prints them, with what the whole of each costs."""

import os
import pathlib
import subprocess

from common import run as start

# Decoding, joining, filtering and sorting tables; records and hashing; walking and decoding FITS files.
BENCHES = {"page": "lks-table", "record": "lks-cache", "read": "lks-fits"}


def run(bench):
    if bench.quick:
        return bench.skip("table", "ours", "--quick builds no benchmarks")
    os.chdir(pathlib.Path(__file__).parent.parent.parent)
    # All in one, so that all are built with one set of features.
    packages = [word for package in BENCHES.values() for word in ["--package", package]]
    every = [word for name in BENCHES for word in ["--bench", name]]
    built = subprocess.run(["cargo", "bench", "--quiet", *packages, *every, "--no-run"], capture_output=True, text=True)
    if built.returncode != 0:
        return bench.skip("table", "ours", built.stderr[-500:])
    for name in BENCHES:
        outcome = start(["cargo", "bench", "--quiet", *packages, "--bench", name], bench.scratch, quiet=True)
        for text in (bench.scratch / "stdout").read_text().splitlines():
            bench.figure("table", text.rstrip())
        bench.figure("table", f"all of it: {outcome.cpu:.1f} s of CPU, peak memory {outcome.peak:.0f} MB")
