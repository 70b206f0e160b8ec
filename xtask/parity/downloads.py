"""The same downloads by Python and by our program: manifests row by row, and the bytes that lie on disk afterwards."""

import contextlib
import hashlib
import io
import json
import pathlib
import subprocess
import warnings
from collections import Counter
from dataclasses import dataclass, field

import lksearch
from astroquery.mast import Observations

from comparison import plain
from queries import Query


@dataclass
class Case:
    """A download: of which search, with which options of Python's and of ours, and Python's settings while it runs."""

    query: Query
    options: dict = field(default_factory=dict)
    words: tuple = ()
    settings: dict = field(default_factory=dict)


CASES = [
    Case(Query("k2", "K2-18")),
    Case(Query("k2", "K2-18"), {"cloud": False}, ("--no-cloud",)),
    Case(Query("k2", "K2-18"), {"cloud_only": True}, ("--cloud-only",)),
    Case(Query("tess", "TOI 1161", {"sector": 14}, ("timeseries",))),
    Case(Query("tess", "TOI 1161", {"sector": 14}, ("dvreports",)), {"cloud": False}, ("--no-cloud",)),
    Case(Query("tess", "TOI 1161", {"sector": 14, "pipeline": "SPOC"}, ("timeseries",)), {}, ("--link",), {"DOWNLOAD_CLOUD": False}),
    Case(Query("tess", "TOI 1161", {"sector": 14}, ("timeseries",)), {}, ("--link",), {"DOWNLOAD_CLOUD": False}),
    Case(Query("kepler", "Kepler-137", views=("timeseries",), keep={"quarter": [7, 17]})),
    Case(Query("kepler", "Kepler-137", views=("cubedata",), keep={"quarter": 0})),
    # Python knows TESScut only; what is cut out of the cubes in the cloud is compared by `parity cutout`.
    Case(Query("tess", "TOI 270", {"sector": 3, "hlsp": False}, ("tesscut",)), {"TESScut_size": (3, 5)}, ("--cutout-size", "3x5", "--no-cloud")),
    Case(Query("tess", "AU Mic", {"hlsp": False}, ("tesscut",)), {"TESScut_size": 4}, ("--cutout-size", "4", "--no-cloud")),
]


@dataclass
class Manifests:
    """What was compared and found."""

    num_downloads: int = 0
    num_rows: int = 0
    num_files: int = 0
    num_bytes: int = 0
    num_alterations: int = 0
    numbers: Counter = field(default_factory=Counter)
    unexplained: list = field(default_factory=list)
    unnoticed: list = field(default_factory=list)
    never: list = field(default_factory=list)

    def alter(self, name, case, their_rows, our_rows, trees):
        """The negative control: another status, another path, a byte, a file too few; each must be noticed."""
        rows = {key: dict(row) for key, row in our_rows.items()}
        # What is on one side only cannot be missed once more.
        first, path = next(iter(rows)), next(iter(trees[0].keys() & trees[1].keys()), None)
        altered = [
            ({**rows, first: {**rows[first], "Status": "UNKNOWN"}}, trees[1]),
            ({**rows, first: {**rows[first], "Local Path": "elsewhere"}}, trees[1]),
            ({key: row for key, row in rows.items() if key != first}, trees[1]),
        ]
        if path:
            size, digest = trees[1][path]
            altered.append((rows, {**trees[1], path: (size, digest[::-1])}))
            altered.append((rows, {key: value for key, value in trees[1].items() if key != path}))
        before = compare(their_rows, our_rows, *trees)
        for number, (other_rows, other_files) in enumerate(altered):
            self.num_alterations += 1
            differences = [one for one in compare(their_rows, other_rows, trees[0], other_files) if one not in before]
            if all(explained(case, one) for one in differences):
                self.unnoticed.append(f"{name}: number {number}")


def files(folder):
    """Size and hash of each file below `mastDownload`, by its path from there."""
    tree = folder / "mastDownload"
    return {str(path.relative_to(folder)): (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()) for path in tree.rglob("*") if path.is_file()}


def rows(manifest, folder):
    """Each row by the name of its file, with the path below the folder or the link; Python's rows of cutouts have no message and no URL."""

    def place(text):
        return text[len(str(folder)) + 1 :] if text and text.startswith(f"{folder}/") else text

    result = {}
    for row in manifest:
        row = {"Message": None, "URL": None, **{name: plain(value) for name, value in row.items()}}
        name = pathlib.PurePosixPath(row["Local Path"] or row["dataURI"]).name
        result[name] = {"Local Path": place(row["Local Path"]), **{name: row[name] for name in ["Status", "Message", "URL"]}}
    return result


def by_python(python, case, folder):
    folder.mkdir()
    Observations.disable_cloud_dataset()
    before = {name: getattr(lksearch.conf, name) for name in case.settings}
    for name, value in case.settings.items():
        setattr(lksearch.conf, name, value)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            return python(case.query).download(download_dir=str(folder), **case.options).to_dict("records")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        for name, value in before.items():
            setattr(lksearch.conf, name, value)


def by_us(program, environment, case, folder):
    command = [program, "download", *case.query.arguments()[1:], *case.words, "--dir", str(folder), "--format", "json"]
    done = subprocess.run(command, capture_output=True, env=environment, text=True)
    return json.loads(done.stdout) if done.stdout.strip() else f"exit {done.returncode}: {done.stderr.strip()}"


def compare(their_rows, our_rows, their_files, our_files):
    """What differs between two manifests and two trees, as (what, where, Python's, ours, our row)."""
    differences = []
    for place in sorted({*their_rows, *our_rows}):
        one, other = their_rows.get(place), our_rows.get(place)
        if one is None or other is None:
            differences.append(("row", place, one, other, other))
            continue
        differences += [(name, place, one[name], other[name], other) for name in one if one[name] != other[name]]
    for place in sorted({*their_files, *our_files}):
        if their_files.get(place) != our_files.get(place):
            our_row = our_rows.get(pathlib.PurePosixPath(place).name)
            differences.append(("file", place, their_files.get(place), our_files.get(place), our_row))
    return differences


def skipped(words, what, theirs, ours, our_row):
    """Python fetches what is not on the cloud from elsewhere; ours leaves it out, and says so in the row."""
    if "--cloud-only" not in words or not our_row or our_row["Status"] != "SKIPPED":
        return False
    left_out = {"Local Path": None, "Status": "SKIPPED", "Message": "not found in the cloud", "file": None}
    return what in left_out and ours == left_out[what] and theirs is not left_out[what]


LISTED = [
    ("B58", "the manifest does not say where a file came from", lambda words, what, theirs, ours, row: what == "URL" and theirs is None and row["Status"] == "COMPLETE" and str(ours).startswith("http://127.0.0.1:")),
    ("DESIGN", "a row does not say what is odd about a file that the archive serves so", lambda words, what, theirs, ours, row: what == "Message" and theirs is None and row["Status"] == "COMPLETE" and str(ours).endswith("; the archive serves it so")),
    ("N5", "cloud_only=True fetches what is not on the cloud from MAST", skipped),
]

# Downloads that Python answers with an error, with the number of the fault; ours must have a row for each product, all well.
CRASHES = {"IndexError: list index out of range": ("B2", "a product that is not on the cloud makes the look-up of cloud URIs raise")}


def explained(case, difference):
    """The rule that lists a difference, or `None`."""
    what, _, theirs, ours, our_row = difference
    return next((rule for rule in LISTED if rule[2](case.words, what, theirs, ours, our_row)), None)


def run(python, program, environment, folder):
    """Makes all downloads twice and compares them; afterwards alters one thing of each and looks whether it is noticed."""
    result = Manifests()
    for number, case in enumerate(CASES):
        folders = [folder / f"{number}-{name}" for name in ["python", "ours"]]
        theirs, ours = by_python(python, case, folders[0]), by_us(program, environment, case, folders[1])
        name = f"{case.query}.download({', '.join(f'{key}={value!r}' for key, value in {**case.options, **case.settings}.items())})"
        result.num_downloads += 1
        if isinstance(theirs, str) and theirs in CRASHES and not isinstance(ours, str):
            rows_expected = len(python(case.query).table)
            if len(ours) == rows_expected and all(row["Status"] == "COMPLETE" for row in ours):
                result.numbers[CRASHES[theirs]] += 1
                continue
        if isinstance(theirs, str) or isinstance(ours, str):
            result.unexplained.append(f"{name}: Python {theirs!r:.300}, ours {ours!r:.300}")
            continue
        trees = [files(path) for path in folders]
        their_rows, our_rows = rows(theirs, folders[0]), rows(ours, folders[1])
        result.num_rows += len(their_rows)
        result.num_files += len(trees[0])
        result.num_bytes += sum(size for size, _ in trees[0].values())
        for difference in compare(their_rows, our_rows, *trees):
            rule = explained(case, difference)
            if rule:
                result.numbers[rule[:2]] += 1
            else:
                result.unexplained.append(f"{name}: {' '.join(map(str, difference[:4]))[:500]}")
        result.alter(name, case, their_rows, our_rows, trees)
    never = [f"{number} {why}" for number, why, *_ in [*LISTED, *CRASHES.values()] if (number, why) not in result.numbers]
    result.never = never
    return result
