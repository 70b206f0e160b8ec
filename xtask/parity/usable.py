#!/usr/bin/env python3
"""Reads what `lksearch search`, `lksearch download` and `lksearch fits table` write with pandas, polars, duckdb, pyarrow and astropy, without options.

    usable.py LKSEARCH            LKSEARCH is the program; it is run with --sandbox in an empty home

Each reader's table is compared with the program's JSON: the columns and their order, the number of rows, every cell, and the kind of each
column (text, integer, float, boolean) where the format keeps kinds. Units are looked at in VOTable. The tables of FITS files,
as VOTables, are compared with astropy's reading of the files: types, shapes, units, times and every number. Exit code 1 if anything differs, or
if a table that was altered on purpose goes unnoticed. A package that is not installed is named and left out.
"""

import collections
import datetime
import importlib
import io
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import scratch  # noqa: F401

warnings.simplefilter("ignore")
counts = collections.Counter()
differences = []

COMMANDS = {
    "search tess": ["search", "tess", "TOI 1161"],
    "search kepler": ["search", "kepler", "KIC 11904151"],
    "search k2": ["search", "k2", "K2-18"],
    "download": ["download", "k2", "K2-18", "--hlsps", "--kind", "timeseries"],
    "resolve": ["resolve", "K2-18", "TOI 1161"],
}
UNITS = {"exptime": "s", "distance": "arcsec", "separation_arcsec": "arcsec", "s_ra": "deg", "s_dec": "deg", "t_min": "d", "size": "byte", "bytes": "byte"}

# polars looks at 100 rows of a text before it decides what a column is, and TESS files some stars under numbers and others under names.
EXPECTED_FAILURES = {("search tess", "polars.read_csv"), ("search tess", "polars.read_ndjson"), ("search tess", "polars.read_json")}


def pandas_cells(frame):
    return list(frame.columns), [[None if missing else cell for cell, missing in zip(row, isna)]
                                 for row, isna in zip(frame.values.tolist(), frame.isna().values.tolist())]


def astropy_cells(table):
    import numpy as np

    def cell(value):
        if value is np.ma.masked or value is None:
            return None
        return value.item() if isinstance(value, np.generic) else value

    return list(table.colnames), [[cell(value) for value in row] for row in table]


def readers():
    """Name, suffix, whether the format keeps kinds, and what reads the file."""
    def with_package(name, make):
        try:
            return make(importlib.import_module(name))
        except ImportError:
            counts[f"left out, not installed: {name}"] += 1
            return []

    yield from with_package("pandas", lambda pandas: [
        ("pandas.read_csv", "csv", False, lambda path: pandas_cells(pandas.read_csv(path))),
        ("pandas.read_json", "json", False, lambda path: pandas_cells(pandas.read_json(path))),
        ("pandas.read_json lines", "ndjson", False, lambda path: pandas_cells(pandas.read_json(path, lines=True))),
    ])
    yield from with_package("pyarrow", lambda _: [
        ("pandas.read_parquet", "parquet", True, lambda path: pandas_cells(importlib.import_module("pandas").read_parquet(path))),
        ("pandas.read_feather", "arrow", True, lambda path: pandas_cells(importlib.import_module("pandas").read_feather(path))),
        ("pyarrow.parquet", "parquet", True, lambda path: arrow_cells(importlib.import_module("pyarrow.parquet").read_table(path))),
    ])
    yield from with_package("polars", lambda polars: [
        ("polars.read_parquet", "parquet", True, lambda path: polars_cells(polars.read_parquet(path))),
        ("polars.read_ipc", "arrow", True, lambda path: polars_cells(polars.read_ipc(path))),
        ("polars.read_csv", "csv", False, lambda path: polars_cells(polars.read_csv(path))),
        ("polars.read_ndjson", "ndjson", False, lambda path: polars_cells(polars.read_ndjson(path))),
        ("polars.read_json", "json", False, lambda path: polars_cells(polars.read_json(path))),
    ])
    yield from with_package("duckdb", lambda duckdb: [
        (f"duckdb {suffix}", suffix, suffix == "parquet", lambda path: duckdb_cells(duckdb.sql(f"select * from '{path}'")))
        for suffix in ["parquet", "csv", "ndjson", "json"]
    ])
    yield from with_package("astropy.table", lambda table: [
        ("astropy votable", "votable", True, lambda path: astropy_cells(table.Table.read(path))),
        ("astropy csv", "csv", False, lambda path: astropy_cells(table.Table.read(path))),
        ("astropy ecsv", "ecsv", True, lambda path: astropy_cells(table.Table.read(path))),
        ("astropy fits", "fits", True, lambda path: astropy_cells(table.Table.read(path))),
        ("astropy parquet", "parquet", True, lambda path: astropy_cells(table.Table.read(path))),
    ])


def arrow_cells(table):
    return table.column_names, [list(row.values()) for row in table.to_pylist()]


def duckdb_cells(relation):
    return relation.columns, [list(row) for row in relation.fetchall()]


def polars_cells(frame):
    return frame.columns, [list(row) for row in frame.rows()]


def same(ours, theirs, keeps_kinds):
    if ours is None or theirs is None:
        # CSV and VOTable have no empty text beside nothing.
        return ours in (None, "") and theirs in (None, "")
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours == theirs or str(ours).lower() == str(theirs).lower()
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-15)
    if isinstance(theirs, datetime.datetime):
        return isinstance(ours, str) and datetime.datetime.fromisoformat(ours) == theirs
    if keeps_kinds:
        return str(ours) == str(theirs)
    # A format without kinds leaves it to the reader whether 0123 is a number.
    try:
        return str(ours) == str(theirs) or float(ours) == float(theirs)
    except (TypeError, ValueError):
        return False


def compare(where, rows, read, keeps_kinds):
    names, cells = read
    found = []
    ours = list(rows[0])
    if "duckdb" in where:
        # Its names have no case: it calls the second of obsid and obsID obsID_1.
        names = [name if name in ours else name.rpartition("_")[0] for name in names]
    if ("polars.read_ndjson" in where or "polars.read_json" in where) and sorted(names) == sorted(ours):
        # The members of a JSON object have no order, and polars gives them one of its own.
        cells = [[row[names.index(name)] for name in ours] for row in cells]
        names = ours
    if "votable" in where:
        # astropy names a column by its ID, which has no blanks.
        names = [name if name in ours else name.replace("_", " ") for name in names]
    if names != ours:
        found.append(f"{where}: columns {names} instead of {ours}")
    if len(cells) != len(rows):
        found.append(f"{where}: {len(cells)} rows instead of {len(rows)}")
    for number, (ours, theirs) in enumerate(zip(rows, cells)):
        for name, cell, other in zip(ours, ours.values(), theirs):
            if name == "seconds":
                continue
            counts["cells compared"] += 1
            if cell == "N/A" and other is None and not keeps_kinds:
                # MAST's own word; pandas takes it for nothing unless it is told keep_default_na=False.
                counts["'N/A' of MAST that pandas takes for nothing"] += 1
                continue
            if "astropy parquet" in where and cell is None and (other == "None" or other != other):
                # astropy has no mask for Parquet: a text that is null is the text None, a number NaN.
                counts["nulls of Parquet that astropy takes for None or NaN"] += 1
                continue
            if "astropy fits" in where and cell is None and other is False:
                counts["undefined logicals of FITS that astropy takes for false"] += 1
                continue
            if "astropy fits" in where and cell is None and other != other:
                continue
            if not same(cell, other, keeps_kinds):
                found.append(f"{where}: row {number}, {name}: {cell!r} became {other!r}")
            if keeps_kinds and isinstance(cell, str) and other is not None and not isinstance(other, (str, datetime.datetime)):
                found.append(f"{where}: row {number}, {name}: text became {type(other).__name__}")
    return found


def main(program):
    with tempfile.TemporaryDirectory() as home:
        def run(words, *more):
            ran = subprocess.run([program, "--sandbox", "--quiet", *words, *more], env={"HOME": home}, cwd=home, capture_output=True)
            if ran.returncode:
                sys.exit(f"{words}: exit code {ran.returncode}: {ran.stderr.decode()}")
            return ran.stdout

        fits_votables(run)
        for what, words in COMMANDS.items():
            if what == "download":
                run(words)  # From here on every run says the same, but for the seconds it took.
            formats = {suffix: run(words, "--format", suffix) for suffix in ["json", "ndjson", "csv", "ecsv", "fits", "parquet", "arrow", "votable"]}
            rows = json.loads(formats["json"])
            for reader, suffix, keeps_kinds, read in readers():
                path = pathlib.Path(home, f"{what.replace(' ', '-')}.{'vot' if suffix == 'votable' else suffix}")
                path.write_bytes(formats[suffix])
                try:
                    table = read(path)
                except Exception as error:  # noqa: BLE001: any failure to read is what is looked for
                    if (what, reader) in EXPECTED_FAILURES:
                        counts["tables that polars cannot read as text without infer_schema_length=None"] += 1
                        continue
                    differences.append(f"{what}, {reader}: {type(error).__name__}: {error}")
                    continue
                found = compare(f"{what}, {reader}", rows, table, keeps_kinds)
                differences.extend(found)
                counts[f"{reader}: tables"] += 1
                altered = [dict(row) for row in rows]
                altered[-1][next(iter(altered[-1]))] = "altered"
                counts["altered tables noticed"] += bool(compare("", altered, table, keeps_kinds))
                counts["altered tables"] += 1
                if reader in ("astropy votable", "astropy ecsv", "astropy fits", "astropy parquet"):
                    units(what, reader, path)
    for name, count in sorted(counts.items()):
        print(f"{count:>8}  {name}")
    first = {}
    for difference in differences:
        head, _, rest = difference.partition(": row ")
        first.setdefault((head, rest.partition(", ")[2].partition(":")[0]), difference)
    print(*first.values(), sep="\n")
    print(f"{len(differences)} differences")
    return 1 if differences or counts["altered tables"] != counts["altered tables noticed"] else 0


def fits_votables(run):
    try:
        import numpy as np
        from astropy.io import fits, votable
        from astropy.table import Table
    except ImportError:
        counts["left out, not installed: astropy.io"] += 1
        return

    def numbers(column):
        return np.ma.filled(np.ma.asarray(column).astype("c16"), np.nan)

    def same_column(ours, theirs):
        ours_type, theirs_type = ours.dtype, theirs.dtype.newbyteorder("=")
        if theirs.dtype.kind in "SU":
            return list(ours) == [text.decode() if isinstance(text, bytes) else text for text in theirs]
        return ours_type == theirs_type and ours.shape == theirs.shape and np.array_equal(numbers(ours), numbers(theirs), equal_nan=True)

    rows = json.loads(run(["download", "tess", "TOI 1161", "--sector", "14", "--kind", "all", "--cutout-size", "5", "--format", "json"]))
    for path in [row["Local Path"] for row in rows if row["Local Path"].endswith(".fits")]:
        with fits.open(path) as hdus:
            tables = [index for index, hdu in enumerate(hdus) if isinstance(hdu, fits.BinTableHDU)]
            zeros = {index: hdus[index].header.get("BJDREFI") for index in tables}
        for index in tables:
            where = f"{os.path.basename(path)}, HDU {index}, astropy votable"
            text = run(["fits", "table", path, "--hdu", str(index), "--format", "votable"])
            counts["astropy votable: tables of FITS files"] += 1
            try:
                parsed = votable.parse(io.BytesIO(text), verify="exception")
            except Exception as error:  # noqa: BLE001: what is not to the letter of the standard is what is looked for
                differences.append(f"{where}: {error}")
                continue
            ours, theirs = parsed.get_first_table().to_table(), Table.read(path, hdu=index)
            if ours.colnames != theirs.colnames:
                differences.append(f"{where}: columns {ours.colnames} instead of {theirs.colnames}")
                continue
            for name in theirs.colnames:
                counts["FITS cells compared"] += theirs[name].size
                if not same_column(ours[name], theirs[name]):
                    differences.append(f"{where}: {name} is {ours[name].dtype} {ours[name].shape}, in the file {theirs[name].dtype} {theirs[name].shape}")
            if zeros[index] is not None and "TIME" in ours.colnames:
                system, time = parsed.resources[0].time_systems[0], parsed.get_first_table().get_field_by_id_or_name("TIME")
                if (system.timeorigin, system.timescale, system.refposition, time.ref, str(time.unit)) != (zeros[index], "TDB", "BARYCENTER", system.ID, "d"):
                    differences.append(f"{where}: TIME has {time.unit} since {system.timeorigin}")
            first = ours.colnames[0]
            for altered in [np.ma.concatenate([ours[first][1:], ours[first][:1] + 1]), ours[first].astype("f2")] if len(ours) else []:
                counts["altered tables"] += 1
                counts["altered tables noticed"] += not same_column(altered, theirs[first])


def units(what, reader, path):
    from astropy.table import Table

    table = Table.read(path)
    for name, unit in UNITS.items():
        if name in table.colnames:
            counts["units looked at"] += 1
            if str(table[name].unit) != unit:
                differences.append(f"{what}, {reader}: {name} has the unit {table[name].unit}, not {unit}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1])))
