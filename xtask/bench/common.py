"""Running programs side by side and counting what they cost."""

import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field

HERE = pathlib.Path(__file__).parent

# The name of an earlier build of ours in the tables.
BEFORE = "the build before"


@dataclass
class Run:
    """One run of a program. `seconds` is wall time; `cpu` is user and system time in seconds; `peak` in MB (10^6 bytes)."""

    seconds: float
    cpu: float = None
    peak: float = None
    answer: dict = field(default_factory=dict)


def run(command, folder, environment=None, quiet=False):
    """Runs a program to its end. The line of JSON that a peer prints last becomes the answer, and its `seconds` go before ours:
    the start of Python and its imports are not held against a peer."""
    out = pathlib.Path(folder) / "stdout"
    with open(out, "wb") as stdout, open(pathlib.Path(folder) / "stderr", "wb") as stderr:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        complaint = (pathlib.Path(folder) / "stderr").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(map(str, command[:6]))} … ended with {child.returncode}: {complaint}")
    lines = [] if quiet else out.read_text(errors="replace").splitlines()[-1:]
    answer = json.loads(lines[0]) if lines and lines[0].startswith('{"seconds"') else {}
    return Run(answer.get("seconds", seconds), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, answer)


@dataclass
class Tool:
    """Something to time: `act` makes one run and gives back a Run; `prepare` comes before each and is not timed."""

    name: str
    act: object
    prepare: object = None
    num_runs: int = None


class Bench:
    def __init__(self, archive, programs, scratch, quick, before=None):
        self.archive, self.programs, self.quick = archive, pathlib.Path(programs), quick
        self.before = pathlib.Path(before) if before else None
        self.scratch = pathlib.Path(scratch)
        self.num_runs = 1 if quick else 5
        self.rows = []
        self.home = self.folder("home")

    def folder(self, name):
        """A new, empty folder."""
        path = self.scratch / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def put_aside(self, path):
        """Out of the way, to be deleted when everything is measured: ext4 passes over each inode that was freed in the last minutes, which
        makes whoever creates files next look slow."""
        if path.exists():
            place = self.scratch / "aside"
            place.mkdir(exist_ok=True)
            path.rename(place / str(len(list(place.iterdir()))))

    def order(self, words, method="POST"):
        request = urllib.request.Request(f"{self.archive}/_bench/{words}", method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def latency(self, milliseconds):
        self.order(f"latency/{milliseconds}")

    def environment(self, **more):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LKSEARCH_", "XDG_", "AWS_"))}
        return {**kept, "HOME": str(self.home), "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1", **more}

    def command(self, words, cache=None):
        """Our program with the settings that point at the archive."""
        settings = [f"--set=endpoints.{name}={self.archive}" for name in ["mast", "resolver", "s3"]]
        cache = cache or self.scratch / "no-cache"
        return [self.programs / "lksearch", *words, *settings, "--cache-dir", cache, "--no-progress", "--quiet"]

    def earlier(self, act):
        """The same act by the programs of an earlier build."""

        def run_before():
            self.programs, kept = self.before, self.programs
            try:
                return act()
            finally:
                self.programs = kept

        return run_before

    def with_before(self, tools):
        """After each tool of ours the earlier build of it, if one was given."""
        for tool in tools:
            yield tool
            if self.before and tool.name.startswith("ours"):
                yield Tool(tool.name.replace("ours", BEFORE, 1), self.earlier(tool.act), tool.prepare, tool.num_runs)

    def forget(self):
        """The next search without a cache of its own has to ask the archive."""
        shutil.rmtree(self.scratch / "no-cache", ignore_errors=True)

    def ours(self, words, cache=None, quiet=True):
        """Our program, the whole of it: start, settings, work, end."""
        return run(self.command(words, cache), self.scratch, self.environment(), quiet)

    def example(self, name, *words):
        """An example of ours, which times what it does."""
        return run([self.programs / "examples" / name, *map(str, words)], self.scratch, self.environment())

    def peer(self, *words):
        """A part of peers.py in a Python process of its own, which times what it does."""
        return run([sys.executable, HERE / "peers.py", self.archive, *map(str, words)], self.scratch, self.environment())

    def compare(self, title, tools, num_runs=None, growth=None):
        """Runs the tools in turn, so that all of them feel the same machine; the first one is ours. Keeps and prints the medians.
        `growth` is (line, number of products) of the picture that shows how cost grows."""
        tools = list(self.with_before(tools))
        kept = {tool.name: [] for tool in tools}
        counts = {}
        wanted = num_runs or self.num_runs
        for number in range(wanted):
            for tool in tools:
                if number >= (tool.num_runs or wanted):
                    continue
                if tool.prepare:
                    tool.prepare()
                self.order("clear")
                try:
                    outcome = tool.act()
                except Exception as error:
                    print(f"{title}: {tool.name}: FAILED {error}", flush=True)
                    continue
                counts[tool.name] = self.order("counts", "GET")
                kept[tool.name].append(outcome)
        medians = {name: statistics.median(it.seconds for it in runs) for name, runs in kept.items() if runs}
        for tool in tools:
            runs = kept[tool.name]
            if not runs:
                self.skip(title, tool.name, "it failed")
                continue
            count = counts[tool.name]
            middle = lambda name: statistics.median(getattr(it, name) or 0 for it in runs)
            self.rows.append(
                {
                    "title": title,
                    "tool": tool.name,
                    "runs": len(runs),
                    "seconds": medians[tool.name],
                    "least": min(it.seconds for it in runs),
                    "most": max(it.seconds for it in runs),
                    "ratio": medians[tool.name] / medians[tools[0].name] if tools[0].name in medians else None,
                    "requests": count["requests"],
                    "megabytes": count["bytes"] / 1e6,
                    "connections": count["peak"],
                    "kinds": count["kinds"],
                    "cpu": middle("cpu"),
                    "peak": middle("peak"),
                    "floor": floor(),
                    "growth": growth,
                }
            )
            print(line(self.rows[-1]), flush=True)
        return {name: runs for name, runs in kept.items() if runs}

    def figure(self, title, text, **more):
        """A figure of another kind than the time of a program."""
        self.rows.append({"title": title, "text": text, **more})
        print(f"| {title} | {text} |", flush=True)

    def skip(self, title, tool, reason):
        self.rows.append({"title": title, "tool": tool, "skipped": reason})
        print(f"| {title} | {tool} | SKIPPED: {reason} |", flush=True)



def floor():
    """Linux lets a program begin with the peak of the process that starts it: ours, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


HEAD = "| what | by | runs | median | least … most | times ours | requests | MB | CPU s | peak MB |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"


def line(row):
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}" if row["ratio"] < 10 else f"{row['ratio']:.0f}"
    cpu = f"{row['cpu']:.2f}" if row["cpu"] else ""
    known = row["peak"] and row["peak"] > 1.02 * row["floor"]
    peak = f"{row['peak']:.0f}" if known else f"≤ {row['floor']:.0f}" if row["peak"] else ""
    return (
        f"| {row['title']} | {row['tool']} | {row['runs']} | {duration(row['seconds'])} | {duration(row['least'])} … {duration(row['most'])} "
        f"| {ratio} | {row['requests']} | {row['megabytes']:.1f} | {cpu} | {peak} |"
    )


def duration(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e3:.3f} ms"


def installed(module):
    import importlib.util

    return importlib.util.find_spec(module) is not None
