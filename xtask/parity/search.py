#!/usr/bin/env python3
"""The same searches and downloads through the unmodified Python package and through our program, from the same sandbox.

    python search.py SANDBOX PROGRAM [--queries N] [--seed N] [--keep FOLDER] [--sabotage]

Every cell of every table is compared. A difference must be listed in comparison.py with the number of the fault of lksearch 1.2.1
that it comes from, and pass the test given there; any other is unexplained. Exit code 1 if there is one, if a listed rule or
fault never occurred, or if one of the alterations that are made on purpose was not noticed. `--sabotage` alters one cell of
ours before comparing and must therefore end with exit code 1. `--keep` writes both tables of each query as JSON.
"""

import argparse
import json
import logging
import os
import pathlib
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

import scratch
from redirected import point_at

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("sandbox")
arguments.add_argument("program")
arguments.add_argument("--queries", type=int, default=180, help="how many to draw from the grid, besides the fixed ones")
arguments.add_argument("--seed", type=int, default=1161)
arguments.add_argument("--keep", type=pathlib.Path)
arguments.add_argument("--sabotage", action="store_true")
ASKED = arguments.parse_args()
SANDBOX = ASKED.sandbox.rstrip("/")
HOME = point_at(SANDBOX)
# A copy, so that the program is the same one to the end, whatever is built meanwhile.
PROGRAM = shutil.copy(ASKED.program, HOME)

import pandas as pd  # noqa: E402
from lksearch import K2Search, KeplerSearch, MASTSearch, TESSSearch  # noqa: E402

import downloads  # noqa: E402
import queries  # noqa: E402
from comparison import RULES, Difference, compare, equal, first_rows, key, listed, plain, required  # noqa: E402

CLASSES = {"tess": TESSSearch, "kepler": KeplerSearch, "k2": K2Search, "mast": MASTSearch}
NOTHING_FOUND = 3
N_ALTERATIONS = 300
logging.disable(logging.CRITICAL)


def our_environment():
    settings = {f"LKSEARCH_ENDPOINTS__{name}": SANDBOX for name in ["MAST", "RESOLVER", "S3"]}
    return {"HOME": HOME, "PATH": os.environ["PATH"], **settings}


def ours(query):
    """Our rows, or what our program said when it failed."""
    command = [PROGRAM, *query.arguments(), "--format", "json"]
    done = subprocess.run(command, capture_output=True, env=our_environment(), text=True)
    if done.returncode == NOTHING_FOUND:
        return []
    return json.loads(done.stdout) if done.returncode == 0 else f"exit {done.returncode}: {done.stderr.strip()}"


def python(query):
    """The object that Python's own search gives."""
    result = CLASSES[query.mission](query.target, **query.make)
    for view in query.views:
        result = getattr(result, view)
    if query.keep:
        result = result.filter_table(**query.keep)
    return result.query_table(query.expression) if query.expression else result


def theirs(query):
    """Python's rows, or what it raised; an archive that has nothing is no failure."""
    try:
        table = python(query).table
    except Exception as error:
        if any(text in str(error) for text in ["No data found for target", "Could not resolve"]):
            return []
        return f"{type(error).__name__}: {error}"
    return [{name: plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def judged(query, their_rows, our_rows):
    """The differences of two answers with their numbers, those that no rule lists, and how many cells were compared."""
    if isinstance(their_rows, str) or isinstance(our_rows, str):
        return Counter(), [Difference("answer", "-", None, their_rows[:200], our_rows if isinstance(our_rows, str) else f"{len(our_rows)} rows")], 0, set()
    differences, num_cells = compare(query, their_rows, our_rows)
    numbers, unexplained, used = Counter(), [], set()
    for difference in differences:
        rule = listed(query, difference)
        if rule is None:
            unexplained.append(difference)
        else:
            numbers[(rule.number, rule.why)] += 1
            used.add(RULES.index(rule))
    return numbers, unexplained, num_cells, used


class Report:
    """What was compared and found."""

    def __init__(self):
        self.queries = self.rows = self.cells = self.crashes = 0
        self.numbers, self.faults, self.used = Counter(), Counter(), set()
        self.unexplained = []
        self.compared = []

    def add(self, query, their_rows, our_rows):
        self.queries += 1
        numbers, unexplained, num_cells, used = judged(query, their_rows, our_rows)
        raised = isinstance(their_rows, str)
        fault = queries.meant(query, raised)
        if unexplained and fault:
            number, reworded = fault
            their_rows = theirs(reworded)
            if reworded.first is not None and str not in [type(their_rows), type(our_rows)]:
                their_rows = first_rows(reworded, their_rows, our_rows)
            again = judged(query, their_rows, our_rows)
            if not again[1]:
                self.faults[number] += 1
                self.crashes += raised
                numbers, unexplained, num_cells, used = again
        self.numbers.update(numbers)
        self.used |= used
        self.cells += num_cells
        self.unexplained += [(query, difference) for difference in unexplained]
        if not unexplained:
            self.rows += len(our_rows)
            if set(map(key, our_rows)) & set(map(key, their_rows)):
                self.compared.append((query, their_rows, our_rows))


def alterations(report, seed):
    """Alters one thing of ours many times; gives back which ones went unnoticed."""
    draw, unnoticed = random.Random(seed), []
    for number in range(N_ALTERATIONS):
        query, their_rows, our_rows = draw.choice(report.compared)
        altered = [dict(row) for row in our_rows]
        in_both = {key(row): row for row in their_rows}
        row = draw.choice([index for index, row in enumerate(altered) if key(row) in in_both])
        if number % 10 == 0:
            what = f"row {row} dropped"
            del altered[row]
        elif number % 10 == 1:
            what = f"row {row} twice"
            altered.append(altered[row])
        else:
            column, value, other = alteration(draw, altered[row], in_both[key(altered[row])])
            what = f"row {row} {column}: {other!r} for {value!r}"
            altered[row][column] = other
        if not judged(query, their_rows, altered)[1]:
            unnoticed.append(f"{query}: {what}")
    return unnoticed


def alteration(draw, row, their_row):
    """A column, its value, and another one; that of Python would be no difference, but where ours must know better."""
    while True:
        column = draw.choice([name for name in row if name in their_row])
        other = other_value(draw, row[column])
        if required(row, column) or not equal(other, their_row[column]):
            return column, row[column], other


def other_value(draw, value):
    if value is None:
        return draw.choice(["?", 5])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return draw.choice([value + 1, None])
    if isinstance(value, float):
        return draw.choice([value + 1e-6 * max(1.0, abs(value)), None])
    return draw.choice([value + "x", None]) if not value[:2] == "20" or ":" not in value else f"{int(value[:4]) + 1}{value[4:]}"


def main():
    begun = time.monotonic()
    report = Report()
    wanted = queries.everything(ASKED.seed, ASKED.queries)
    with scratch.Pool(2) as pool:
        answers = [pool.submit(ours, query) for query in wanted]
        for number, (query, answer) in enumerate(zip(wanted, answers)):
            their_rows, our_rows = theirs(query), answer.result()
            if ASKED.sabotage and number == 0:
                our_rows[0]["exptime"] += 1.0
            if ASKED.keep:
                keep(number, query, their_rows, our_rows)
            report.add(query, their_rows, our_rows)
    manifests = downloads.run(python, PROGRAM, our_environment(), pathlib.Path(tempfile.mkdtemp(dir=HOME)))
    unnoticed = alterations(report, ASKED.seed)
    well = conclude(report, manifests, unnoticed, time.monotonic() - begun)
    return 0 if well else 1


def keep(number, query, their_rows, our_rows):
    ASKED.keep.mkdir(parents=True, exist_ok=True)
    path = ASKED.keep / f"{number:03}.json"
    path.write_text(json.dumps({"query": str(query), "arguments": query.arguments(), "python": their_rows, "ours": our_rows}, indent=1))


def conclude(report, manifests, unnoticed, seconds):
    """Prints the figures and says whether all is well."""
    print(f"queries    {report.queries}: {report.rows} rows, {report.cells} cells compared")
    for (number, why), count in sorted(report.numbers.items()):
        print(f"  {number:4} {count:6} differences  {why}")
    print(f"reworded   {sum(report.faults.values())} queries that Python answers otherwise than meant, {report.crashes} of them by a crash")
    for number, count in sorted(report.faults.items()):
        print(f"  {number:4} {count:6} queries      {queries.FAULTS[number]}")
    print(f"downloads  {manifests.num_downloads}: {manifests.num_rows} manifest rows, {manifests.num_files} files with {manifests.num_bytes} bytes compared")
    for (number, why), count in sorted(manifests.numbers.items()):
        print(f"  {number:4} {count:6} differences  {why}")
    grouped = {}
    for query, difference in report.unexplained:
        grouped.setdefault((difference.what, difference.column), []).append((query, difference))
    for (what, column), found in grouped.items():
        each = {str(query): (query, difference) for query, difference in reversed(found)}
        print(f"UNEXPLAINED {what} {column or ''}: {len(found)} in {len(each)} queries, such as")
        for query, difference in list(each.values())[-3:]:
            print(f"    {query} = lksearch {shlex.join(query.arguments())}\n        {str(difference)[:600]}")
    for line in manifests.unexplained:
        print(f"UNEXPLAINED {line}")
    unnoticed = unnoticed + manifests.unnoticed
    for line in unnoticed:
        print(f"UNNOTICED alteration of {line}")
    never = sorted({f"{rule.number} {rule.why}" for rule in RULES} - {f"{RULES[index].number} {RULES[index].why}" for index in report.used})
    never += [f"{number} {why}" for number, why in queries.FAULTS.items() if number not in report.faults]
    never += manifests.never
    for line in never:
        print(f"NEVER SEEN {line}: take it from the list, or ask for it")
    num_unexplained = len(report.unexplained) + len(manifests.unexplained)
    num_alterations = N_ALTERATIONS + manifests.num_alterations
    print(f"control    {num_alterations - len(unnoticed)} of {num_alterations} alterations made on purpose were noticed")
    print(f"unexplained = {num_unexplained}, {seconds:.0f} s")
    return not (num_unexplained or unnoticed or never)


if __name__ == "__main__":
    pd.options.mode.copy_on_write = False
    sys.exit(main())
