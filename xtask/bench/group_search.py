"""Searches, from the command to the written table."""

from common import Tool

# Middle of the field of the sandbox's synthetic targets, degrees.
FIELD = "81.0 -71.5"


def radius(wanted):
    """Degrees that hold about so many rows: the number within a radius grows with its square, and all 100,000 lie within 5 degrees."""
    return 5.01 * (wanted / 100_000) ** 0.5


def run(bench):
    out = bench.scratch / "found.parquet"
    ours = lambda *words: bench.ours(["search", "tess", *words, "--format", "parquet", "-o", out])

    def num_rows(*words):
        text = bench.scratch / "found.csv"
        bench.ours(["search", "tess", *words, "--columns", "obs_id", "--format", "csv", "-o", text])
        return len(text.read_text().splitlines()) - 1

    toi = lambda: ours("TOI 1161")
    theirs = lambda: bench.peer("search", "TOI 1161")
    rows = {"ours": num_rows("TOI 1161"), "lksearch 1.2.1": theirs().answer["rows"]}
    bench.figure("rows for TOI 1161", ", ".join(f"{tool} {n}" for tool, n in rows.items()))
    for latency in [0, 50]:
        bench.latency(latency)
        bench.compare(f"TOI 1161, all of TESS, {latency} ms", [Tool("ours", toi, bench.forget), Tool("lksearch 1.2.1", theirs)])
        bench.compare(f"the same again, {latency} ms", [Tool("ours", toi)])
    bench.latency(0)
    for wanted in [100, 1_000, 10_000, 20_000, 100_000]:
        if bench.quick and wanted > 20_000:
            continue
        words = [FIELD, "--radius", f"{radius(wanted):.4f}deg"]
        found = num_rows(*words)
        tools = [Tool("ours", lambda: ours(*words), bench.forget)]
        if wanted == 20_000:
            python = lambda: bench.peer("search", FIELD, f"{radius(wanted) * 3600:.1f}")
            bench.figure("rows for the field", f"ours {found}, lksearch 1.2.1 {python().answer['rows']}")
            tools.append(Tool("lksearch 1.2.1", python, None, 1))
        num_runs = 1 if bench.quick else 3 if wanted > 20_000 else 5
        bench.compare(f"field of {found:,} rows, 0 ms", tools, num_runs)
        bench.compare(f"the same {found:,} again", [Tool("ours", lambda: ours(*words))], num_runs)
    plan = lambda: bench.ours(["download", "--from", out, "--dry-run", "--format", "csv"], bench.folder("plan"))
    bench.compare(f"plan (--dry-run) of these {found:,} rows", [Tool("ours", plan)], 1)
