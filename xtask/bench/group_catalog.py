"""Look-ups in catalogues, from the list to the written table, and the reading of what the services send."""

from common import Tool

NUM_IDS, NUM_ROWS = 10_000, 100_000
# The numbers of the sandbox's TIC that follow each other.
FIRST = 2_000_000_000


def run(bench):
    look_up(bench)
    decode(bench)


def look_up(bench):
    out = bench.scratch / "stars.csv"
    listed = bench.scratch / "ids.txt"
    listed.write_text("".join(f"TIC {FIRST + number}\n" for number in range(NUM_IDS)))
    services = {"tap": "/TAPVizieR/tap", "simbad": "/simbad/sim-tap", "gaia": "/tap-server/tap"}
    endpoints = [f"--set=endpoints.{name}={bench.archive}{path}" for name, path in services.items()]
    # Each time anew: what the services answered is not to come from this machine.
    ours = lambda: bench.ours(["catalog", "id", "--targets", listed, "--format", "csv", "-o", out, "--set=search.max_age=0s", *endpoints])
    peer = lambda what: lambda: bench.peer(what, FIRST, NUM_IDS)
    tools = [
        Tool("ours", ours, bench.forget),
        Tool("lksearch.query_id", peer("query_id")),
        Tool("astroquery TapPlus, one job", peer("tap_plus")),
        Tool("pyvo, 500 at a time", peer("pyvo_sync")),
    ]
    for latency in [0, 50]:
        bench.latency(latency)
        found = bench.compare(f"{NUM_IDS:,} TIC ids, {latency} ms", tools)
        rows = {tool: runs[0].answer.get("rows") for tool, runs in found.items()}
        rows["ours"] = len(out.read_text().splitlines()) - 1
        bench.figure(f"rows for {NUM_IDS:,} TIC ids, {latency} ms", ", ".join(f"{tool} {n:,}" for tool, n in rows.items()))
    bench.latency(0)


def decode(bench):
    num_rows = NUM_ROWS // 20 if bench.quick else NUM_ROWS
    for form in ["binary2", "tabledata"]:
        path = bench.scratch / f"stars-{form}.vot"
        made = bench.peer("made_votable", path, num_rows, form).answer
        title = f"{form.upper()} of {num_rows:,} rows, {made['bytes'] / 1e6:.0f} MB"
        ours = lambda: measured(bench.example("votable", path))
        astropy = lambda: measured(bench.peer("votable", path))
        found = bench.compare(title, [Tool("ours", ours), Tool("astropy", astropy)])
        if len(found) < 2:
            continue
        mine, theirs = (runs[0].answer for runs in found.values())
        for what in ["rows", "columns", "nulls"]:
            if mine[what] != theirs[what]:
                raise RuntimeError(f"{title}: ours has {mine[what]} {what}, astropy {theirs[what]}")
        ratio = theirs["peak"] / mine["peak"]
        bench.figure(f"peak memory, {title}", f"ours {mine['peak']:.0f} MB, astropy {theirs['peak']:.0f} MB, {ratio:.1f} ×, with {mine['nulls']:,} nulls in both")


def measured(run):
    """With the peak that the process itself tells: that of its parent does not count."""
    run.peak = run.answer["peak"] or run.peak
    return run
