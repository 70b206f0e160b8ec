#!/usr/bin/env python3
"""The settings that both programs have, from every place that sets them: what Python's `lksearch.conf` says and what ours does.

    python settings.py PROGRAM

Each case runs in a home of its own, with the same file, the same environment, and the same values set in code (ours: `--set`).
Compared are the six shared settings and the two directories. A difference must be listed below with the number of the fault of
lksearch 1.2.1 that it comes from (or DESIGN, for what ours has and Python does not), and our value is then held to what it must be.
Exit code 1 if one is not listed, if a listed one never occurred, or if an alteration made on purpose was not noticed.
"""

import importlib
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass, field

import scratch

PROGRAM = sys.argv[1]

# Python's name of each shared setting, ours, and the default.
SWITCHES = {"CLOUD_ONLY": False, "PREFER_CLOUD": True, "DOWNLOAD_CLOUD": True, "CHECK_CACHED_FILE_SIZES": True}
COLUMNS, CACHE = "search_result_display_extra_columns", "cache_dir"
SETTINGS = [*SWITCHES, COLUMNS, CACHE]
DIRECTORIES = ["config directory", "cache directory"]

# A wrong value is known by this error of Python's, which is the same for every setting of the case.
AT_IMPORT = ("B6", "settings are read when the package is imported, so a wrong one makes the import fail")


@dataclass
class Case:
    """One way of setting things. `means` is what the user wants, where Python does something else; `why` is then its number."""

    place: str
    file: str = None
    variables: dict = field(default_factory=dict)
    code: dict = field(default_factory=dict)
    folders: tuple = ()
    means: dict = field(default_factory=dict)
    why: tuple = None

    def __str__(self):
        parts = [f"file {self.file!r}"] * (self.file is not None) + [f"{name}={value}" for name, value in self.variables.items()]
        parts += [f"conf.{name} = {value!r}" for name, value in self.code.items()] + [f"mkdir {name}" for name in self.folders]
        return f"{self.place}: " + ("; ".join(parts) or "nothing set")


VARIABLES = ("DESIGN", "Python reads no variable for a setting; ours does, as the contract says")
TEMPLATE = ("B28", "cache_dir at the top level, where the template writes it, is ignored")
WORDS = ("B28", "what the template writes, without its `#`, is a wrong type or a directory named None")
NESTED = ("B31", "a cache directory whose parent is missing becomes the working directory")
LISTS = ("B28", "a list of one, or as Python writes it, is an error")
TWICE = ("DESIGN", "a setting in small letters is ignored in Python")
UNREADABLE = ("DESIGN", "a wrong value is named and nothing is done; Python fails when that one is read")


def cases():
    """All of them; `HOME` in a text stands for the home of the case."""
    yield Case("default")
    for name, default in SWITCHES.items():
        for value in [True, False]:
            yield Case("file", f"{name} = {value}\n")
            yield Case("code", code={name: value})
            # In code wins over the file.
            yield Case("code over file", f"{name} = {not value}\n", code={name: value})
            yield Case("environment", variables={f"LKSEARCH_{name}": str(value).lower()}, means={name: value}, why=VARIABLES)
            yield Case("environment over file", f"{name} = {not value}\n", {f"LKSEARCH_{name}": str(value).lower()}, means={name: value}, why=VARIABLES)
        for word, value in [("yes", True), ("no", False), ("on", True), ("off", False), ("1", True), ("0", False), ("maybe", None)]:
            yield Case("file", f"{name} = {word}\n")
        yield Case("file", f"{name.lower()} = {not default}\n", means={name: not default}, why=TWICE)
    for text, value in [("a, b", ["a", "b"]), ("sequence_number,", ["sequence_number"]), ("", [])]:
        means = {} if text else {COLUMNS: []}
        yield Case("file", f"{COLUMNS} = {text}\n", means=means, why=None if text else LISTS)
    yield Case("file", f"{COLUMNS} = a\n", means={COLUMNS: ["a"]}, why=LISTS)
    yield Case("file", f"{COLUMNS} = []\n", means={COLUMNS: []}, why=WORDS)
    yield Case("code", code={COLUMNS: ["a", "b"]})
    yield Case("code over file", f"{COLUMNS} = c, d\n", code={COLUMNS: ["a", "b"]})
    yield Case("environment", variables={f"LKSEARCH_{COLUMNS.upper()}": "a,b"}, means={COLUMNS: ["a", "b"]}, why=VARIABLES)
    for folder in ["HOME/kept", "HOME/with space", "HOME/missing/kept"]:
        here = {CACHE: folder, "cache directory": folder}
        nested = {"cache directory": folder} if "missing" in folder else {}
        yield Case("file", f"[config]\ncache_dir = {folder}\n", means=nested, why=NESTED if nested else None)
        yield Case("file", f"cache_dir = {folder}\n", means=here, why=TEMPLATE)
        yield Case("code", code={CACHE: folder}, means=nested, why=NESTED if nested else None)
        yield Case("code over file", f"[config]\ncache_dir = HOME/other\n", code={CACHE: folder}, means=nested, why=NESTED if nested else None)
        yield Case("environment", variables={"LKSEARCH_CACHE_DIR": folder}, means=here, why=VARIABLES)
    yield Case("file", "[config]\ncache_dir = None\n", means={CACHE: None, "cache directory": "HOME/.lksearch/cache"}, why=WORDS)
    # The directories: an XDG one counts only if ours is in it.
    xdg = {"XDG_CONFIG_HOME": "HOME/xc", "XDG_CACHE_HOME": "HOME/xk"}
    yield Case("directories", variables=xdg)
    yield Case("directories", variables=xdg, folders=("xc/lksearch",))
    yield Case("directories", variables=xdg, folders=("xk/lksearch",))
    yield Case("directories", variables=xdg, folders=("xc/lksearch", "xk/lksearch"))
    yield Case("directories", variables={"XDG_CACHE_HOME": "HOME/xk"}, folders=("xk/lksearch", ".lksearch/cache"))
    yield Case("directories", "[config]\ncache_dir = HOME/kept\n", {"XDG_CACHE_HOME": "HOME/xk"}, folders=("xk/lksearch",))


def import_all_but_lksearch():
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="lks-settings-") as home:
        os.environ.update(HOME=home)
        for name in ["pandas", "astropy.units", "astropy.coordinates", "astroquery.mast", "astroquery.simbad", "astroquery.vizier", "boto3"]:
            importlib.import_module(name)


def asked(case, ask):
    with tempfile.TemporaryDirectory(prefix="lks-settings-") as home:
        at_home = lambda value: value.replace("HOME", home) if isinstance(value, str) else value
        for name in case.folders:
            pathlib.Path(home, name).mkdir(parents=True)
        if case.file is not None:
            folder = pathlib.Path(home, ".lksearch/config")
            folder.mkdir(parents=True)
            (folder / "lksearch.cfg").write_text(at_home(case.file))
        kept = {"PATH": os.environ["PATH"], "HOME": home, "PYTHONDONTWRITEBYTECODE": "1"}
        environment = {**kept, **{name: at_home(value) for name, value in case.variables.items()}}
        values = ask({name: at_home(value) for name, value in case.code.items()}, environment, home)
        return {name: value.replace(os.path.realpath(home), "HOME").replace(home, "HOME") if isinstance(value, str) else value for name, value in values.items()}


def python(code, environment, home):
    """In a copy of this process, which has imported everything but lksearch, because that reads its settings when it is imported."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(home)
        os.write(writer, json.dumps(by_import(code)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


def by_import(code):
    try:
        import lksearch
        from lksearch import config
    except Exception as error:
        return {name: {"error": type(error).__name__} for name in [*SETTINGS, *DIRECTORIES]}
    for name, value in code.items():
        setattr(lksearch.conf, name, value)
    ask = {name: lambda name=name: getattr(lksearch.conf, name) for name in SETTINGS}
    ask |= {"config directory": config.get_config_dir, "cache directory": config.get_cache_dir}
    return {name: attempt(function) for name, function in ask.items()}


def attempt(function):
    try:
        return function()
    except Exception as error:
        return {"error": type(error).__name__}


def ours(code, environment, home):
    """Through the program: `config get` for the settings, `config path` and `cache path` for the directories."""
    words = []
    for name, value in code.items():
        text = json.dumps(value) if isinstance(value, (bool, list)) else value
        words += ["--set", f"{name.lower()}={text}"]
    say = lambda *ask: subprocess.run([PROGRAM, *ask, *words], capture_output=True, env=environment, cwd=home, text=True)
    values = {}
    for name in SETTINGS:
        done = say("config", "get", name.lower())
        text = done.stdout.strip()
        if done.returncode:
            values[name] = {"error": done.returncode}
        elif name in SWITCHES:
            values[name] = {"true": True, "false": False}[text]
        elif name == COLUMNS:
            values[name] = json.loads(text) if text.startswith("[") else [one.strip() for one in text.split(",") if one]
        else:
            values[name] = text or None
    done = say("config", "path")
    values["config directory"] = str(pathlib.Path(done.stdout.splitlines()[-1]).parent) if not done.returncode else {"error": done.returncode}
    done = say("cache", "path")
    values["cache directory"] = done.stdout.strip() if not done.returncode else {"error": done.returncode}
    return values


def judged(case, theirs, mine):
    """Every setting of a case with what is to be said of it: equal, a refusal by both, a listed number, or unexplained."""
    for name in [*SETTINGS, *DIRECTORIES]:
        one, other = theirs[name], mine[name]
        failed = [isinstance(value, dict) for value in [one, other]]
        if name in case.means:
            # Python is wrong here, by the number of the case: ours must be what the user means, and Python's not.
            verdict = case.why if other == case.means[name] and one != other else None
            verdict = "equal" if verdict is None and one == other == case.means[name] else verdict
        elif all(failed):
            verdict = "refused by both"
        elif one == other:
            verdict = "equal"
        elif failed[1]:
            verdict = UNREADABLE if any(isinstance(theirs[each], dict) for each in SETTINGS) else None
        elif failed[0] and case.why:
            verdict = case.why
        elif name == "config directory" and all(isinstance(value, dict) for value in theirs.values()) and other == "HOME/.lksearch/config":
            verdict = AT_IMPORT
        else:
            verdict = None
        yield name, one, other, verdict


def main():
    every = list(cases())
    import_all_but_lksearch()
    # Ours beside Python's; only this thread forks.
    with scratch.Pool(1) as pool:
        mine = pool.map(lambda case: asked(case, ours), every)
        theirs = [asked(case, python) for case in every]
        found = list(zip(theirs, mine))
    counted, numbers, unexplained, kept = Counter(), Counter(), [], []
    for case, (theirs, mine) in zip(every, found):
        for name, one, other, verdict in judged(case, theirs, mine):
            if verdict is None:
                unexplained.append(f"{case}: {name}: Python {one!r}, ours {other!r}")
            elif isinstance(verdict, str):
                counted[verdict] += 1
                kept.append((case, theirs, mine, name))
            else:
                numbers[verdict] += 1
                kept.append((case, theirs, mine, name))
    # Negative control: another value of each setting of each case must be noticed.
    unnoticed = []
    for case, theirs, mine, name in kept:
        altered = {**mine, name: "elsewhere" if mine[name] != "elsewhere" else None}
        if next(verdict for each, _, _, verdict in judged(case, theirs, altered) if each == name) is not None:
            unnoticed.append(f"{case}: {name}")
    print(f"settings   {len(every)} cases of {len(SETTINGS)} settings and {len(DIRECTORIES)} directories: {sum(counted.values()) + sum(numbers.values()) + len(unexplained)} values compared")
    print(f"  equal {counted['equal']}, refused by both {counted['refused by both']}")
    for (number, why), count in sorted(numbers.items()):
        print(f"  {number:6} {count:4} differences  {why}")
    for line in unexplained:
        print(f"UNEXPLAINED {line}"[:400])
    for line in unnoticed[:20]:
        print(f"UNNOTICED alteration of {line}")
    listed = [VARIABLES, TEMPLATE, WORDS, NESTED, LISTS, TWICE, AT_IMPORT, UNREADABLE]
    never = [why for why in listed if why not in numbers]
    for number, why in never:
        print(f"NEVER SEEN {number} {why}: take it from the list, or ask for it")
    print(f"control    {len(kept) - len(unnoticed)} of {len(kept)} alterations made on purpose were noticed")
    print(f"unexplained = {len(unexplained)}")
    return 1 if unexplained or unnoticed or never else 0


if __name__ == "__main__":
    sys.exit(main())
