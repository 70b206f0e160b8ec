#!/usr/bin/env python3
"""Times ours against the peers; started by `cargo xtask bench`, which builds the programs and serves the archive."""

import argparse
import importlib
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.with_name("parity")))
import scratch  # noqa: E402,F401

from common import HEAD, Bench  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", required=True)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--before", help="programs of an earlier build, to be timed beside these")
    parser.add_argument("--cutout-python", help="the interpreter that has astrocut and tesscube")
    parser.add_argument("--package", help="the interpreter that has our Python package, polars and pyarrow")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("groups", nargs="+")
    words = parser.parse_args()
    bench = Bench(words.archive, words.programs, words.scratch, words.quick, words.before)
    bench.cutout_python, bench.package = words.cutout_python, words.package
    commit = "unknown"
    if shutil.which("git"):
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip() or commit
    print(f"commit {commit}, {os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}")
    if words.quick:
        print("--quick: unoptimised programs, one run each; the figures say nothing about speed")
    bench.folder("aside")
    for group in words.groups:
        begun = time.perf_counter()
        load = os.getloadavg()[0]
        print(f"\n## {group} (load average {load:.1f} at the start)\n\n{HEAD}", flush=True)
        bench.latency(0)
        num_rows = len(bench.rows)
        importlib.import_module(f"group_{group}").run(bench)
        for row in bench.rows[num_rows:]:
            row["group"] = group
        seconds, loads = time.perf_counter() - begun, [load, os.getloadavg()[0]]
        print(f"\n{seconds:.0f} s, load average {loads[1]:.1f} at the end", flush=True)
        with open(bench.scratch / f"{group}.json", "w") as file:
            found = {"commit": commit, "quick": words.quick, "seconds": seconds, "load": loads, "rows": bench.rows[num_rows:]}
            json.dump(found, file, indent=1)
    bench.folder("aside")


if __name__ == "__main__":
    main()
