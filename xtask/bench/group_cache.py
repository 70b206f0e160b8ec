"""The store: looking up at `stat`, and verifying."""

import shutil

from common import Tool, run as start
from group_download import Set, made


def run(bench):
    for n, is_compared in [(50 if bench.quick else 200, True), (50 if bench.quick else 1000, False)]:
        files = Set(bench, "kept", made(n, 100_000))
        files.fill()
        tools = [Tool("ours", lambda: files.ours("cloud"))]
        if is_compared:
            theirs = Set(bench, "kept-lksearch", made(n, 100_000))
            theirs.empty()
            theirs.lksearch("cloud")
            tools.append(Tool("lksearch 1.2.1", lambda: theirs.lksearch("cloud"), None, 1 if bench.quick else 3))
        bench.compare(f"{n} products looked up at stat, whole program", tools)
        shutil.rmtree(files.place)
    shutil.rmtree(theirs.place)
    large = Set(bench, "kept-large", made(1 if bench.quick else 4, 50_000_000 if bench.quick else 250_000_000))
    large.fill()
    paths = [str(path) for path in large.into.rglob("*.fits")]
    alone = lambda *words: start([*map(str, words)], bench.scratch, bench.environment())
    verify = lambda: [bench.programs / "lksearch", "cache", "verify", "--level", "sha256", "--cache-dir", large.cache(), "--no-progress", "--quiet"]
    size = large.size / 1e6
    bench.compare(
        f"verify {size:.0f} MB",
        [
            Tool("ours, one core", lambda: alone("taskset", "-c", "1", *verify())),
            Tool("sha256sum, one core", lambda: alone("taskset", "-c", "1", "sha256sum", *paths)),
            Tool("ours, all cores", lambda: alone(*verify())),
        ],
    )
    shutil.rmtree(large.place)
    alone(bench.programs / "examples/speed", bench.scratch)
    for text in (bench.scratch / "stdout").read_text().splitlines():
        name, _, value = text.partition(": ")
        bench.figure(f"library: {name}", value)
