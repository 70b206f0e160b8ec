#!/usr/bin/env python3
"""One cache directory, two programs: the unmodified lksearch 1.2.1 and ours, one after the other, at once, killed, cleared.

    python interop.py SANDBOX PROGRAM [--rounds N]

Both work in one home, so both take their default directory, `~/.lksearch/cache`. What the sandbox sends is the truth: after each
scene every file below `mastDownload` must have those bytes, and no byte that Python wrote may be gone (it is in place or in the
quarantine). Prints one line per scene with its counted checks. Exit code 1 if a check failed, or if one of the alterations made on
purpose at the end was not noticed.
"""

import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import scratch

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("sandbox")
arguments.add_argument("program")
arguments.add_argument("--rounds", type=int, default=5, help="how often what depends on chance is repeated")
arguments.add_argument("--python", metavar="WHAT", help="be the Python side: what to do, as JSON")
ASKED = arguments.parse_args()
SANDBOX = ASKED.sandbox.rstrip("/")
HOUR = 3_600
TARGETS = {"k2": "K2-18", "kepler": "Kepler-137"}
# A TESS light curve of two megabytes, so that there is a middle in which to be killed.
LARGE = "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits"


def python_side(what):
    """Runs in a process of its own, in the home that it was given."""
    from redirected import point_at

    home = os.environ["HOME"]
    shutil.rmtree(point_at(SANDBOX))
    os.environ["HOME"] = home
    import lksearch
    from lksearch import K2Search, KeplerSearch, TESSSearch

    if what["do"] == "clear":
        num_cleared, stop_at = 0, time.monotonic() + what["seconds"]
        print("ready", flush=True)
        while True:
            # Two Pythons meet the same: rmtree fails when a file appears in a directory that it is removing.
            with contextlib.suppress(OSError):
                lksearch.config.clearcache(test=False)
                num_cleared += 1
            if time.monotonic() >= stop_at:
                break
        return {"cleared": num_cleared}
    if what["search"] == "large":
        found = TESSSearch("TOI 1161", sector=14).timeseries.mission_products.filter_table(exptime=120)
    else:
        found = {"k2": K2Search, "kepler": KeplerSearch}[what["search"]](TARGETS[what["search"]]).timeseries
    print("ready", flush=True)
    manifest = found.download(cloud=what.get("cloud", True), cache=what.get("cache", True))
    return {"rows": manifest[["Local Path", "Status"]].to_dict("records")}


if ASKED.python:
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    answer = python_side(json.loads(ASKED.python))
    print(json.dumps(answer), flush=True)
    sys.exit(0)


def sandbox(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(SANDBOX + path, data=data, method=method, headers=headers)) as answer:
        return json.load(answer)


def num_transfers():
    """How often a product's content was asked for since the log was cleared."""
    requests = sandbox("GET", "/_sandbox/log")["requests"]
    places = ("/stpubdata/", "/api/v0.1/Download/file")
    return sum(one["method"] == "GET" and one["path"].startswith(places) and one["status"] in (200, 206) for one in requests)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


class Home:
    """A home folder that both programs take for theirs."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="home-"))
        self.cache = self.folder / ".lksearch" / "cache"
        settings = {f"LKSEARCH_ENDPOINTS__{name}": SANDBOX for name in ["MAST", "RESOLVER", "S3"]}
        self.environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "TMPDIR": scratch.FOLDER, **settings}
        sandbox("DELETE", "/_sandbox/script")
        sandbox("DELETE", "/_sandbox/log")

    def words(self, search):
        return ["tess", "TOI 1161", "--sector", "14", "--mission-products", "--exptime", "120"] if search == "large" else [search, TARGETS[search]]

    def start_ours(self, search, *words):
        command = [ASKED.program, "download", *self.words(search), "--kind", "timeseries", "--format", "json", *words]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ours(self, search, *words):
        return self.rows_of_ours(self.start_ours(search, *words))

    def rows_of_ours(self, process):
        out, err = process.communicate(timeout=300)
        if process.returncode != 0 and not out.strip():
            raise RuntimeError(f"ours ended with {process.returncode}: {err.strip()}")
        return json.loads(out)

    def start_python(self, **what):
        command = [sys.executable, __file__, SANDBOX, ASKED.program, "--python", json.dumps(what)]
        # Whatever both programs may want stays in this home.
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = "started"
        while line and line.strip() != "ready":
            line = process.stdout.readline()
        return process

    def python(self, **what):
        return self.answer_of_python(self.start_python(**what))

    def answer_of_python(self, process):
        out, err = process.communicate(timeout=300)
        if process.returncode != 0:
            raise RuntimeError(f"Python ended with {process.returncode}: {err.strip()[-500:]}")
        return json.loads(out.strip().splitlines()[-1])

    def files(self):
        """Hash, inode and modification time of each product's file, by its path below the cache."""
        tree = self.cache / "mastDownload"
        found = {}
        for path in tree.rglob("*"):
            # Someone may be removing it.
            with contextlib.suppress(FileNotFoundError):
                if path.is_file():
                    stat = path.stat()
                    found[str(path.relative_to(self.cache))] = (sha256(path.read_bytes()), stat.st_ino, stat.st_mtime_ns)
        return found

    def kept(self):
        """All contents in the cache, the quarantine included, by hash."""
        return {sha256(path.read_bytes()) for path in self.cache.rglob("*") if path.is_file()}

    def records(self):
        """The newest line of each product, by the path of its file."""
        lines = (line for path in (self.cache / ".lks/v2/seg").glob("*") for line in path.read_bytes().split(b"\n"))
        objects = [json.loads(line[17:]) for line in lines if re.match(rb"[0-9a-f]{16} {\"at\"", line)]
        newest = {line.get("uri", line.get("removed")): line for line in sorted(objects, key=lambda line: line["at"])}
        return {location["path"]: record for record in newest.values() for location in record.get("locations", [])}

    def age(self):
        """Makes all files an hour older: what is younger than a minute may still be being written and is not taken over."""
        for path in (self.cache / "mastDownload").rglob("*"):
            if path.is_file():
                then = time.time() - HOUR
                os.utime(path, (then, then))

    def verify(self):
        done = subprocess.run([ASKED.program, "cache", "verify", "--level", "sha256"], env=self.environment, capture_output=True, text=True)
        return done.returncode


def truth_of(home, search):
    """The archive's bytes of each product of a search, by path below the cache."""
    command = [ASKED.program, "search", *home.words(search), "--kind", "timeseries", "--format", "json"]
    rows = json.loads(subprocess.run(command, env=home.environment, capture_output=True, text=True, check=True).stdout)
    truth = {}
    for row in rows:
        path = f"mastDownload/{row['obs_collection']}/{row['obs_id']}/{row['productFilename']}"
        uri = urllib.parse.quote(row["dataURI"], safe=":/")
        with urllib.request.urlopen(f"{SANDBOX}/api/v0.1/Download/file?uri={uri}") as answer:
            truth[path] = sha256(answer.read())
    return truth


class Checks:
    """Counts what was compared, and keeps what was wrong."""

    def __init__(self):
        self.num_checks, self.failures = 0, []

    def that(self, is_so, what):
        self.num_checks += 1
        if not is_so:
            self.failures.append(what)

    def equal(self, name, got, expected):
        self.that(got == expected, f"{name}: {got!r}, expected {expected!r}")

    def bytes_are(self, home, truth, *, partial=False):
        """Every file has the archive's bytes, there is no other, and unless `partial` none is missing."""
        found = home.files()
        for path in sorted({*found, *truth}):
            if path in found or not partial:
                self.equal(path, found.get(path, ("missing",))[0], truth.get(path, "no such product"))

    def complete(self, name, rows, num_rows):
        self.equal(f"{name}'s rows", len(rows), num_rows)
        for row in rows:
            self.that(row["Status"] == "COMPLETE", f"{name}: {row}")

    def untouched(self, home, before):
        """Same bytes, same inode, same time."""
        after = home.files()
        for path, file in before.items():
            self.equal(f"{path} untouched", after.get(path), file)


SCENES = []


def scene(function):
    SCENES.append(function)
    return function


@scene
def python_then_ours(checks):
    """What Python fetched is taken over: no transfer, nothing rewritten, recorded as adopted."""
    for search in TARGETS:
        for cloud in [True, False]:
            home = Home()
            truth = truth_of(home, search)
            checks.complete("Python", home.python(do="download", search=search, cloud=cloud)["rows"], len(truth))
            home.age()
            before = home.files()
            sandbox("DELETE", "/_sandbox/log")
            checks.complete("ours", home.ours(search), len(truth))
            checks.equal("transfers", num_transfers(), 0)
            checks.untouched(home, before)
            checks.bytes_are(home, truth)
            records = home.records()
            for path, digest in truth.items():
                record = records.get(path, {})
                checks.equal(f"{path} recorded", (record.get("origin"), record.get("sha256")), ("adopted", digest))
            checks.equal("verify", home.verify(), 0)


@scene
def python_then_ours_at_once(checks):
    """Within the minute in which a file may still be being written, ours fetches, finds the same bytes and leaves Python's file."""
    home = Home()
    truth = truth_of(home, "k2")
    home.python(do="download", search="k2", cloud=False)
    before = home.files()
    checks.complete("ours", home.ours("k2"), len(truth))
    checks.untouched(home, before)
    checks.bytes_are(home, truth)
    checks.equal("verify", home.verify(), 0)


@scene
def ours_then_python(checks):
    """Python finds our files, transfers nothing and rewrites nothing."""
    for search in TARGETS:
        for cloud in [True, False]:
            home = Home()
            truth = truth_of(home, search)
            checks.complete("ours", home.ours(search, *([] if cloud else ["--no-cloud"])), len(truth))
            before = home.files()
            sandbox("DELETE", "/_sandbox/log")
            checks.complete("Python", home.python(do="download", search=search, cloud=cloud)["rows"], len(truth))
            checks.equal("transfers", num_transfers(), 0)
            checks.untouched(home, before)
            checks.bytes_are(home, truth)


@scene
def python_overwrites_ours(checks):
    """`cache=False` makes Python write into our files in place: the same bytes are ours again, by their hash, without a transfer."""
    home = Home()
    truth = truth_of(home, "k2")
    home.ours("k2")
    checks.complete("Python", home.python(do="download", search="k2", cloud=False, cache=False)["rows"], len(truth))
    sandbox("DELETE", "/_sandbox/log")
    checks.complete("ours", home.ours("k2"), len(truth))
    checks.equal("transfers", num_transfers(), 0)
    checks.bytes_are(home, truth)


@scene
def both_at_once(checks):
    for number in range(ASKED.rounds):
        home = Home()
        truth = truth_of(home, "kepler")
        match = {"path": "/stpubdata/"} if number % 2 else {"path": "/api/v0.1/Download/file"}
        sandbox("POST", "/_sandbox/script", {"match": match, "faults": [{"delay_ms": 20 * number, "times": 1000}]})
        python = home.start_python(do="download", search="kepler", cloud=bool(number % 2))
        ours = home.start_ours("kepler", *([] if number % 2 else ["--no-cloud"]))
        checks.complete("ours", home.rows_of_ours(ours), len(truth))
        checks.complete("Python", home.answer_of_python(python)["rows"], len(truth))
        checks.bytes_are(home, truth)
        home.age()
        checks.complete("ours again", home.ours("kepler"), len(truth))
        checks.bytes_are(home, truth)
        checks.equal("verify", home.verify(), 0)


def kill_in_the_middle(start, received, wanted):
    """Starts a download of the large file over a slow line, and kills it when `wanted` bytes are there."""
    sandbox("POST", "/_sandbox/script", {"match": {"method": "GET", "contains": LARGE}, "faults": [{"bytes_per_second": 400_000, "times": 10}]})
    child, limit = start(), time.monotonic() + 60
    while received() < wanted and time.monotonic() < limit and child.poll() is None:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    sandbox("DELETE", "/_sandbox/script")


@scene
def python_is_killed(checks):
    """Python leaves half a file under the product's name. Ours never hands it out, never destroys it, and fetches the whole one."""
    for number in range(ASKED.rounds):
        home = Home()
        truth = truth_of(home, "large")
        path = home.cache / next(iter(truth))
        received = lambda: path.stat().st_size if path.exists() else 0
        kill_in_the_middle(lambda: home.start_python(do="download", search="large", cloud=False), received, 100_000 * (number + 1))
        half = path.read_bytes()
        checks.that(sha256(half) not in truth.values() and len(half) > 0, f"round {number}: there is half a file")
        if number % 2:
            home.age()
        rows = home.ours("large")
        checks.complete("ours", rows, len(truth))
        checks.bytes_are(home, truth)
        checks.that(sha256(half) in home.kept(), "Python's half is in the quarantine")
        before = home.files()
        checks.complete("Python", home.python(do="download", search="large", cloud=False)["rows"], len(truth))
        checks.untouched(home, before)
        checks.equal("verify", home.verify(), 0)


@scene
def ours_is_killed(checks):
    """Ours leaves nothing under the product's name; Python fetches it, ours takes it over, and what ours left can be swept."""
    for number in range(ASKED.rounds):
        home = Home()
        truth = truth_of(home, "large")
        parts = home.cache / ".lks/v1/part"
        received = lambda: sum(part.stat().st_size for part in parts.glob("*.part"))
        kill_in_the_middle(lambda: home.start_ours("large"), received, 100_000 * (number + 1))
        checks.equal("files under a product's name", home.files(), {})
        checks.complete("Python", home.python(do="download", search="large", cloud=bool(number % 2))["rows"], len(truth))
        home.age()
        before = home.files()
        checks.complete("ours", home.ours("large"), len(truth))
        checks.untouched(home, before)
        checks.bytes_are(home, truth)


@scene
def python_clears_while_ours_fetches(checks):
    """Python's `clearcache(test=False)` again and again: ours ends well, what is there is right, and our state is not Python's to clear."""
    home = Home()
    truth = truth_of(home, "kepler")
    python = home.start_python(do="clear", seconds=1.5 * ASKED.rounds)
    num_runs = 0
    while python.poll() is None:
        checks.complete("ours", home.ours("kepler"), len(truth))
        checks.bytes_are(home, truth, partial=True)
        num_runs += 1
    num_cleared = home.answer_of_python(python)["cleared"]
    checks.that(num_cleared > num_runs > 0, f"{num_cleared} times cleared during {num_runs} runs of ours")
    checks.complete("ours", home.ours("kepler"), len(truth))
    checks.bytes_are(home, truth)
    checks.equal("verify", home.verify(), 0)
    home.python(do="clear", seconds=0)
    checks.equal("files after clearing", home.files(), {})
    checks.that(len(home.records()) >= len(truth), "our records stay")
    checks.complete("ours", home.ours("kepler"), len(truth))
    checks.bytes_are(home, truth)


@scene
def an_altered_file_is_noticed(checks):
    """The negative control: a byte, a length, a file too few, a file too many, another inode; each must fail a check."""
    home = Home()
    truth = truth_of(home, "k2")
    home.ours("k2")
    before = home.files()
    path = home.cache / next(iter(truth))

    def flip(path):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    for alter in [
        flip,
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.unlink(),
        lambda path: path.with_name("other.fits").write_bytes(b"x"),
        lambda path: shutil.copy(path, path.with_suffix(".new")) and path.with_suffix(".new").replace(path),
    ]:
        original = path.read_bytes()
        alter(path)
        noticed = Checks()
        noticed.bytes_are(home, truth)
        noticed.untouched(home, before)
        checks.that(noticed.failures, "an alteration went unnoticed")
        path.with_name("other.fits").unlink(missing_ok=True)
        path.write_bytes(original)
    flip(path)
    lost = Checks()
    lost.that(before[next(iter(truth))][0] in home.kept(), "Python's bytes")
    checks.that(lost.failures, "a lost content went unnoticed")
    # Ours repairs it; Python, which compares sizes, would hand it out.
    checks.complete("ours", home.ours("k2"), len(truth))
    checks.bytes_are(home, truth)


def main():
    num_checks = num_failed = 0
    for function in SCENES:
        checks, start = Checks(), time.monotonic()
        try:
            function(checks)
        except Exception as error:
            checks.failures.append(f"{type(error).__name__}: {error}")
        verdict = "FAILED" if checks.failures else "ok"
        name = function.__name__.replace("_", " ")
        print(f"{verdict:<7} {name}: {checks.num_checks} checks in {time.monotonic() - start:.0f} s", flush=True)
        for failure in checks.failures[:10]:
            print(f"        {failure[:600]}", flush=True)
        num_checks += checks.num_checks
        num_failed += len(checks.failures)
    print(f"{len(SCENES)} scenes, {num_checks} checks, {num_failed} failed")
    return 1 if num_failed else 0


if __name__ == "__main__":
    sys.exit(main())
