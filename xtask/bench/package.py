"""What our Python package does, timed inside its process: `package.py ARCHIVE FOLDER WHAT …`. FOLDER is where its answers and files are kept. As for peers,
imports are made before the clock starts."""

import contextlib
import io
import json
import os
import resource
import sys
import threading
import time

ARCHIVE, FOLDER = sys.argv[1:3]
SERVICES = {"MAST": "", "RESOLVER": "", "S3": ""}
os.environ |= {f"LKSEARCH_ENDPOINTS__{name}": ARCHIVE + path for name, path in SERVICES.items()} | {"LKSEARCH_CACHE_DIR": FOLDER}


def best(act, times=7):
    """The shortest of some runs, in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1e3)
    return min(taken)


@contextlib.contextmanager
def clock(answer):
    start = time.perf_counter()
    yield
    answer["seconds"] = time.perf_counter() - start


def imported(answer, module):
    with clock(answer):
        __import__(module)


def search(answer, target):
    """The first of a process, and then a row of it."""
    from lksearch_rs import compat

    with clock(answer):
        found = compat.TESSSearch(target)
    answer["rows"] = len(found.table)
    answer["row"] = best(lambda: found[0])


def download(answer, table, folder, route):
    """As lksearch does."""
    import pandas

    from lksearch_rs import compat

    found = compat.MASTSearch(table=pandas.read_json(table, dtype={"obs_id": str}))
    with clock(answer):
        manifest = found.download(cloud=route == "cloud", download_dir=folder)
    answer["complete"] = int((manifest["Status"] == "COMPLETE").sum())


def native(answer, table, folder, route):
    import lksearch_rs

    client, rows = lksearch_rs.Client(), lksearch_rs.Table.read(table)
    with clock(answer):
        manifest = client.download(rows, dir=folder, prefer_cloud=route == "cloud")
    answer["complete"] = manifest.counts.get("COMPLETE", 0)


def tables(answer, num_rows):
    """The rows of a search again and again, as others have them: milliseconds, and how many columns of numbers polars and pyarrow did not copy."""
    import astropy.table  # noqa: F401
    import numpy
    import pandas
    import polars
    import pyarrow

    import lksearch_rs

    found = lksearch_rs.Client().search("TOI 1161")
    table = found.take(numpy.resize(numpy.arange(len(found)), int(num_rows)))
    ways = {
        "polars.DataFrame(table)": lambda: polars.DataFrame(table),
        "pyarrow.table(table)": lambda: pyarrow.table(table),
        "table.to_pandas()": table.to_pandas,
        "table.to_astropy()": table.to_astropy,
    }
    if hasattr(pandas.DataFrame, "from_arrow"):
        ways["pandas.DataFrame.from_arrow(table)"] = lambda: pandas.DataFrame.from_arrow(table)
    answer |= {"seconds": 0, "shape": [len(table), len(table.columns)], "milliseconds": {name: best(way, 3) for name, way in ways.items()}}
    # Each was given the table by itself: what lies at the same place in both is ours.
    arrow, frame = pyarrow.table(table), polars.DataFrame(table)
    names = [name for name in table.columns if "<" in table[name].dtype and not table[name].num_nulls]

    def place(chunk):
        return numpy.asarray(chunk).__array_interface__["data"][0]

    def of_arrow(name):
        return [place(chunk.to_numpy(zero_copy_only=True)) for chunk in arrow[name].chunks]

    def of_polars(name):
        return [place(chunk.to_numpy(allow_copy=False)) for chunk in frame[name].get_chunks()]

    answer |= {"columns": len(names), "in_place": sum(of_arrow(name) == of_polars(name) for name in names)}


def columns(answer, path):
    """Of a local file, opened anew for each run: the first three columns, and all, as arrays of numpy."""
    import lksearch_rs

    client = lksearch_rs.Client()

    def read(names):
        table = client.open(path)[1].read(names)
        return [table[name].to_numpy() for name in table]

    three = client.open(path)[1].columns[:3]
    answer |= {"seconds": 0, "columns": best(lambda: read(three), 15), "table": best(lambda: read(None), 15)}


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 1e6


def steady(answer, num_threads, num_rounds, num_times):
    """Memory in MB after each round of searches and opens, of which each thread does so many."""
    import lksearch_rs

    client = lksearch_rs.Client()

    def ask():
        for _ in range(int(num_times)):
            found = client.search("TOI 1161", sector=14, kind="timeseries")
            found.to_dict()
            client.open(found[0]["dataURI"])[1]["TIME"].to_numpy()

    answer["memory"] = []
    with clock(answer):
        for _ in range(int(num_rounds)):
            threads = [threading.Thread(target=ask) for _ in range(int(num_threads))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            answer["memory"].append(resident())


def main():
    what, words = sys.argv[3], sys.argv[4:]
    answer = {"seconds": None}
    tasks = {task.__name__: task for task in [imported, search, download, native, tables, columns, steady]}
    with contextlib.redirect_stdout(io.StringIO()):
        tasks[what](answer, *words)
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
