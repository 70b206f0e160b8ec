"""Bringing files: 40 light curves cold and warm, one large file, many small ones."""

import json
import pathlib
import shutil

from common import Tool, installed, run as start

# As many at once for every tool as ours takes by default.
JOBS = 8

# What does as much as ours with other programs.
PROVED = "curl --parallel, then sha256sum and sync"
# What finds the addresses as ours does.
FOUND = "path look-up, then obstore"
# The limits themselves, by a program that does nothing else (lks-cache, examples/bare.rs).
BARE = {"copy": "limit: the bytes read, nothing else", "files": "limit: made, written, synced, renamed", "both": "limit: the bytes read, and such files"}
# A file system in memory, where there is one.
MEMORY = pathlib.Path("/dev/shm")
# Sets of so many files are put aside and not deleted.
MANY = 1000


def light_curves(n):
    """Of the sandbox's synthetic targets, which are in the bucket and at MAST: (key in the bucket, row of a table)."""
    for number in range(n):
        digits = f"{9_000_000_000 + number:016}"
        obs_id = f"tess2018206045859-s0001-{digits}-0120-s"
        yield f"tess/public/tid/s0001/{digits[:4]}/{digits[4:8]}/{digits[8:12]}/{digits[12:]}/{obs_id}_lc.fits", row(obs_id, f"{obs_id}_lc.fits", 2_039_040)


def made(n, size):
    size = size // 2880 * 2880
    for number in range(n):
        name = f"bench-{size}-{number}"
        yield f"tess/public/bench/{name}.fits", row(name, f"{name}.fits", size)


def row(obs_id, name, size):
    uri = f"mast:TESS/product/{name}"
    return {"obs_collection": "TESS", "obs_id": obs_id, "productFilename": name, "dataURI": uri, "size": size}


class Set:
    """Files to fetch, described for every tool."""

    def __init__(self, bench, name, files):
        self.bench, self.name, files = bench, name, list(files)
        self.n, self.size = len(files), sum(row["size"] for _, row in files)
        self.place = bench.folder(f"set-{name}")
        self.table = self.place / "table.json"
        self.table.write_text(json.dumps([row for _, row in files]))
        self.keys = self.place / "keys"
        self.keys.write_text("\n".join(key for key, _ in files))
        objects = [f"{bench.archive}/stpubdata/{key}" for key, _ in files]
        downloads = [f"{bench.archive}/api/v0.1/Download/file?uri={row['dataURI']}" for _, row in files]
        names = [row["productFilename"] for _, row in files]
        self.addresses = self.place / "addresses"
        self.addresses.write_text("\n".join(objects))
        self.into = self.place / "into"
        for route, urls in [("cloud", objects), ("mast", downloads)]:
            curl = [f'url = "{url}"\noutput = "{self.into / name}"' for url, name in zip(urls, names)]
            (self.place / f"curl-{route}").write_text("\n".join(curl))
            (self.place / f"aria-{route}").write_text("\n".join(f"{url}\n out={name}" for url, name in zip(urls, names)))

    def empty(self):
        if self.n >= MANY:
            self.bench.put_aside(self.into)
        shutil.rmtree(self.into, ignore_errors=True)
        self.into.mkdir()

    def end(self):
        if self.n >= MANY:
            self.bench.put_aside(self.into)
        shutil.rmtree(self.place)

    def ours(self, route, *more):
        where = [] if route == "cloud" else ["--no-cloud"]
        return self.bench.ours(["download", "--from", self.table, *where, *more, "--format", "csv"], self.cache())

    def cache(self):
        """Each build has one of its own, because an earlier one need not read what this one writes."""
        return self.into / "before" if self.bench.programs == self.bench.before else self.into

    def fill(self):
        """What ours and the build before it find here from now on."""
        self.empty()
        self.ours("cloud")
        if self.bench.before:
            self.bench.earlier(lambda: self.ours("cloud"))()

    def lksearch(self, route):
        outcome = self.bench.peer("download", self.table, self.into, route)
        if outcome.answer["complete"] != self.n:
            raise RuntimeError(f"{outcome.answer['complete']} of {self.n} complete")
        return outcome

    def curl(self, route):
        words = ["curl", "-sSfL", "--parallel", "--parallel-max", JOBS, "--config", self.place / f"curl-{route}"]
        return self.checked(start([str(word) for word in words], self.bench.scratch, self.bench.environment()))

    def curl_proved(self, route):
        """As much as ours does: the bytes hashed, and on the disk before the program ends."""
        outcome = self.curl(route)
        paths = [str(path) for path in self.into.iterdir()]
        for words in [["sha256sum", *paths], ["sync", *paths, str(self.into)]]:
            more = start(words, self.bench.scratch)
            outcome.seconds, outcome.cpu = outcome.seconds + more.seconds, outcome.cpu + more.cpu
        return outcome

    def aria(self, route, *more):
        words = ["aria2c", "-q", "-j", JOBS, "-d", self.into, "-i", self.place / f"aria-{route}", "--file-allocation=none", *more]
        return self.checked(start([str(word) for word in words], self.bench.scratch, self.bench.environment()))

    def obstore(self):
        return self.checked(self.bench.peer("obstore", self.keys, self.into, JOBS))

    def found(self, jobs=JOBS):
        return self.checked(self.bench.peer("found", self.table, self.into, jobs))

    def bare(self, how):
        return self.bench.example("bare", how, self.addresses, self.into, JOBS, *([self.size // self.n] if how == "files" else []))

    def checked(self, outcome):
        got = sum(path.stat().st_size for path in self.into.iterdir())
        if got != self.size:
            raise RuntimeError(f"{got} bytes came of {self.size}")
        return outcome

    def tools(self, route, num_lksearch, aria=()):
        tools = [Tool("ours", lambda: self.ours(route), self.empty)]
        if num_lksearch:
            tools.append(Tool("lksearch 1.2.1", lambda: self.lksearch(route), self.empty, num_lksearch))
        if shutil.which("curl"):
            tools.append(Tool(PROVED, lambda: self.curl_proved(route), self.empty))
            tools.append(Tool("curl --parallel", lambda: self.curl(route), self.empty))
        if shutil.which("aria2c"):
            tools.append(Tool("aria2c", lambda: self.aria(route, *aria), self.empty))
        if route == "cloud" and installed("obstore"):
            tools.append(Tool("obstore", self.obstore, self.empty))
            tools.append(Tool(FOUND, self.found, self.empty))
        if route == "cloud":
            tools.extend(Tool(name, lambda how=how: self.bare(how), self.empty) for how, name in BARE.items())
        return tools


def run(bench):
    for name in ["curl", "aria2c"]:
        if not shutil.which(name):
            bench.skip("download", name, "not installed")
    if not installed("obstore"):
        bench.skip("download", "obstore", "not installed")
    files = Set(bench, "curves", light_curves(40))
    # The first run of each route fills the archive's memory.
    for route in ["cloud", "mast"]:
        files.empty()
        files.ours(route)
        if shutil.which("curl"):
            files.empty()
            files.curl(route)
    for latency in [0, 50]:
        bench.latency(latency)
        for route, name in [("cloud", "S3"), ("mast", "MAST")]:
            num_lksearch = 1 if bench.quick else 3 if latency else 5
            bench.compare(f"cold, 40 light curves, {name}, {latency} ms", files.tools(route, num_lksearch))
        warm(bench, files, latency)
    bench.latency(200)
    bench.compare("cold, 40 light curves, S3, 200 ms", files.tools("cloud", 0))
    many_at_once(bench)
    bench.latency(0)
    large(bench)
    small(bench)


def many_at_once(bench):
    """As many at once as a user may ask for, on disk and in memory."""
    bench.latency(50)
    folder, jobs = bench.scratch, 16
    for place, name in [(folder, "disk"), (MEMORY, "memory")]:
        if not place.is_dir():
            bench.skip("cold, 29 light curves", "ours", f"{place} is not there")
            continue
        bench.scratch = place / "lksearch-bench" if place is MEMORY else folder
        files = Set(bench, "sixteen", light_curves(29))
        tools = [Tool("ours", lambda: files.ours("cloud", f"--set=fetch.jobs={jobs}"), files.empty)]
        if installed("obstore"):
            tools.append(Tool(FOUND, lambda: files.found(jobs), files.empty))
        bench.compare(f"cold, 29 light curves, {jobs} at once, S3, 50 ms, {name}", tools)
        files.end()
    shutil.rmtree(MEMORY / "lksearch-bench", ignore_errors=True)
    bench.scratch = folder


def warm(bench, files, latency):
    """All files are there already, fetched by the tool that is asked again."""
    own, theirs = files.place / "warm-ours", files.place / "warm-lksearch"
    files.into, kept = own, files.into
    files.fill()
    files.into = theirs
    files.empty()
    bench.latency(0)
    files.lksearch("cloud")
    bench.latency(latency)

    def at(place, act):
        def there():
            files.into = place
            return act("cloud")

        return there

    num_lksearch = 1 if bench.quick else 3
    bench.compare(f"warm, 40 light curves, S3, {latency} ms", [Tool("ours", at(own, files.ours)), Tool("lksearch 1.2.1", at(theirs, files.lksearch), None, num_lksearch)])
    files.into = kept


def large(bench):
    size = 50_000_000 if bench.quick else 1_000_000_000
    files = Set(bench, "large", made(1, size))
    tools = files.tools("cloud", 1 if bench.quick else 3, ["-x", "8", "-s", "8", "-k", "8M"])
    title = f"cold, 1 file of {size / 1e6:.0f} MB, S3, 0 ms"
    bench.compare(title, tools)
    cpu = {row["tool"]: row["cpu"] for row in bench.rows if row.get("title") == title and "cpu" in row}
    if "ours" in cpu and PROVED in cpu:
        ratio = cpu["ours"] / cpu[PROVED]
        per = size / 1e9
        bench.figure("CPU per GB", f"ours {cpu['ours'] / per:.2f} s, curl with sha256sum and sync {cpu[PROVED] / per:.2f} s, ratio {ratio:.2f}")
    files.end()


def small(bench):
    n = 50 if bench.quick else 2000
    files = Set(bench, "small", made(n, 100_000))
    bench.compare(f"cold, {n} files of 100 kB, S3, 0 ms", files.tools("cloud", 1))
    files.fill()
    bench.compare(f"warm, {n} files of 100 kB, 0 ms", [Tool("ours", lambda: files.ours("cloud"))])
    files.end()
