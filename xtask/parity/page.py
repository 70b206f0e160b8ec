#!/usr/bin/env python3
"""Runs a page of the documentation with its Python: the `console` commands and the `python` blocks in their order, in an empty home.

    page.py LKSEARCH PAGE         LKSEARCH is the program; this Python must have the packages that the page imports

Each Python block is a program of its own; if a `text` block follows it, that must be what it prints. Exit code 1 if anything
fails or differs.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import scratch  # noqa: F401

if len(sys.argv) != 3:
    sys.exit(__doc__)
program, page = map(pathlib.Path, sys.argv[1:])
blocks = re.findall(r"^```(\S+)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
home = pathlib.Path(tempfile.mkdtemp())
environment = {**os.environ, "HOME": str(home), "PATH": f"{program.resolve().parent}:{os.environ['PATH']}"}
num_run = num_failed = 0


def run(words, shown=None):
    global num_run, num_failed
    ran = subprocess.run(words, cwd=home, env=environment, capture_output=True, text=True)
    num_run += 1
    is_right = ran.returncode == 0 and (shown is None or ran.stdout == shown)
    num_failed += not is_right
    print("ok    " if is_right else "FAILED", words[-1].strip().splitlines()[-1])
    if not is_right:
        print(ran.stdout, ran.stderr, sep="\n")


for index, (kind, text) in enumerate(blocks):
    following = blocks[index + 1] if index + 1 < len(blocks) else ("", "")
    if kind.startswith("console"):
        for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
            run(["sh", "-c", command])
    elif kind == "python":
        run([sys.executable, "-c", text], following[1] if following[0] == "text" else None)
print(f"{num_run} run, {num_failed} failed")
sys.exit(num_failed > 0 or num_run == 0)
