"""How cost grows: with the number of products, and with latency; and whether memory stays where it is."""

from common import Tool
from group_download import Set, made
from group_search import FIELD, radius

SIZE = 28_800


def run(bench):
    downloads(bench)
    searches(bench)
    bench.latency(0)


def downloads(bench):
    counts = [10, 100] if bench.quick else [10, 100, 1_000, 5_000, 10_000]
    for latency in [0, 1, 50, 200]:
        bench.latency(latency)
        for n in counts:
            # As many as end within a minute.
            if latency * n > 50_000:
                continue
            files = Set(bench, "scale", made(n, SIZE))
            num_runs = 1 if bench.quick or n >= 5_000 else 3
            line = f"download, {latency} ms"
            bench.compare(f"{n:,} files of 29 kB, S3, {latency} ms", [Tool("ours", lambda: files.ours("cloud"), files.empty)], num_runs, (line, n))
            if latency == 0:
                bench.compare(f"the same {n:,}, which are here", [Tool("ours", lambda: files.ours("cloud"))], num_runs, ("all in the cache", n))
            files.end()
    peaks = {row["growth"][1]: row["peak"] for row in bench.rows if row.get("growth") and row["growth"][0] == "download, 0 ms"}
    few, many = (100, max(peaks)) if bench.quick else (1_000, 5_000)
    bench.figure(f"peak memory of a download of {many:,} files", f"{peaks[many]:.1f} MB, of {few:,} files {peaks[few]:.1f} MB")


def searches(bench):
    out = bench.scratch / "found.parquet"
    for latency in [0, 1, 50, 200]:
        bench.latency(latency)
        for wanted in [10, 100] if bench.quick else [10, 100, 1_000, 10_000]:
            words = ["search", "tess", FIELD, "--radius", f"{radius(wanted):.4f}deg", "--format", "parquet", "-o", out]
            bench.compare(f"search of about {wanted:,} products, {latency} ms", [Tool("ours", lambda: bench.ours(words), bench.forget)], 1 if bench.quick else 3, (f"search, {latency} ms", wanted))
