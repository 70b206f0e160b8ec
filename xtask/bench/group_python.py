"""Our Python package: beside lksearch, and beside what it is made of."""

import json
import statistics

from common import HERE, Tool, run as start
from group_download import Set, light_curves

PYTHON = "lksearch 1.2.1"
# What is allowed to come on top of the memory after the first rounds, in MB: more than the arenas that malloc gives to threads when they first need one.
GROWTH = 8


def run(bench):
    if not bench.package:
        return bench.skip("the Python package", "ours", "it was not built")
    bench.latency(50)
    imports(bench)
    searches(bench)
    for n in [24, 40]:
        downloads(bench, n)
    bench.latency(0)
    tables(bench)
    columns(bench)
    steady(bench)


def package(bench, *words, folder=None, **environment):
    """A part of package.py in a Python process of its own, which times what it does."""
    command = [bench.package, HERE / "package.py", bench.archive, folder or bench.folder("package"), *map(str, words)]
    return start(command, bench.scratch, bench.environment(**environment))


def imports(bench):
    mine = [Tool(f"ours, import {module}", lambda module=module: package(bench, "imported", module)) for module in ["lksearch_rs", "lksearch_rs.compat"]]
    bench.compare("import", [*mine, Tool(PYTHON, lambda: bench.peer("imported"))])


def searches(bench):
    """The first search of a process, cold and with the answers of an earlier process; then a row of it."""
    warm = bench.folder("package-warm")
    package(bench, "search", "TOI 1161", folder=warm)
    theirs = Tool(PYTHON, lambda: bench.peer("search", "TOI 1161"))
    cold = bench.compare('TESSSearch("TOI 1161"), 50 ms', [Tool("ours, compat", lambda: package(bench, "search", "TOI 1161")), theirs])
    bench.compare("… with kept answers, 50 ms", [Tool("ours, compat", lambda: package(bench, "search", "TOI 1161", folder=warm)), theirs], 1)
    if len(cold) == 2:
        mine, other = (statistics.median(it.answer["row"] for it in runs) for runs in cold.values())
        bench.figure("result[0]", f"ours {mine:.3f} ms, {PYTHON} {other:.3f} ms; {other / mine:.1f} times")


def downloads(bench, n):
    files = Set(bench, f"python-{n}", light_curves(n))
    # A third client makes the archive remember the files, whoever is first.
    files.empty()
    files.ours("cloud")
    mine = lambda what: lambda: checked(files, package(bench, what, files.table, files.into, "cloud"))
    tools = [Tool("ours, compat", mine("download"), files.empty), Tool("ours, Client", mine("native"), files.empty)]
    tools += [Tool("ours, the program", lambda: files.ours("cloud"), files.empty), Tool(PYTHON, lambda: files.lksearch("cloud"), files.empty)]
    bench.compare(f"{n} light curves cold, S3, 50 ms", tools)
    files.empty()
    package(bench, "download", files.table, files.into, "cloud")
    again = [Tool("ours, compat", mine("download")), Tool("ours, Client", mine("native"))]
    own, theirs = files.into, files.place / "theirs"

    def at_theirs():
        files.into = theirs
        try:
            return files.lksearch("cloud")
        finally:
            files.into = own

    theirs.mkdir()
    at_theirs()
    bench.compare(f"{n} light curves warm, S3, 50 ms", [*again, Tool(PYTHON, at_theirs)], 3)
    files.end()


def checked(files, outcome):
    if outcome.answer["complete"] != files.n:
        raise RuntimeError(f"{outcome.answer['complete']} of {files.n} complete")
    return outcome


def tables(bench):
    answer = package(bench, "tables", 5_000 if bench.quick else 100_000).answer
    rows, width = answer["shape"]
    for name, milliseconds in answer["milliseconds"].items():
        bench.figure(f"{rows:,} rows of {width} columns, {name}", f"{milliseconds:.1f} ms")
    bench.figure("columns of numbers without gaps that polars and pyarrow have where the table has them", f"{answer['in_place']} of {answer['columns']}")


def columns(bench):
    """By the same reader in Rust and through Python, in turn."""
    large = bench.scratch / "large.fits"
    if not large.exists():
        bench.peer("made", large, 20_000 if bench.quick else 1_500_000)
    rust, mine = [], []
    for _ in range(bench.num_runs):
        start([bench.programs / "examples/measure", large], bench.scratch, quiet=True)
        rust.append(json.loads((bench.scratch / "stdout").read_text()))
        mine.append(package(bench, "columns", large).answer)
    for what, name in {"columns": "three columns", "table": "all columns"}.items():
        one, other = (statistics.median(it[what] for it in runs) for runs in (rust, mine))
        bench.figure(f"{name} of {large.stat().st_size / 1e6:.0f} MB as arrays of numpy", f"{other:.1f} ms, in Rust {one:.1f} ms: {other / one:.2f} times")


def steady(bench):
    num_rounds = 3 if bench.quick else 11
    for num_threads, num_times, environment in [(1, 100, {}), (8, 50, {}), (8, 50, {"MALLOC_ARENA_MAX": "1"})]:
        memory = package(bench, "steady", num_threads, num_rounds, num_times, **environment).answer["memory"]
        # Medians of the first and last rounds, because each is taken between two allocations.
        growth = statistics.median(memory[-5:]) - statistics.median(memory[1:6])
        who = f"{num_threads} threads" if num_threads > 1 else "one thread"
        what = f"memory of {num_threads * num_times * num_rounds:,} searches and opens, {who}{', one arena of malloc' if environment else ''}"
        bench.figure(what, f"{memory[0]:.0f} MB after the first round, {max(memory[1:]):.0f} MB at most, {growth:+.1f} MB from the first to the last five")
        if growth > GROWTH:
            raise RuntimeError(f"{what}: it grows: {', '.join(f'{it:.0f}' for it in memory)} MB")
