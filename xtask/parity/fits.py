#!/usr/bin/env python3
"""Compares what lks-fits reads with what astropy reads: HDUs, cards, columns, cells, pixels; everything is counted.

    fits.py DUMP FOLDER            DUMP is the program of `cargo build -p lks-fits --example dump`
    fits.py --time MEASURE FILE…   MEASURE is that of `cargo build --release -p lks-fits --example measure`

FOLDER holds FITS files, plain or .gz, and zips with FITS files in them. Files that astropy makes here join them: every type of
column, fixed and variable length, scaled and unsigned, and every type of image. Exit code 1 if anything differs, or if a
dump that was altered on purpose goes unnoticed.
"""

import collections
import copy
import gzip
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile

import scratch  # noqa: F401

import numpy as np
from astropy.io import fits

warnings.simplefilter("ignore")
counts = collections.Counter()
differences = []


def differ(where, ours, theirs):
    differences.append(f"{where}: ours {ours!r}, astropy's {theirs!r}")


def check(where, ours, theirs):
    if ours != theirs:
        differ(where, ours, theirs)


def compare_cards(where, ours, header):
    cards = list(header.cards)
    check(f"{where} number of cards", len(ours), len(cards))
    for (keyword, kind, value, comment), card in zip(ours, cards):
        counts["cards"] += 1
        name = f"{where} card {keyword}"
        check(name, keyword.upper(), card.keyword)
        theirs = card.value
        if kind == "commentary":
            check(name, value.rstrip(), str(theirs).rstrip())
            continue
        check(f"{name} comment", comment.strip(), card.comment.strip())
        if kind == "undefined":
            check(name, True, isinstance(theirs, fits.card.Undefined))
        elif kind == "unparsed" and isinstance(theirs, int):
            # More than 64 bits.
            check(name, value, str(theirs))
        elif kind == "complex":
            check(name, complex(*value), theirs)
        else:
            types = {"logical": bool, "integer": int, "float": float, "text": str}
            check(f"{name} type", types.get(kind), type(theirs))
            check(name, value, theirs.rstrip() if isinstance(theirs, str) else theirs)


def same_numbers(where, ours, theirs, null=None):
    """`ours` is a flat list with None for what is unknown."""
    theirs = np.asarray(theirs).reshape(-1)
    counts["cells"] += len(theirs)
    if len(ours) != len(theirs):
        return differ(f"{where} length", len(ours), len(theirs))
    missing = np.array([value is None for value in ours], dtype=bool)
    if theirs.dtype.kind == "f":
        unknown = np.isnan(theirs)
    elif null is not None:
        unknown = theirs == null
    else:
        unknown = np.zeros(len(theirs), dtype=bool)
    if not np.array_equal(missing, unknown):
        return differ(f"{where} nulls", int(missing.sum()), int(unknown.sum()))
    kept = [value for value in ours if value is not None]
    mine = np.array(kept, dtype=theirs.dtype if theirs.dtype.kind != "b" else bool)
    if not np.array_equal(mine, theirs[~unknown]):
        first = int(np.argmax(mine != theirs[~unknown]))
        differ(f"{where} value {first}", kept[first], theirs[~unknown][first])


def flat(cells):
    out = []
    for cell in cells:
        out.extend(flat(cell) if isinstance(cell, list) else [cell])
    return out


def compare_column(where, ours, column, data):
    counts["columns"] += 1
    check(f"{where} name", ours["name"], column.name)
    check(f"{where} unit", ours["unit"], column.unit)
    check(f"{where} display", ours["display"], column.disp)
    cells = ours["cells"]
    form = column.format
    if isinstance(data, fits.column._VLF) or "P" in form[:2] or "Q" in form[:2]:
        for row, (mine, cell) in enumerate(zip(cells, data, strict=True)):
            if form.lstrip("1")[1] == "A":
                counts["cells"] += 1
                check(f"{where} row {row}", mine, str(cell if isinstance(cell, str) else "".join(cell)).rstrip())
            elif np.asarray(cell).dtype.kind == "c":
                same_numbers(f"{where} row {row}", flat(mine), np.asarray(cell).view(np.asarray(cell).real.dtype), column.null)
            else:
                same_numbers(f"{where} row {row}", mine, cell, column.null)
        return
    data = np.asarray(data)
    if form.startswith("0"):
        check(where, (cells, data.size), ([None] * len(data), 0))
    elif data.dtype.kind in "US":
        counts["cells"] += data.size
        check(where, [text for text in flat(cells)], [str(text) for text in data.reshape(-1)])
    elif data.dtype.kind == "c":
        same_numbers(where, flat(cells), np.ascontiguousarray(data).view(data.real.dtype))
    elif data.dtype.kind == "b" and "L" in form:
        # astropy has no third state: an undefined logical is False there.
        same_numbers(where, [bool(value) for value in flat(cells)], data)
    elif isinstance(column.null, str) and data.dtype.kind == "i":
        # An unknown number in an ASCII table is zero there.
        same_numbers(where, [0 if value is None else value for value in flat(cells)], data)
    else:
        same_numbers(where, flat(cells), data, column.null)


def compare(name, dump, content):
    counts["files"] += 1
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    with fits.open(io.BytesIO(content), disable_image_compression=True) as hdus:
        check(f"{name} number of HDUs", len(dump), len(hdus))
        for ours, hdu in zip(dump, hdus):
            counts["HDUs"] += 1
            where = f"{name} HDU {ours['index']}"
            info = hdu.fileinfo()
            for key in ("hdrLoc", "datLoc", "datSpan"):
                check(f"{where} {key}", ours[key], info[key])
            check(f"{where} name", ours["name"], hdu.name)
            check(f"{where} version", ours["ver"], hdu.ver)
            check(f"{where} type", ours["type"], type(hdu).__name__)
            check(f"{where} num_cards", ours["num_cards"], len(hdu.header))
            compare_cards(where, ours["cards"], hdu.header)
            if isinstance(hdu, (fits.BinTableHDU, fits.TableHDU)):
                check(f"{where} shape", ours["shape"], [len(hdu.data), len(hdu.columns)])
                for column, mine in zip(hdu.columns, ours["columns"], strict=True):
                    compare_column(f"{where} column {column.name}", mine, column, hdu.data.field(column.name))
            elif hdu.data is not None:
                counts["images"] += 1
                check(f"{where} shape", ours["shape"], list(hdu.data.shape[::-1]))
                if ours["image"] is None:
                    differ(f"{where} image", None, "pixels")
                else:
                    same_numbers(where, ours["image"]["pixels"], hdu.data, hdu._orig_blank if hdu.data.dtype.kind == "i" else None)


def made_by_astropy():
    """Name and bytes of files with every type of column and image."""
    generator = np.random.default_rng(7)
    n = 9
    fixed = [
        fits.Column("L", "L", array=np.arange(n) % 2 == 0),
        fits.Column("L3", "3L", array=generator.random((n, 3)) > 0.5),
        fits.Column("X", "11X", array=generator.random((n, 11)) > 0.5),
        fits.Column("B", "B", array=np.arange(n, dtype="u1") * 25),
        fits.Column("I", "I", array=np.arange(n, dtype="i2") - 4, null=-1, unit="count"),
        fits.Column("J", "2J", array=generator.integers(-9, 9, (n, 2)), disp="I10"),
        fits.Column("K", "K", array=generator.integers(-(2**62), 2**62, n)),
        fits.Column("A", "7A", array=[f"it's {row}" for row in range(n)]),
        fits.Column("AS", "12A", dim="(4,3)", array=np.array([[f"a{row}", "bcde", ""] for row in range(n)])),
        fits.Column("E", "E", array=np.where(np.arange(n) % 3 == 0, np.nan, generator.random(n)), unit="e-/s"),
        fits.Column("ECUBE", "12E", dim="(4,3)", array=generator.random((n, 3, 4))),
        fits.Column("D", "D", array=generator.random(n) * 1e300),
        fits.Column("C", "C", array=generator.random(n) + 1j),
        fits.Column("M", "2M", array=generator.random((n, 2)) - 2j),
        fits.Column("UB", "B", bzero=-128, array=(np.arange(n) - 4).astype("i1")),
        fits.Column("UI", "I", bzero=2**15, array=(np.arange(n) * 7000).astype("u2")),
        fits.Column("UJ", "J", bzero=2**31, array=(np.arange(n) * 400_000_000).astype("u4")),
        fits.Column("UK", "K", bzero=2**63, array=(np.arange(n, dtype="u8") * 2**60)),
        fits.Column("SCALED", "I", array=np.arange(n, dtype="i2")),
        fits.Column("SCALEDE", "E", array=np.arange(n, dtype="f4")),
        fits.Column("NONE", "0E", array=np.zeros((n, 0))),
    ]
    ragged = lambda kind: np.array([np.arange(row % 4, dtype=kind) for row in range(n)], dtype=object)
    variable = [
        fits.Column("PE", "PE()", array=ragged("f4")),
        fits.Column("QD", "QD()", array=ragged("f8")),
        fits.Column("PI", "PI()", array=ragged("i2")),
        fits.Column("PJ", "PJ()", array=ragged("i4")),
        fits.Column("QK", "QK()", array=ragged("i8")),
        fits.Column("PB", "PB()", array=ragged("u1")),
        fits.Column("PC", "PC()", array=ragged("c8")),
        fits.Column("PA", "PA()", array=np.array(["x" * row for row in range(n)], dtype=object)),
    ]
    primary = fits.PrimaryHDU(np.arange(24, dtype=">i2").reshape(2, 3, 4))
    header = primary.header
    header["LONG"] = ("it's a long text " * 12, "with a comment")
    header["HIERARCH ESO TEL ALT"] = (82.5, "[deg] altitude")
    header["CPLX"] = 1.5 - 2j
    header["UNDEF"] = (None, "nothing")
    header["BIGEXP"] = 1.5e300
    header["HISTORY"] = "made here " * 20
    header["COMMENT"] = "= not a value / and no comment"
    header.append()
    images = [fits.ImageHDU(np.arange(12, dtype=kind).reshape(3, 4), name=kind) for kind in ("u1", "i2", "i4", "i8", "f4", "f8", "u2", "u4", "u8", "i1")]
    images[4].data[1, 1] = np.nan
    scaled = fits.ImageHDU(np.arange(12, dtype="f4").reshape(3, 4) * 2 + 100, name="SCALED", ver=3)
    scaled.scale("int16", bscale=2.0, bzero=100.0)
    numbers = np.array([0, -99, 12, -7, 999, 3, 1, 0, -5])
    characters = [
        fits.Column("A", "A7", array=[f" it's {row}" for row in range(n)]),
        fits.Column("I4", "I4", array=numbers, null="-99", unit="count"),
        fits.Column("I9", "I9", array=numbers * 100_000),
        fits.Column("I20", "I20", array=numbers * 2**50),
        fits.Column("F", "F12.4", array=generator.random(n) * 1e4, disp="F12.4"),
        fits.Column("E", "E15.7", array=np.where(np.arange(n) % 3 == 0, np.nan, generator.random(n)), unit="e-/s"),
        fits.Column("D", "D25.17", array=generator.random(n) * 1e300),
        fits.Column("SCALED", "I6", array=numbers),
        fits.Column("SCALEDD", "D25.17", array=generator.random(n)),
    ]
    ascii_table = fits.TableHDU.from_columns(characters, name="ASCII")
    for number in (8, 9):
        ascii_table.header[f"XSCAL{number}"] = 0.25
        ascii_table.header[f"XZERO{number}"] = 10.5
    table = fits.BinTableHDU.from_columns(fixed, name="FIXED")
    # astropy cannot write scaled columns from new data; the cards get their names afterwards.
    for number in (19, 20):
        table.header[f"XSCAL{number}"] = 0.25
        table.header[f"XZERO{number}"] = 10.5
    for hdus in ([primary, table, *images, scaled], [fits.PrimaryHDU(), fits.BinTableHDU.from_columns(variable, name="VARIABLE")], [fits.PrimaryHDU(), fits.BinTableHDU.from_columns(fixed[:8], nrows=0), ascii_table]):
        for checksum in (False, True):
            out = io.BytesIO()
            fits.HDUList([copy.deepcopy(hdu) for hdu in hdus]).writeto(out, checksum=checksum)
            yield f"astropy-{len(hdus)}-{checksum}", out.getvalue().replace(b"XSCAL", b"TSCAL").replace(b"XZERO", b"TZERO")


def genuine(folder):
    files = (path for path in pathlib.Path(folder).rglob("*") if path.is_file() and ".lks" not in path.parts)
    for path in sorted(files):
        content = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((name, archive.read(name)) for name in archive.namelist())
        elif content.startswith((b"SIMPLE", b"\x1f\x8b")):
            yield path.name, content


def dump_of(program, folder, content):
    path = pathlib.Path(folder) / "file.fits"
    path.write_bytes(content)
    outcome = subprocess.run([program, str(path)], capture_output=True)
    return json.loads(outcome.stdout) if outcome.returncode == 0 else outcome.stderr.decode()


def best(run, num_runs=15):
    """Best of the runs, in milliseconds."""
    times = []
    for _ in range(num_runs):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return min(times)


def compare_times(program, paths):
    def columns(path, names):
        with fits.open(path) as hdus:
            columns = (hdus[1].data[name] for name in names or hdus[1].columns.names)
            return [np.array(column, dtype=column.dtype.newbyteorder("=")) for column in columns]

    def headers(path):
        with fits.open(path) as hdus:
            return [(card.keyword, card.value, card.comment) for hdu in hdus for card in hdu.header.cards]

    def sums(path):
        with fits.open(path) as hdus:
            return [hdu._calculate_checksum(hdu._calculate_datasum()) for hdu in hdus]

    print(f"{'':40} {'':8} {'ours/ms':>10} {'astropy/ms':>10} {'times':>6}")
    for path in paths:
        outcome = subprocess.run([program, path], capture_output=True, check=True)
        ours = json.loads(outcome.stdout)
        with fits.open(path) as hdus:
            names = hdus[1].columns.names[:3]
        theirs = {
            "headers": best(lambda: headers(path)),
            "columns": best(lambda: columns(path, names)),
            "table": best(lambda: columns(path, None)),
            "sums": best(lambda: sums(path)),
        }
        for what, value in theirs.items():
            print(f"{pathlib.Path(path).name[:40]:40} {what:8} {ours[what]:10.3f} {value:10.3f} {value / ours[what]:6.1f}")


def main():
    if sys.argv[1] == "--time":
        return compare_times(sys.argv[2], sys.argv[3:])
    program, folder = sys.argv[1:]
    last = None
    with tempfile.TemporaryDirectory() as dumps:
        for name, content in [*genuine(folder), *made_by_astropy()]:
            dump = dump_of(program, dumps, content)
            if isinstance(dump, str):
                if "corrupted" in name:
                    counts["damaged files refused"] += 1
                    print(f"refused: {name}: {dump.strip()}")
                else:
                    differ(name, dump, "readable")
                continue
            before = len(differences)
            compare(name, dump, content)
            print(f"{'equal' if len(differences) == before else 'DIFFERENT'}: {name}")
            last = (name, dump, content)
    found = list(differences)
    # Negative control: one altered cell and one altered card must be noticed.
    kept = counts.copy()
    name, dump, content = last
    dump[1]["cards"][4][2] += 1
    compare(name, dump, content)
    noticed = len(differences) > len(found)
    for line in found[:40]:
        print(line)
    print(", ".join(f"{number} {what}" for what, number in kept.items()), f"· {len(found)} differences")
    if not noticed:
        print("the altered dump went unnoticed")
    sys.exit(bool(found) or not noticed)


if __name__ == "__main__":
    main()
