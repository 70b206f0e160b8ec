#!/usr/bin/env python3
"""Takes every FITS file through `fits verify`, `plot` and five exports of `fits table`, and reads the exports back with the field's programs.

    files.py LKSEARCH FOLDER…      LKSEARCH is the program; files may be plain, gzip or in zips

What astropy reads in the file is the measure: names, rows and every cell, as pandas, polars, duckdb, pyarrow, astropy and (if installed) stilts read
them in CSV, NDJSON, Parquet, Arrow and VOTable. `fits verify` is compared with cfitsio's `fitsverify` (if installed) and with the sums that
astropy finds wrong. Tables are cut to 20,000 cells, and of tables
with the same columns in one file (K2SFF has 21) the first is taken. What differs must be in EXPLAINED, with the reason; exit code 1 if something else differs, or if
an altered cell goes unnoticed.
"""

import collections
import gzip
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile

import scratch  # noqa: F401

import numpy as np
from astropy.io import fits
from astropy.table import Table

warnings.simplefilter("ignore")
counts = collections.Counter()
explained = collections.Counter()
differences = []

CELLS = 20_000
FORMATS = ["csv", "ndjson", "parquet", "arrow", "votable"]

# (part of the file's name or kind, what is done) -> why it is as it is.
EXPLAINED = {
    ("_cbv.fits", "plot"): "a table of basis vectors of a CCD, not a light curve",
    ("_ffic.fits", "plot"): "a full frame has no light curve and no frames of a target",
    ("-first-cadence", "plot"): "images only, of one frame",
    ("_astrocut.fits", "export votable by stilts"): "RAW_CNTS is unknown in every pixel, which VOTable says by one value; stilts keeps it in arrays",
    ("_astrocut.fits", "export ndjson by pyarrow"): "lists of nulls only: see findings/pyarrow-json-null-lists.sh",
    ("-targ.fits", "export ndjson by pyarrow"): "lists of nulls only: see findings/pyarrow-json-null-lists.sh",
    ("-first-cadence", "verify beside fitsverify"): "TNULL4 in the header of an image: a rule for headers, which no sum and no structure shows",
    ("corrupted", "plot"): "a damaged file",
    ("corrupted", "export"): "a damaged file",
}


def differ(where, what, message):
    for (name, done), reason in EXPLAINED.items():
        if name in where and what.startswith(done):
            explained[f"{what}: {reason}"] += 1
            return
    differences.append(f"{where}, {what}: {message}")


def files(folder):
    """Name and bytes of every FITS file below a folder, unpacked."""
    for path in sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file() and ".lks" not in path.parts):
        content = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((name, archive.read(name)) for name in archive.namelist())
        elif content.startswith(b"\x1f\x8b"):
            yield path.name.removesuffix(".gz"), gzip.decompress(content)
        elif content.startswith(b"SIMPLE"):
            yield path.name, content


def run(program, *words):
    return subprocess.run([program, *words], capture_output=True, text=True, errors="replace")


def flat(cell):
    """The elements of a cell; None for what is unknown."""
    if isinstance(cell, str) and cell.startswith("["):
        cell = json.loads(cell)
    if isinstance(cell, np.ma.MaskedArray):
        cell = cell.tolist()
    if isinstance(cell, np.ndarray):
        cell = cell.tolist()
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, (list, tuple)):
        return [element for part in cell for element in flat(part)]
    if cell is None or cell is np.ma.masked or (isinstance(cell, float) and cell != cell) or type(cell).__name__ in ("NAType", "NaTType"):
        return [None]
    return [cell]


def truth(hdu, num_rows):
    """What astropy reads: name -> (type, flat cells)."""
    found = {}
    for column in hdu.columns:
        data = np.asarray(hdu.data.field(column.name)[:num_rows])
        if column.format.startswith("0"):
            # A column without width: one cell a row, and nothing in it.
            found[column.name] = (data.dtype, [None] * len(data))
            continue
        cells = [element for cell in data for element in flat(cell)]
        if column.null is not None and data.dtype.kind == "i":
            cells = [None if cell == column.null else cell for cell in cells]
        if data.dtype.kind in "US":
            cells = [str(cell).rstrip() for cell in cells]
        found[column.name] = (data.dtype, cells)
    return found


def same(dtype, ours, theirs):
    if len(ours) != len(theirs):
        return f"{len(theirs)} elements instead of {len(ours)}"
    for index, (mine, other) in enumerate(zip(ours, theirs)):
        if isinstance(other, bytes):
            other = other.decode()
        if mine is None or other is None or mine == "" or other == "":
            # CSV and VOTable have no empty text beside nothing.
            equal = mine in (None, "") and other in (None, "")
        elif dtype.kind == "b":
            equal = str(mine).lower() == str(other).lower()
        elif dtype.kind == "f":
            # A CSV has no types: the digits must give the same number of the column's own.
            equal = dtype.type(mine) == dtype.type(other)
        elif dtype.kind in "iu":
            equal = int(mine) == other
        else:
            equal = str(mine) == str(other).rstrip()
        if not equal:
            return f"element {index} is {other!r} instead of {mine!r}"
    return None


def pandas_columns(frame):
    return {name: list(frame[name]) for name in frame.columns}


def duckdb_columns(source):
    import duckdb

    relation = duckdb.sql(f"SELECT * FROM {source}")
    return dict(zip(relation.columns, map(list, zip(*relation.fetchall()))))


def astropy_columns(table):
    return {name: [value for value in table[name]] for name in table.colnames}


def stilts_columns(path, form):
    out = path + ".fits"
    outcome = run("stilts", "tpipe", f"in={path}", f"ifmt={form}", f"out={out}", "ofmt=fits-basic")
    if outcome.returncode:
        raise ValueError(outcome.stderr[:200])
    with fits.open(out) as hdus:
        return {name: cells for name, (_, cells) in truth(hdus[1], None).items()}


def readers():
    """Format, name of the reader, and what it makes of a path: column -> cells."""
    import pandas
    import polars
    import pyarrow.csv
    import pyarrow.feather
    import pyarrow.json
    import pyarrow.parquet

    return [
        ("csv", "pandas", lambda path: pandas_columns(pandas.read_csv(path))),
        ("csv", "polars", lambda path: polars.read_csv(path, infer_schema_length=None).to_dict(as_series=False)),
        ("csv", "duckdb", lambda path: duckdb_columns(f"read_csv('{path}', max_line_size=100000000)")),
        ("csv", "pyarrow", lambda path: pyarrow.csv.read_csv(path).to_pydict()),
        ("csv", "astropy", lambda path: astropy_columns(Table.read(path))),
        ("ndjson", "pandas", lambda path: pandas_columns(pandas.read_json(path, lines=True, precise_float=True))),
        ("ndjson", "polars", lambda path: polars.read_ndjson(path, infer_schema_length=None).to_dict(as_series=False)),
        ("ndjson", "duckdb", lambda path: duckdb_columns(f"read_json('{path}', format='newline_delimited', maximum_object_size=100000000)")),
        ("ndjson", "pyarrow", lambda path: pyarrow.json.read_json(path, read_options=pyarrow.json.ReadOptions(block_size=1 << 28)).to_pydict()),
        ("parquet", "pandas", lambda path: pandas_columns(pandas.read_parquet(path))),
        ("parquet", "polars", lambda path: polars.read_parquet(path).to_dict(as_series=False)),
        ("parquet", "duckdb", lambda path: duckdb_columns(f"'{path}'")),
        ("parquet", "pyarrow", lambda path: pyarrow.parquet.read_table(path).to_pydict()),
        ("parquet", "astropy", lambda path: astropy_columns(Table.read(path))),
        ("arrow", "pandas", lambda path: pandas_columns(pandas.read_feather(path))),
        ("arrow", "polars", lambda path: polars.read_ipc(path).to_dict(as_series=False)),
        ("arrow", "pyarrow", lambda path: pyarrow.feather.read_table(path).to_pydict()),
        ("votable", "astropy", lambda path: astropy_columns(Table.read(path))),
        *([("votable", "stilts", lambda path: stilts_columns(path, "votable"))] if shutil.which("stilts") else []),
    ]


def compare(where, what, expected, read):
    """Compares columns by their place, since a reader may give them names of its own; NDJSON has no order, and names that stay."""
    if len(read) != len(expected):
        return differ(where, what, f"columns {list(read)} instead of {list(expected)}")
    ordered = read if set(read) != set(expected) else {name: read[name] for name in expected}
    for (name, (dtype, cells)), column in zip(expected.items(), ordered.values()):
        counts["cells compared"] += len(cells)
        wrong = same(dtype, cells, [element for cell in column for element in flat(cell)])
        if wrong:
            differ(where, what, f"{name}: {wrong}")


def exports(program, where, path, index, hdu, folder):
    width = max(1, sum(int(np.prod(np.asarray(hdu.data.field(name)).shape[1:])) for name in hdu.columns.names))
    num_rows = min(len(hdu.data), max(2, CELLS // width))
    expected = truth(hdu, num_rows)
    counts["tables"] += 1
    for form in FORMATS:
        out = os.path.join(folder, f"table.{form}")
        outcome = run(program, "fits", "table", path, "--hdu", str(index), "--rows", f":{num_rows}", "--format", form, "-o", out)
        if outcome.returncode:
            differ(where, f"export {form}", outcome.stderr.strip())
            continue
        counts["exports"] += 1
        for wanted, name, read in readers():
            if wanted != form or num_rows == 0:
                continue
            what = f"export {form} by {name}"
            try:
                columns = read(out)
            except Exception as error:  # noqa: BLE001: whatever a reader does not take is what is looked for
                differ(where, what, f"{type(error).__name__}: {str(error)[:200]}")
                continue
            counts[f"read back by {name}"] += 1
            compare(where, what, expected, columns)
    return expected


def damage(where, path, content, outcome):
    """`fits verify` beside fitsverify and astropy."""
    broken = outcome.returncode == 6
    if outcome.returncode not in (0, 6):
        differ(where, "verify", outcome.stderr.strip())
    if shutil.which("fitsverify"):
        outcome_of_fitsverify = run("fitsverify", path)
        said = outcome_of_fitsverify.stdout + outcome_of_fitsverify.stderr
        # Sums are warnings there; undefined keywords, duplicates and the like are no damage.
        theirs = bool(re.search(r"\*\*\* Error|is not in agreement with CHECKSUM|not consistent with\s+the DATASUM", said))
        counts["judged by fitsverify"] += 1
        if theirs != broken:
            differ(where, "verify beside fitsverify", f"ours ends with {outcome.returncode}, fitsverify says {re.findall('[*]{3} (?:Error|Warning).*', said)[:4]}")
        if "SYNTHETC" in content[:5760].decode("latin-1"):
            rest = [line for line in re.findall(r"\*\*\* (?:Error|Warning).*", said) if "has a null value" not in line]
            counts["synthetic files without a fault for fitsverify"] += not rest
            if rest:
                differ(where, "fitsverify", rest[0])


def main():
    program, *folders = sys.argv[1:]
    program = os.path.abspath(program)
    last = None
    with tempfile.TemporaryDirectory() as folder:
        home = os.path.join(folder, "home")
        os.mkdir(home)
        os.environ.update(HOME=home, XDG_CACHE_HOME="", XDG_CONFIG_HOME="")
        for name, content in (file for folder_of_files in folders for file in files(folder_of_files)):
            counts["files"] += 1
            before_it = len(differences)
            path = os.path.join(folder, os.path.basename(name))
            pathlib.Path(path).write_bytes(content)
            outcome = run(program, "fits", "verify", path)
            damage(name, path, content, outcome)
            picture = os.path.join(folder, "picture.svg")
            drawn = run(program, "plot", path, "-o", picture)
            if drawn.returncode:
                differ(name, "plot", drawn.stderr.strip())
            else:
                counts["drawn"] += 1
            try:
                with fits.open(io.BytesIO(content), disable_image_compression=True) as hdus:
                    seen = set()
                    for index, hdu in enumerate(hdus):
                        if isinstance(hdu, (fits.BinTableHDU, fits.TableHDU)):
                            columns = str(hdu.columns.names + hdu.columns.formats)
                            if columns in seen:
                                counts["tables with the columns of one before"] += 1
                                continue
                            seen.add(columns)
                            expected = exports(program, f"{name} HDU {index}", path, index, hdu, folder)
                            if len(hdu.data):
                                last = expected
                                shutil.copy(os.path.join(folder, "table.parquet"), os.path.join(folder, "control.parquet"))
            except Exception as error:  # noqa: BLE001: a damaged file
                differ(name, "export", f"astropy cannot read it: {type(error).__name__}: {error}")
            os.remove(path)
            print(f"{'equal' if len(differences) == before_it else 'DIFFERENT'}: {name}", flush=True)
        # Negative control: an altered cell must be noticed.
        read = dict(next(read for form, name, read in readers() if (form, name) == ("parquet", "pyarrow"))(os.path.join(folder, "control.parquet")))
        read[next(iter(read))][0] = 17.25
        before = list(differences)
        compare("control", "control", last, read)
        noticed = len(differences) > len(before)
    for difference in before[:60]:
        print(difference)
    for reason, number in sorted(explained.items()):
        print(f"explained: {number} {reason}")
    print(", ".join(f"{number} {what}" for what, number in sorted(counts.items())), f"· {len(before)} differences")
    if not noticed:
        print("the altered cell went unnoticed")
    sys.exit(bool(before) or not noticed)


if __name__ == "__main__":
    main()
