"""Searches, from the command to the written table."""

from common import Tool

# Middle of the field of the sandbox's synthetic targets, degrees.
FIELD = "81.0 -71.5"


def run(bench):
    out = bench.scratch / "found.parquet"
    ours = lambda *words: bench.ours(["search", "tess", *words, "--format", "parquet", "-o", out])
    toi = lambda: ours("TOI 1161")
    theirs = lambda: bench.peer("search", "TOI 1161")
    for once in [toi, theirs]:
        once()
    for latency in [0, 50]:
        bench.latency(latency)
        bench.compare(f"TOI 1161, all of TESS, {latency} ms", [Tool("ours", toi), Tool("lksearch 1.2.1", theirs)])
    bench.latency(0)
    # Sunflower seeds: the number within a radius grows with its square; all 20,000 targets lie within 5 degrees.
    for n, runs in [(100, 5), (1_000, 5), (10_000, 5), (20_000, 5), (140_000, 3)]:
        radius = 5.01 * (n / 140_000) ** 0.5
        field = lambda: ours(FIELD, "--radius", f"{radius:.4f}deg")
        if bench.quick and n > 20_000:
            continue
        field()
        tools = [Tool("ours", field, None, 1 if bench.quick else runs)]
        if n == 20_000:
            python = lambda: bench.peer("search", FIELD, f"{radius * 3600:.1f}")
            python()
            tools.append(Tool("lksearch 1.2.1", python, None, 1))
        bench.compare(f"field of {n} products, 0 ms", tools, 1 if bench.quick else runs)
    plan = lambda: bench.ours(["download", "--from", out, "--dry-run", "--format", "csv"], bench.folder("plan"))
    bench.compare("plan (--dry-run) of that table", [Tool("ours", plan)], 1 if bench.quick else 3)
