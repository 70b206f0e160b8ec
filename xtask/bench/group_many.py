"""A list of 1,000 targets, and a whole sector."""

from common import Tool

# The loop over the list in Python is timed over so many of them, and reckoned for all.
IN_PYTHON = 50
NUM_TARGETS = 1_000
NAMED = ["TOI 1161", "Kepler-10", "TOI 270", "pi Men", "AU Mic", "V1357 Cyg", "Kepler-16", "HD 39091", "KOI-72"]


def run(bench):
    targets = (NAMED + [f"TIC {9_000_000_000 + number}" for number in range(NUM_TARGETS)])[:NUM_TARGETS]
    names = {"all": targets, "few": targets[-IN_PYTHON:]}
    files = {name: bench.scratch / f"{name}.txt" for name in names}
    for name, some in names.items():
        files[name].write_text("".join(f"{target}\n" for target in some))
    out = bench.scratch / "many.parquet"
    options = ["--kind", "timeseries", "--format", "parquet", "-o", out]
    many = lambda name: bench.ours(["search", "tess", "--targets", files[name], *options])
    bench.latency(50)
    times = bench.compare(f"{NUM_TARGETS:,} targets of a list, 50 ms", [Tool("ours", lambda: many("all"), bench.forget)], 3)
    bench.compare(f"the same {NUM_TARGETS:,} again", [Tool("ours", lambda: many("all"))], 3)
    title = f"{IN_PYTHON} of these targets, 50 ms"
    python = Tool("lksearch 1.2.1", lambda: bench.peer("searches", files["few"]), None, 1)
    both = bench.compare(title, [Tool("ours", lambda: many("few"), bench.forget), python], 3)
    if "lksearch 1.2.1" in both and "ours" in times:
        theirs = both["lksearch 1.2.1"][0].seconds * NUM_TARGETS / IN_PYTHON
        ours = sorted(run.seconds for run in times["ours"])[len(times["ours"]) // 2]
        bench.figure(f"{NUM_TARGETS:,} targets in a loop of Python, reckoned from {IN_PYTHON}", f"{theirs:.0f} s, {theirs / ours:.0f} times ours")
    bench.latency(0)
    sector = ["search", "tess", "--sector", "1", "--format", "parquet", "-o", out]
    bench.compare("a whole sector, 0 ms", [Tool("ours", lambda: bench.ours(sector), bench.forget)], 1 if bench.quick else 3)
