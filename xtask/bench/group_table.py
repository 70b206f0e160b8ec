"""The benchmarks of lks-table, as divan prints them."""

import pathlib
import re
import subprocess


def run(bench):
    if bench.quick:
        return bench.skip("table", "ours", "--quick builds no benchmarks")
    root = pathlib.Path(__file__).parent.parent.parent
    outcome = subprocess.run(["cargo", "bench", "--quiet", "--package", "lks-table", "--bench", "page"], cwd=root, capture_output=True, text=True)
    if outcome.returncode != 0:
        return bench.skip("table", "ours", outcome.stderr[-500:])
    for text in outcome.stdout.splitlines():
        bench.figure("table", text.rstrip())
