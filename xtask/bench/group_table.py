"""The benchmarks of lks-table, as divan prints them, with what the whole of them costs."""

import os
import pathlib
import subprocess

from common import run as start


def run(bench):
    if bench.quick:
        return bench.skip("table", "ours", "--quick builds no benchmarks")
    root = pathlib.Path(__file__).parent.parent.parent
    command = ["cargo", "bench", "--quiet", "--package", "lks-table", "--bench", "page"]
    built = subprocess.run([*command, "--no-run"], cwd=root, capture_output=True, text=True)
    if built.returncode != 0:
        return bench.skip("table", "ours", built.stderr[-500:])
    os.chdir(root)
    outcome = start(command, bench.scratch, quiet=True)
    for text in (bench.scratch / "stdout").read_text().splitlines():
        bench.figure("table", text.rstrip())
    bench.figure("table", f"all of it: {outcome.cpu:.1f} s of CPU, peak memory {outcome.peak:.0f} MB")
