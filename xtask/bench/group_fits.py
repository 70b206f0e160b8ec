"""Reading FITS files: the same bytes by astropy, here and through 50 ms."""

import json
import statistics
import urllib.request

from common import BEFORE, Tool, installed, run as start
from group_download import light_curves

READS = {"headers": "header listing", "columns": "three columns", "table": "full table", "sums": "checksums"}


def run(bench):
    (key, _), = light_curves(1)
    curve = bench.scratch / "curve.fits"
    pixels = bench.scratch / "pixels.fits"
    for path, name in [(curve, key), (pixels, key.replace("_lc.fits", "_tp.fits"))]:
        with urllib.request.urlopen(f"{bench.archive}/stpubdata/{name}") as answer:
            path.write_bytes(answer.read())
    large = bench.scratch / "large.fits"
    bench.peer("made", large, 20_000 if bench.quick else 1_500_000)
    for path, what in [(curve, "light curve"), (pixels, "target pixels"), (large, "large light curve")]:
        here(bench, path, what)
    remote(bench, key)


def here(bench, path, what):
    """In the process, without its start: each figure is the best of several, and the table has the median of such figures."""
    size = path.stat().st_size / 1e6
    many = 15 if size < 10 else 3
    ours, before, theirs = [], [], []

    def measure():
        start([bench.programs / "examples/measure", path], bench.scratch, quiet=True)
        return json.loads((bench.scratch / "stdout").read_text())

    for _ in range(bench.num_runs if size < 10 else min(bench.num_runs, 3)):
        ours.append(measure())
        if bench.before:
            before.append(bench.earlier(measure)())
        theirs.append(bench.peer("local", path, many).answer)
    for read, name in READS.items():
        mine, other = (statistics.median(it[read] for it in runs) for runs in (ours, theirs))
        if before:
            earlier = statistics.median(it[read] for it in before)
            bench.figure(f"{name}, {what}, {BEFORE}", f"{earlier:.3f} ms, {earlier / mine:.2f} times ours")
        speed = f", {size / mine:.2f} GB/s" if read in ["table", "sums"] else ""
        bench.figure(f"{name}, {what} of {size:.1f} MB", f"ours {mine:.3f} ms{speed}; astropy {other:.3f} ms; {other / mine:.1f} times", tool="astropy", ratio=other / mine)


def remote(bench, key):
    if not (installed("fsspec") and installed("aiohttp")):
        return bench.skip("remote FITS", "astropy and fsspec", "not installed")
    names = "TIME,PDCSAP_FLUX,QUALITY"
    for file, cases in [(key, ["headers", names]), (key.replace("_lc.fits", "_tp.fits"), ["headers"])]:
        url, link = f"{bench.archive}/stpubdata/{file}", f"s3://stpubdata/{file}"
        kind = "light curve" if file is key else "target pixels"
        for what in cases:
            info = ["fits", "info", link, "--format", "csv"]
            table = ["fits", "table", link, "--hdu", "1", "--columns", names, "--format", "arrow", "-o", bench.scratch / "columns.arrow"]
            words = info if what == "headers" else table
            tools = [Tool("ours", lambda: bench.ours(words))]
            for block in [65536, 5 << 20]:
                tools.append(Tool(f"astropy, fsspec in blocks of {block >> 10} KiB", lambda block=block: bench.peer("remote", url, what, block)))
            bench.latency(0)
            for tool in tools:
                tool.act()
            bench.latency(50)
            bench.compare(f"remote {'headers' if what == 'headers' else 'three columns'}, {kind}, 50 ms", tools)
    bench.latency(0)
