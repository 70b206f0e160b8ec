"""How long the programs take that ask nothing of the network."""

import sys

from common import Tool, run as start


def run(bench):
    program = lambda *words: lambda: start([*words], bench.scratch, bench.environment())
    ours = Tool("lksearch --version", program(bench.programs / "lksearch", "--version"))
    paths = Tool("lksearch config path", program(bench.programs / "lksearch", "config", "path"))
    python = Tool("python -c pass", program(sys.executable, "-c", "pass"))
    package = Tool("python -c 'import lksearch'", program(sys.executable, "-c", "import lksearch"))
    bench.compare("start", [ours, paths, python], 1 if bench.quick else 21)
    bench.compare("start, ready to search", [paths, package])
