"""Target pixel files out of the cubes in the bucket, of one star and of a hundred of one CCD, against astrocut, tesscube and a plain client."""

import json
import shutil

from common import HERE, Tool, run as start

SIZE = 15
# pi Mensae on a CCD of 1,282 frames; the lower left pixel is that of its cutout.
STAR = {"sector": 1, "camera": 4, "ccd": 2, "ra": 84.2912, "dec": -80.4691}
CORNER = {"row": 251, "column": 1623}
# A star beside it on the same CCD, and one on another CCD.
BESIDE, ELSEWHERE = "84.5 -80.3", "311.2897 -31.3409"
# The middle of a CCD of sector 1 of which all pixels are known, and the degrees around it in which the hundred stars lie.
MIDDLE, SPREAD, NUM_STARS = (333.15, -63.67), 3.0, 100


class Cutouts:
    """Folders in which what earlier cutouts left is there again before each run."""

    def __init__(self, bench):
        self.bench = bench
        self.cache = bench.scratch / "cutouts"

    def ours(self, *words):
        """With the request by which the file gets to know its star."""
        catalogue = f"--set=endpoints.tap={self.bench.archive}/TAPVizieR/tap"
        words = ["cutout", *words, "--sector", STAR["sector"], "--size", SIZE, "--source", "cubes", catalogue]
        return self.bench.ours([str(word) for word in words], self.cache)

    def empty(self):
        shutil.rmtree(self.cache, ignore_errors=True)

    def after(self, star):
        """What is kept when a cutout of this star was made: the footprints, and the frames of its CCD."""
        self.empty()
        self.ours(star)
        kept = self.bench.scratch / f"cutouts-{star.replace(' ', '_')}"
        shutil.rmtree(kept, ignore_errors=True)
        self.cache.rename(kept)

        def again():
            self.empty()
            shutil.copytree(kept, self.cache)

        return again

    def peer(self, what, **words):
        command = [self.bench.cutout_python, HERE / "cutout_peers.py", self.bench.archive, what, json.dumps({**words, "size": SIZE})]
        return start(command, self.bench.scratch, self.bench.environment())


def run(bench):
    one(bench)
    hundred(bench)
    bench.latency(0)


def one(bench):
    bench.latency(0)
    cutouts = Cutouts(bench)
    star = f"{STAR['ra']} {STAR['dec']}"
    footprints, frames = cutouts.after(ELSEWHERE), cutouts.after(BESIDE)
    ours = lambda: cutouts.ours(star)
    detector = {name: STAR[name] for name in ["sector", "camera", "ccd"]}
    folder = str(bench.folder("astrocut"))
    plain = lambda with_table: lambda: cutouts.peer("plain", **detector, **CORNER, with_table=with_table)
    known = [Tool("ours, frames kept", ours, frames), Tool("plain client, 16 at once, frames known", plain(False))]
    new = [
        Tool("ours", ours, footprints),
        Tool("ours, nothing kept", ours, cutouts.empty),
        Tool("astrocut 1.4.0, threads=8", lambda: cutouts.peer("astrocut", **STAR, folder=folder, threads=8)),
        Tool("tesscube 1.2.1", lambda: cutouts.peer("tesscube", **STAR, folder=folder)),
        Tool("plain client, 16 at once", plain(True)),
    ]
    # The first run of each fills the archive's memory.
    for tool in [*new, *known]:
        if tool.prepare:
            tool.prepare()
        try:
            tool.act()
        except RuntimeError as error:
            print(f"{tool.name}: {error}", flush=True)
    bench.latency(50)
    title = f"a cutout of {SIZE} × {SIZE}, 1,282 frames, 50 ms"
    bench.compare(title, new)
    bench.compare(f"{title}, frames kept", known)
    rows = {row["tool"]: row for row in bench.rows if row["title"].startswith(title) and "seconds" in row}
    ratio = lambda theirs, mine: f"{rows[theirs]['seconds'] / rows[mine]['seconds']:.2f}"
    for mine in ["ours", "ours, frames kept"]:
        if mine in rows and "astrocut 1.4.0, threads=8" in rows:
            bench.figure(f"astrocut against {mine}", f"{ratio('astrocut 1.4.0, threads=8', mine)} times as long")
    for mine, theirs in [("ours", "plain client, 16 at once"), ("ours, frames kept", "plain client, 16 at once, frames known")]:
        if mine in rows and theirs in rows:
            more = rows[mine]["megabytes"] - rows[theirs]["megabytes"]
            bench.figure(f"{mine} against the plain client", f"{1 / float(ratio(theirs, mine)):.2f} times as long, {more * 1e3:.0f} kB more")


def hundred(bench):
    cutouts = Cutouts(bench)
    number = 5 if bench.quick else NUM_STARS
    places = [(MIDDLE[0] + SPREAD * (n % 10 - 4.5) / 4.5, MIDDLE[1] + SPREAD * (n // 10 - 4.5) / 10) for n in range(NUM_STARS)]
    stars = [f"{ra:.5f} {dec:.5f}" for ra, dec in places][:number]
    listed = bench.scratch / "hundred.txt"
    listed.write_text("".join(f"{star}\n" for star in stars))
    bench.latency(0)
    footprints = cutouts.after(ELSEWHERE)

    def single():
        """A run for each star, in one cache, as a loop of a shell makes them."""
        runs = [cutouts.ours(star) for star in stars]
        whole = runs[0]
        whole.seconds, whole.cpu, whole.peak = sum(run.seconds for run in runs), sum(run.cpu for run in runs), max(run.peak for run in runs)
        return whole

    together = Tool("ours", lambda: cutouts.ours("--targets", listed), footprints)
    apart = Tool(f"ours, {number} runs", single, footprints, 1)
    for tool in [together, apart]:
        tool.prepare()
        tool.act()
    bench.latency(50)
    title = f"{number} cutouts of one CCD, 50 ms"
    bench.compare(title, [together, apart], 1 if bench.quick else 3)
    rows = {row["tool"]: row for row in bench.rows if row["title"] == title and "seconds" in row}
    if len(rows) == 2:
        mine, theirs = rows.values()
        bench.figure(f"requests per star, {title}", f"{mine['requests'] / number:.2f}")
        bench.figure(f"{number} runs against one", f"{theirs['seconds'] / mine['seconds']:.1f} times as long")
        bench.figure(f"peak memory, {title}", f"{mine['peak']:.0f} MB")
