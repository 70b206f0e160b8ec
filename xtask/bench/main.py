#!/usr/bin/env python3
"""Times ours against the peers; started by `cargo xtask bench`, which builds the programs and serves the archive."""

import argparse
import importlib
import json
import os
import platform
import subprocess
import time

from common import HEAD, Bench


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", required=True)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("groups", nargs="+")
    words = parser.parse_args()
    bench = Bench(words.archive, words.programs, words.scratch, words.quick)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    print(f"commit {commit}, {os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}")
    if words.quick:
        print("--quick: unoptimised programs, one run each; the figures say nothing about speed")
    for group in words.groups:
        begun = time.perf_counter()
        print(f"\n## {group} (load average {os.getloadavg()[0]:.1f} at the start)\n\n{HEAD}", flush=True)
        bench.latency(0)
        n_rows = len(bench.rows)
        importlib.import_module(f"group_{group}").run(bench)
        for row in bench.rows[n_rows:]:
            row["group"] = group
        print(f"\n{time.perf_counter() - begun:.0f} s, load average {os.getloadavg()[0]:.1f} at the end", flush=True)
        with open(bench.scratch / f"{group}.json", "w") as file:
            json.dump({"commit": commit, "quick": words.quick, "rows": bench.rows[n_rows:]}, file, indent=1)


if __name__ == "__main__":
    main()
